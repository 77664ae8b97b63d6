/** States that a target's shell reads: a script that asks for them, and what it answered. */
import { randomBytes } from 'node:crypto';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import type { PlanView } from '../../planner/view.js';
import type { ReadRequest } from '../../resources/resource.js';
import type { Shell } from '../../shell/shell.js';
import type { RunOptions, ScriptResult } from '../../transport/types.js';
import { batch, batchMark, parseBatch, type PartOutput } from '../window/batch.js';
import { parseReads, readParts } from '../window/reads.js';
import { firstLine } from './opening.js';
import type { TargetOptions } from './target-options.js';

/** A word that nothing on the target can know before. */
export const nonce = (): string => randomBytes(9).toString('hex');

/** What is thrown when a kind's states could not be read on the host of this name: RtprovError READ_FAILED. */
export function readFault(name: string): (kind: string, part: PartOutput | undefined) => RtprovError {
  return (kind, part) =>
    new RtprovError('READ_FAILED', `${kind} states could not be read on ${name}: ${firstLine(part)}`);
}

/** Reads states into a view; one round trip. */
export async function readInto(
  view: PlanView,
  requests: readonly ReadRequest[],
  options: Pick<TargetOptions, 'name' | 'store'>,
  send: (script: Shell, options: RunOptions) => Promise<ScriptResult>,
): Promise<void> {
  const word = nonce();
  const reading = batch(readParts(requests, 'r', true), word);
  const output = await send(reading, { isRead: true, mark: batchMark(word) });
  const parts = parseBatch(output, word);
  for (const { request, state } of parseReads(requests, 'r', parts, options.store, readFault(options.name)))
    view.learn(request, state);
}
