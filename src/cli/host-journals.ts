/** The journals of hosts, each host by itself: what goes wrong with one is told, and the others go on. */
import pLimit from 'p-limit';
import { visibleJson } from '../diagnostics/printable.js';
import type { RtprovError } from '../diagnostics/diagnostic.js';
import { hostError, isUnreachable, messageOf } from '../engine/host-error.js';
import type { TargetShell } from '../engine/target-shell.js';
import type { RunRecord } from '../journal/records.js';
import { cleanLines } from '../report/printable.js';
import { commandSecrets } from './command-secrets.js';
import type { OpenTarget } from './open-target.js';

/** Hosts that are looked at together. */
const atOnce = 20;

/** Users whose journals the records name. Nobody else's is known from here. */
function usersOf(host: string, records: readonly RunRecord[]): ReadonlySet<string> {
  return new Set(
    records.flatMap((record) => (record.mode === 'run' ? (record.hosts[host]?.users ?? []) : [])),
  );
}

/** The shells whose journals are looked at: of the users that the records name, else that of who logs in, or becomes by the options. */
async function shellsOf(
  name: string,
  opened: OpenTarget,
  records: readonly RunRecord[],
): Promise<readonly TargetShell[]> {
  const { shell } = opened;
  await shell.targetFacts(false);
  const others = [...usersOf(name, records)].map((user) => opened.shellOf(user));
  for (const other of others) await other.targetFacts(false);
  const byUser = new Map([shell, ...others].map((one) => [one.user, one]));
  return [...byUser.values()];
}

/** Prints lines, masked. Lines of JSON are made safe for a terminal here; what files and hosts say in a text has to be clean already. */
export function print(lines: readonly string[], json: boolean): void {
  for (const line of lines) {
    const masked = commandSecrets.text(line);
    process.stdout.write(`${json ? visibleJson(masked) : masked}\n`);
  }
}

/** 5 when the host could not be reached; 4 when something else went wrong with it. */
export function exitCodeOf(error: RtprovError): number {
  return isUnreachable(error) ? 5 : 4;
}

/** Of the exit codes of several hosts. */
export function worst(codes: ReadonlySet<number>): number {
  return codes.has(4) ? 4 : codes.has(5) ? 5 : 0;
}

/** Tells on standard error what went wrong with a host. */
export function tellFault(name: string, error: RtprovError): void {
  const hint = error.hint === undefined ? '' : ` ${error.hint}`;
  const text = `${name}: error ${error.code}: ${messageOf(error)}${hint}`;
  process.stderr.write(`${commandSecrets.text(cleanLines(text).join('\n  '))}\n`);
}

/**
 * Does the same for each host and prints what it gives, in the order of the names. Gives the exit code: 0; 5 when a host could not be
 * reached; 4 when something else went wrong with one.
 */
export async function eachJournal(
  names: readonly string[],
  open: (name: string) => OpenTarget,
  records: readonly RunRecord[],
  json: boolean,
  work: (name: string, shells: readonly TargetShell[]) => Promise<readonly string[]>,
): Promise<number> {
  const limit = pLimit(atOnce);
  const codes = new Set<number>();
  const one = async (name: string): Promise<readonly string[]> => {
    let opened: OpenTarget | undefined;
    try {
      opened = open(name);
      const lines = await work(name, await shellsOf(name, opened, records));
      await opened.target.finish();
      return lines;
    } catch (fault) {
      const error = hostError(fault);
      codes.add(exitCodeOf(error));
      if (!json) {
        tellFault(name, error);
        return [];
      }
      const hint = error.hint === undefined ? {} : { hint: error.hint };
      return [JSON.stringify({ host: name, error: { code: error.code, msg: messageOf(error), ...hint } })];
    } finally {
      await opened?.target.finish().catch(() => undefined);
      await opened?.target.close();
    }
  };
  for (const done of names.map((name) => limit(() => one(name)))) print(await done, json);
  return worst(codes);
}
