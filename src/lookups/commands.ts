/** `pipe` and `lines`: what a command prints that /bin/sh runs on the controller, in the playbook's folder. */
import { textOf } from './options.js';
import type { LookupCall } from '../template/runtime/lookup.js';
import type { Lookup, LookupWorld } from './lookup.js';
import { baseFolder } from './search.js';

function printed(name: string, command: string, call: LookupCall, world: LookupWorld): string {
  const cwd = baseFolder(call);
  const { stdout, stderr, code } = world.act({ file: '/bin/sh', args: ['-c', command], cwd }, call);
  if (code === 0) return stdout;
  const last = stderr.trimEnd().split('\n').slice(-3).join(' | ');
  throw new Error(
    `${name}(${command}) ${code === null ? 'was ended by a signal' : `returned ${code}`}${last === '' ? '' : `: ${last}`}`,
  );
}

export const pipe: Lookup = (call, world) =>
  call.terms.map((term) => printed('pipe', textOf(term, 'a command'), call, world).trimEnd());

/** As Python splits bytes: after the last line end there is no further line. */
export function printedLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

export const lines: Lookup = (call, world) =>
  call.terms.flatMap((term) => printedLines(printed('lines', textOf(term, 'a command'), call, world)));
