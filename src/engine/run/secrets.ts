/**
 * Values that must not be shown anywhere: passwords that rtprov was given, and values of no_log tasks. Whatever leaves the engine
 * goes through one object of this class; see docs/adr/0014-masking.md for what counts as a secret and in which forms it is found.
 */
import { secretForms } from '../../values/secret-forms.js';
import { joinSpans, TextMatcher, type Span } from '../../values/text-matcher.js';
import { isMapping, Unknown, type Value } from '../../values/value.js';

export const masked = '********';

/** Shorter secrets are only found where they are as words: else they would blot out half of every line. */
const shortest = TextMatcher.shortest;

/** What stands for a password that is locked or hidden, such as `!`, `!!` and `********`; shadow(5). */
function isMark(value: string): boolean {
  return /^(?:[\s*]*|[\s\p{P}\p{S}]{1,3})$/u.test(value);
}

export class Secrets {
  private readonly known = new Set<string>();
  private readonly plain = new TextMatcher();
  private readonly base64 = new TextMatcher();
  private readonly words = new Set<string>();
  private wordPattern: RegExp | undefined;
  private longest = 0;

  /** A secret, of any length. Of one with several lines each line is a secret too, unless it is very short. */
  add(secret: string): void {
    for (const value of [secret, secret.trim()]) this.addOne(value);
    for (const line of secret.split(/\r?\n/)) if (line.trim().length >= shortest) this.addOne(line.trim());
  }

  /** A text of which only the whole is a secret, not each line. */
  addWhole(text: string): void {
    this.addOne(text);
  }

  private addOne(value: string): void {
    if (this.known.has(value) || isMark(value) || isBoilerplate(value)) return;
    this.known.add(value);
    if (value.length < shortest) {
      this.words.add(value);
      const words = [...this.words].sort((a, b) => b.length - a.length).map(escaped);
      this.wordPattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${words.join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
      return;
    }
    const forms = secretForms(value);
    // Between the characters of base64 there may be line breaks, also written as `\r\n`.
    for (const form of [...forms.plain, ...forms.base64])
      this.longest = Math.max(this.longest, 2 * form.length);
    for (const form of forms.plain) this.plain.add(form);
    for (const form of forms.base64) this.base64.add(form);
  }

  /** In a text that is cut off, so many of the last characters may be the beginning of a secret. */
  get reach(): number {
    return this.known.size === 0 ? 0 : Math.max(this.longest, shortest);
  }

  text(text: string): string {
    if (this.known.size === 0) return text;
    const spans = joinSpans([...this.plain.find(text), ...this.wordSpans(text), ...this.base64Spans(text)]);
    if (spans.length === 0) return text;
    let out = '';
    let at = 0;
    for (const [from, to] of spans) {
      out += text.slice(at, from) + masked;
      at = to;
    }
    return out + text.slice(at);
  }

  private wordSpans(text: string): readonly Span[] {
    if (this.wordPattern === undefined) return [];
    return [...text.matchAll(this.wordPattern)].map(({ index, 0: word }): Span => [
      index,
      index + word.length,
    ]);
  }

  /** Line breaks, also written as `\n`, are skipped; the characters at both ends that hold bits of the secret go with it. */
  private base64Spans(text: string): readonly Span[] {
    if (this.base64.isEmpty) return [];
    const places: number[] = [];
    let stripped = text;
    if (/\n|\\n/.test(text)) {
      stripped = '';
      for (const part of text.matchAll(/(?:\\r)?\\n|\r?\n|([^\\\r\n]+|[\\\r])/g)) {
        const [, kept] = part;
        if (kept === undefined) continue;
        stripped += kept;
        for (let at = 0; at < kept.length; at += 1) places.push(part.index + at);
      }
    }
    const place = (at: number): number => (places.length === 0 ? at : (places[at] ?? text.length));
    return this.base64.find(stripped).map(([from, to]): Span => {
      const first = from > 0 && /[\w+/-]/.test(stripped[from - 1] ?? '') ? from - 1 : from;
      const end = to + (/^[\w+/-]?={0,2}/.exec(stripped.slice(to, to + 3))?.[0].length ?? 0);
      return [place(first), place(end - 1) + 1];
    });
  }

  /** Plain data, its keys included. A number that is a secret becomes text. */
  value(value: Value): Value {
    if (this.known.size === 0) return value;
    if (typeof value === 'string') return this.text(value);
    if (value instanceof Unknown) return new Unknown(this.text(value.reason));
    if (typeof value === 'number') {
      const shown = this.text(String(value));
      return shown === String(value) ? value : shown;
    }
    if (value === null || typeof value !== 'object') return value;
    if (isMapping(value))
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [this.text(key), this.value(item)]),
      );
    return value.map((item) => this.value(item));
  }

  /** The same for data of another type that is JSON; masking changes texts only, so the type stays. */
  json<T>(data: T): T {
    return this.value(data as unknown as Value) as unknown as T;
  }
}

/** The frame of a key in PEM says nothing. */
function isBoilerplate(line: string): boolean {
  return /^-----(?:BEGIN|END) [A-Z ]+-----$/.test(line);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
