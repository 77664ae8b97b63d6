/** Python's regular expressions for filters and tests: compiled once, and their faults as template faults. */
import { PythonRegexError, expandReplacement, pythonRegex } from '../values/python-regex.js';
import { TemplateFault } from './fault.js';

const cache = new Map<string, RegExp>();
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
export function pattern(source: string, flags: PatternFlags = {}): RegExp {
  const key = `${flags.ignoreCase === true} ${flags.multiline === true} ${flags.anchored === true} ${source}`;
  let found = cache.get(key);
  if (found === undefined) {
    const options = { ignoreCase: flags.ignoreCase === true, multiline: flags.multiline === true };
    found = guarded(() => pythonRegex(source, options, flags.anchored === true ? 'y' : 'g'));
    if (cache.size >= maximalCache) cache.clear();
    cache.set(key, found);
  }
  found.lastIndex = 0;
  return found;
}

/** A replacement of Python's `re.sub`: `\1`, `\g<1>`, `\g<name>`, `\n`. */
export function expand(replacement: string, match: RegExpMatchArray): string {
  return guarded(() => expandReplacement(replacement, match));
}

/** Every match, as `re.finditer`. */
export function allMatches(regex: RegExp, text: string): readonly RegExpMatchArray[] {
  return [...text.matchAll(regex)];
}
