/**
 * What one evaluation may use: time, and the size of what it makes. Nothing can stop JavaScript from outside while it is busy, so
 * every operation counts here. An evaluation within another one shares its budget.
 */
import { mustGiveUp, timeLimitMs } from '../../values/time-limit.js';
import { TemplateFault, tooLargeFault } from '../fault.js';

/** Characters that are made, over all operations of an evaluation. */
const mostCharacters = 128 * 1024 * 1024;
/** Items of lists that are made. */
const mostItems = 4_000_000;
/** The clock is looked at once in so many steps. */
const stepsBetweenLooks = 256;

const budget = { depth: 0, limitMs: 0, end: 0, steps: 0, characters: 0, items: 0 };

/** Runs an evaluation; the outermost one starts the clock. */
export function withinBudget<T>(work: () => T): T {
  if (budget.depth === 0) {
    const limitMs = timeLimitMs();
    Object.assign(budget, { limitMs, end: performance.now() + limitMs, steps: 0, characters: 0, items: 0 });
  }
  budget.depth += 1;
  try {
    return work();
  } finally {
    budget.depth -= 1;
  }
}

/** One operation. Throws a TemplateFault when the time is over or the run is being stopped. */
export function step(): void {
  budget.steps += 1;
  if (budget.steps % stepsBetweenLooks !== 0 || budget.depth === 0) return;
  if (mustGiveUp()) {
    throw new TemplateFault('TEMPLATE_INTERRUPTED', 'It was cancelled because the run is stopping.');
  }
  if (performance.now() > budget.end) {
    throw new TemplateFault(
      'TEMPLATE_TOO_SLOW',
      `It did not finish within ${budget.limitMs / 1000} s.`,
      'Look for a loop within a loop. RTPROV_TIME_LIMIT=SECONDS sets another limit.',
    );
  }
}

/** So many characters are made, or are about to be. Throws a TemplateFault when that is too many. */
export function spendText(length: number): void {
  budget.characters += length;
  if (budget.characters > mostCharacters) throw tooLargeFault();
}

/** A length that is about to be made, once it was counted. */
export function madeLong(length: number): number {
  spendText(length);
  return length;
}

/** So many items of lists are made, or are about to be. Throws a TemplateFault when that is too many. */
export function spendItems(count: number): void {
  budget.items += count;
  if (budget.items > mostItems) throw tooLargeFault();
}

/** `text.repeat(count)` that does not begin what it cannot end. */
export function repeated(text: string, count: number): string {
  const times = Math.max(0, Math.floor(count));
  if (!(text.length * times <= mostCharacters)) throw tooLargeFault();
  spendText(text.length * times);
  return text.repeat(times);
}
