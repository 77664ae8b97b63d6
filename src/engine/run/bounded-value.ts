/**
 * What an event shows of a value: masked, and never more than some megabytes. Results can be as large as the memory allows, and an event
 * is copied several times on its way to a screen, a program and the record; JSON makes six characters of one control character.
 */
import { beginningOf } from '../../values/lazy-lines.js';
import { isMapping, Unknown, type Value } from '../../values/value.js';
import type { Secrets } from './secrets.js';

/** Characters of one text, items of one list or mapping, and characters of one field of an event in all. */
export const eventLimits = { text: 1 << 20, items: 50_000, total: 4 << 20 } as const;

/** Shorter keys are never cut: programs look for them. */
const longKey = 200;

class Bounded {
  private left: number = eventLimits.total;

  constructor(private readonly secrets: Secrets) {}

  value(value: Value): Value {
    if (typeof value === 'string') return this.text(value);
    if (value instanceof Unknown) return new Unknown(this.text(value.reason));
    this.left -= 8;
    if (typeof value === 'number') {
      const shown = this.secrets.text(String(value));
      return shown === String(value) ? value : shown;
    }
    if (value === null || typeof value !== 'object') return value;
    return isMapping(value) ? this.mapping(value) : this.list(value);
  }

  /** What is in its middle is left out, together with what could be parts of a secret there: the end says why a command failed. */
  private text(text: string): string {
    const room = Math.max(0, Math.min(eventLimits.text, this.left));
    if (text.length <= room) {
      this.left -= text.length;
      return this.secrets.text(text);
    }
    this.left -= room;
    const { reach } = this.secrets;
    const atEnd = Math.floor(room / 4);
    const first = this.secrets.text(text.slice(0, room - atEnd + reach));
    const last = this.secrets.text(text.slice(text.length - atEnd - reach));
    // A slice would keep the whole text in the memory.
    const kept = (part: string): string => Buffer.from(part).toString();
    return `${kept(first.slice(0, Math.max(0, first.length - reach)))}[... ${text.length - room} more characters ...]${kept(last.slice(reach))}`;
  }

  private list(list: readonly Value[]): readonly Value[] {
    const { first, count } = beginningOf(list, eventLimits.items);
    const shown: Value[] = [];
    for (const item of first) {
      if (this.left <= 0) break;
      shown.push(this.value(item));
    }
    if (shown.length < count) shown.push(`[... ${count - shown.length} more items]`);
    return shown;
  }

  /** Keys are shown as long as there is room; a mapping of usual size keeps all of them. */
  private mapping(mapping: Readonly<Record<string, Value>>): Value {
    const shown: Record<string, Value> = {};
    let count = 0;
    const entries = Object.entries(mapping);
    for (const [key, item] of entries) {
      if (count >= eventLimits.items || (this.left <= 0 && count >= 100)) {
        shown['...'] = `[... ${entries.length - count} more keys]`;
        break;
      }
      count += 1;
      this.left -= key.length;
      // Not an assignment: `__proto__` is a key like any other.
      Object.defineProperty(shown, key.length > longKey ? this.text(key) : this.secrets.text(key), {
        value: this.value(item),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return shown;
  }
}

/** A value as it may leave the engine. */
export function boundedValue(value: Value, secrets: Secrets): Value {
  return new Bounded(secrets).value(value);
}
