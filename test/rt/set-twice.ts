import assert from 'node:assert/strict';
import { setArgs } from '../../src/rt/args/arg-sets.js';
import { formatKernelLine, parseKernelLine, type KernelArg } from '../../src/rt/args/kernel-args.js';

const read = (line: string): readonly KernelArg[] => parseKernelLine(line).args;
const text = (args: readonly KernelArg[]): string => formatKernelLine({ args });

/** Sets arguments on a line, compares it, and sets them again: then nothing changes. */
export function assertSets(before: string, wanted: string, after: string): void {
  const once = setArgs(read(before), read(wanted));
  assert.equal(text(once), after);
  assert.equal(text(setArgs(once, read(wanted))), after);
}
