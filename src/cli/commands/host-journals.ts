/** The journals of hosts, each host by itself: what goes wrong with one is reported, and the others go on. */
import pLimit from 'p-limit';
import { visibleJson } from '../../diagnostics/printable.js';
import type { RtprovError } from '../../diagnostics/diagnostic.js';
import { hostError, isUnreachable, messageOf } from '../../engine/host/error.js';
import type { TargetShell } from '../../engine/target/target-shell.js';
import type { RunRecord } from '../../journal/records.js';
import { cleanLines } from '../../report/printable.js';
import { commandSecrets } from '../command-secrets.js';
import type { OpenTarget } from '../open-target.js';

/** Hosts that are looked at together. */
const atOnce = 20;

/** Users whose journals the records name. Nobody else's is known from here. */
function usersOf(host: string, records: readonly RunRecord[]): ReadonlySet<string> {
  return new Set(
    records.flatMap((record) => (record.mode === 'run' ? (record.hosts[host]?.users ?? []) : [])),
  );
}

/**
 * The shells whose journals are looked at, with their users: of those that the records name, and of who logs in, or becomes by the
 * options. What is wrong with one of them is reported and does not stop the others: its user may have made it so.
 */
async function eachShell(
  name: string,
  opened: OpenTarget,
  records: readonly RunRecord[],
  work: (shell: TargetShell) => Promise<readonly string[]>,
  fault: (error: RtprovError, user?: string) => readonly string[],
): Promise<readonly string[]> {
  const { shell } = opened;
  await shell.targetFacts(false);
  const own = shell.user ?? '';
  const shells = new Map([[own, shell]]);
  for (const user of usersOf(name, records)) if (!shells.has(user)) shells.set(user, opened.shellOf(user));
  const lines: string[] = [];
  for (const [user, one] of shells) {
    try {
      lines.push(...(await work(one)));
    } catch (raised) {
      const error = hostError(raised);
      // A user who is gone has no journal. Whom the options name is somebody else's mistake.
      if (error.code === 'BECOME_USER_MISSING' && user !== own) continue;
      if (isUnreachable(error)) throw error;
      lines.push(...(shells.size === 1 ? fault(error) : fault(error, user)));
    }
  }
  return lines;
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

/** Reports on standard error what went wrong with a host. */
export function reportFault(name: string, error: RtprovError): void {
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
  work: (name: string, shell: TargetShell) => Promise<readonly string[]>,
  /** What is to be done and reported for a host once all of its journals have been read. */
  after: (name: string) => readonly string[] = () => [],
): Promise<number> {
  const limit = pLimit(atOnce);
  const codes = new Set<number>();
  const one = async (name: string): Promise<readonly string[]> => {
    let opened: OpenTarget | undefined;
    const faults: RtprovError[] = [];
    const fault = (error: RtprovError, user?: string): readonly string[] => {
      faults.push(error);
      codes.add(exitCodeOf(error));
      if (!json) {
        reportFault(user === undefined ? name : `${name}: the journal of ${user}`, error);
        return [];
      }
      const hint = error.hint === undefined ? {} : { hint: error.hint };
      const of = user === undefined ? {} : { user };
      return [
        JSON.stringify({ host: name, ...of, error: { code: error.code, msg: messageOf(error), ...hint } }),
      ];
    };
    try {
      opened = open(name);
      const lines = await eachShell(name, opened, records, (shell) => work(name, shell), fault);
      await opened.target.finish();
      return faults.length === 0 ? [...lines, ...after(name)] : lines;
    } catch (raised) {
      return fault(hostError(raised));
    } finally {
      await opened?.target.finish().catch(() => undefined);
      await opened?.target.close();
    }
  };
  for (const done of names.map((name) => limit(() => one(name)))) print(await done, json);
  return worst(codes);
}
