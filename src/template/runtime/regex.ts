/** Python's regular expressions for filters and tests: compiled once, and their faults as template faults. */
import type { LimitedRegExp } from '../../values/limited-regex.js';
import { expandReplacement, pythonRegex } from '../../values/python-regex.js';
import { PythonRegexError } from '../../values/regex-error.js';
import { spendItems } from './budget.js';
import { TemplateFault } from '../fault.js';

const cache = new Map<string, LimitedRegExp>();
const maximalCache = 2000;

export interface PatternFlags {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
  /** For `match`: only at the start of the text. */
  readonly anchored?: boolean;
}

function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof PythonRegexError)) throw error;
    throw new TemplateFault('TEMPLATE_FILTER_FAILED', `${error.message}.`);
  }
}

/** A compiled pattern, sticky or global, that starts at the start of the next text. */
export function pattern(source: string, flags: PatternFlags = {}): LimitedRegExp {
  const key = `${flags.ignoreCase === true} ${flags.multiline === true} ${flags.anchored === true} ${source}`;
  let found = cache.get(key);
  if (found === undefined) {
    const options = { ignoreCase: flags.ignoreCase === true, multiline: flags.multiline === true };
    found = guarded(() => pythonRegex(source, options, flags.anchored === true ? 'y' : 'g'));
    if (cache.size >= maximalCache) cache.clear();
    cache.set(key, found);
  }
  return found.restart();
}

/** A replacement of Python's `re.sub`: `\1`, `\g<1>`, `\g<name>`, `\n`. */
export function expand(replacement: string, match: RegExpMatchArray): string {
  return guarded(() => expandReplacement(replacement, match));
}

/** Every match, as `re.finditer`. */
export function allMatches(regex: LimitedRegExp, text: string): readonly RegExpMatchArray[] {
  const matches = regex.matches(text);
  spendItems(matches.length);
  return matches;
}
