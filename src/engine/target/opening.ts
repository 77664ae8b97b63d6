/** The first script of a shell on a target: it takes the lock, reads the facts that planning needs, and what earlier runs owe. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { lockedError, lockedStatus, lockLibrary, takeLock, tryLock, unwritable } from '../../journal/lock.js';
import { owedScript, parseOwed } from '../../journal/owed.js';
import { journalLibrary } from '../../journal/target.js';
import type { TargetFacts } from '../../resources/facts/target.js';
import {
  factsProbe,
  missingFacts,
  parseFacts,
  parseTargetFacts,
  targetFactsProbe,
} from '../../resources/facts/facts.js';
import { lines, sh, type Shell } from '../../shell/shell.js';
import type { ScriptResult } from '../../transport/types.js';
import type { Value } from '../../values/value.js';
import { batch, parseBatch, type Part, type PartOutput } from '../window/batch.js';
import type { TargetOptions } from './target-options.js';

/** What is known of a target once a shell was opened there. `all`: all facts, without the `ansible_` prefix. */
export interface Known {
  readonly facts: TargetFacts;
  readonly all?: Readonly<Record<string, Value>>;
  /** In a check: why there is no room for a journal. */
  readonly noRoom?: string;
}

export function firstLine(output: PartOutput | ScriptResult | undefined): string {
  const text = output?.stderr.toString('utf8').trim() ?? '';
  return text === '' ? 'no error output' : text.split('\n').slice(0, 5).join('\n');
}

/** What a probe printed. Throws RtprovError FACTS_FAILED when it failed, or when what every Linux has is not in it. */
export function factsOutput(
  name: string,
  output: PartOutput | ScriptResult | undefined,
  probe: 'target' | 'all',
): Buffer {
  const failed = (why: string): RtprovError =>
    new RtprovError('FACTS_FAILED', `facts could not be read on ${name}: ${why}`);
  if (output?.status !== 0) throw failed(firstLine(output));
  const missing = missingFacts(output.stdout, probe);
  if (missing === undefined) return output.stdout;
  throw failed(
    `${missing} is missing in the target's output: ${JSON.stringify(output.stdout.toString('utf8', 0, 200))}`,
  );
}

export function openingScript(
  { run, who, use }: Pick<TargetOptions, 'run' | 'who' | 'use'>,
  withAll: boolean,
  nonce: string,
): Shell {
  const parts: Part[] = [{ name: 'owed', script: owedScript }];
  if (use === 'change') parts.push({ name: 'lock', script: takeLock(run, who), critical: true });
  if (use === 'check') parts.push({ name: 'lock', script: tryLock, critical: true });
  parts.push({ name: 'target', script: targetFactsProbe });
  if (withAll) parts.push({ name: 'facts', script: factsProbe });
  return lines([journalLibrary, lockLibrary, sh`rtp_open ${run}`, batch(parts, nonce)]);
}

/** Calls `locked` once the lock is known to be taken. Throws RtprovError: HOST_LOCKED, LOCK_FAILED, FACTS_FAILED. */
export function readOpening(
  output: ScriptResult,
  nonce: string,
  options: Pick<TargetOptions, 'name' | 'use'> & {
    readonly withAll: boolean;
    readonly locked: () => void;
  },
): { readonly known: Known; readonly owed: readonly string[] } {
  const { name } = options;
  const answers = parseBatch(output, nonce);
  const lock = answers.get('lock');
  if (options.use !== 'look') {
    if (lock?.status === lockedStatus) throw lockedError(name, lock.stdout.toString('utf8').trim());
    if (lock?.status !== 0) throw unwritable(name, firstLine(lock));
  }
  if (options.use === 'change') options.locked();
  const noRoom =
    options.use === 'check' ? /^room: (.*)/.exec(lock?.stdout.toString('utf8').trim() ?? '')?.[1] : undefined;
  const facts = parseTargetFacts(factsOutput(name, answers.get('target'), 'target'));
  return {
    known: {
      facts,
      ...(options.withAll ? { all: parseFacts(factsOutput(name, answers.get('facts'), 'all')) } : {}),
      ...(noRoom === undefined ? {} : { noRoom }),
    },
    owed: parseOwed(answers.get('owed')?.stdout.toString('utf8') ?? ''),
  };
}
