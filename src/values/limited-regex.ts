/**
 * A RegExp that cannot keep the program busy without end. Cheap matches run as any; one that may take long runs in a thread with
 * a time limit. JavaScript's own functions (`test`, `matchAll`, `replace`) call `exec`, so all of them are limited.
 */
import { mostSteps, regexCost, type RegexCost } from './regex-cost.js';
import { PythonRegexError } from './regex-error.js';
import { execInThread } from './regex-thread.js';
import { timeLimitMs } from './time-limit.js';

/** Up to about a tenth of a second, in the worst case. */
const cheapSteps = 1e8;
/** A match that took longer than this is watched from then on, whatever was thought of it. */
const slowMs = 20;

export class LimitedRegExp extends RegExp {
  private cost: RegexCost | undefined;
  private watched = false;
  /** Milliseconds that the watched matches took together. */
  private spentMs = 0;

  constructor(
    pattern: string | RegExp,
    flags?: string,
    /** For messages: the pattern as the user wrote it. */
    private readonly written = typeof pattern === 'string' ? pattern : pattern.source,
  ) {
    super(pattern, flags);
    if (pattern instanceof LimitedRegExp) this.written = pattern.written;
  }

  /** The limit counts from here: for expressions that are kept for the life of the program. */
  restart(): this {
    this.lastIndex = 0;
    this.spentMs = 0;
    return this;
  }

  /** Throws PythonRegexError when it takes too long. */
  override exec(text: string): RegExpExecArray | null {
    if (this.isWatched(text)) return this.within(text, false)[0] ?? null;
    const began = performance.now();
    const match = super.exec(text);
    if (performance.now() - began > slowMs) this.watched = true;
    return match;
  }

  /** Every match of a global expression. Throws PythonRegexError when that takes too long. */
  matches(text: string): readonly RegExpExecArray[] {
    return this.isWatched(text) ? this.within(text, true) : [...text.matchAll(this)];
  }

  private isWatched(text: string): boolean {
    this.cost ??= regexCost(this.source);
    return this.watched || mostSteps(this.cost, text.length) > cheapSteps;
  }

  private within(text: string, all: boolean): readonly RegExpExecArray[] {
    const limit = timeLimitMs();
    const began = performance.now();
    const answer = execInThread(this, text, Math.max(1, limit - this.spentMs), all);
    this.spentMs += performance.now() - began;
    if (answer === 'interrupted')
      throw new PythonRegexError('was cancelled because the run is stopping', this.written);
    if (answer === 'late') {
      throw new PythonRegexError(
        `did not finish within ${limit / 1000} s on a text of ${text.length} characters. Write it without a repetition inside a repetition, or raise RTPROV_TIME_LIMIT (seconds)`,
        this.written,
      );
    }
    if (answer.error !== undefined) throw new PythonRegexError(`failed: ${answer.error}`, this.written);
    this.lastIndex = answer.lastIndex;
    for (const match of answer.matches) match.input = text;
    return answer.matches;
  }
}
