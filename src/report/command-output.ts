/** What a failed command printed, and what `debug` shows. */
import { isMapping, type Value } from '../values/value.js';
import { cleanLines } from './printable.js';

/** Lines of each stream that are shown of a failure; -v shows all. */
const mostLines = 20;

/** So many of the last lines are in the message of a command that failed (planner/failure/why.ts). */
const inMessage = 10;

/** `stderr: one line`, or the name and the lines below it. Texts that the message already has are left out. */
export function outputLines(result: Value, message: string, all: boolean): readonly string[] {
  if (!isMapping(result)) return [];
  return ['stdout', 'stderr'].flatMap((stream) => {
    const text = result[stream];
    if (typeof text !== 'string' || text.trim() === '' || message.includes(text.trim())) return [];
    if (!all && message.includes(text.trimEnd().split(/\r?\n/).slice(-inMessage).join('\n'))) return [];
    const lines = cleanLines(text);
    const cut = all ? 0 : Math.max(0, lines.length - mostLines);
    const [only] = lines;
    if (lines.length === 1 && only !== undefined) return [`${stream}: ${only}`];
    const above = cut === 0 ? '' : ` (the last ${mostLines} of ${lines.length} lines)`;
    return [`${stream}:${above}`, ...lines.slice(cut).map((line) => `| ${line}`.trimEnd())];
  });
}

/** Keys that every registered result has, beside what `debug` was asked to show. */
const common = new Set([
  'changed',
  'failed',
  'skipped',
  'item',
  'ansible_loop_var',
  'ansible_index_var',
  'ansible_loop',
  'attempts',
  'msg',
]);

function valueLines(value: Value): readonly string[] {
  return cleanLines(typeof value === 'string' ? value : JSON.stringify(value, undefined, 2));
}

/** The message of a `debug` task, or the expressions and their values. */
export function debugLines(result: Value, message: string | undefined): readonly string[] {
  const own = isMapping(result) ? Object.entries(result).filter(([key]) => !common.has(key)) : [];
  if (own.length > 0) {
    return own.flatMap(([key, value]) => {
      const [first = '', ...rest] = valueLines(value);
      return [`${cleanLines(key).join(' ')}: ${first}`, ...rest];
    });
  }
  const shown = isMapping(result) ? result['msg'] : undefined;
  return shown === undefined ? (message === undefined ? [] : cleanLines(message)) : valueLines(shown);
}
