/** The hosts of `rtprov rollback`: whose journals are looked at there, and which runs of them count. */
import type { RunRecord } from '../../journal/records.js';
import { placeOf, type ConnectionSettings } from '../../inventory/connection.js';
import { MemoryContentStore } from '../../resources/lib/content-store.js';
import type { KnownRuns } from '../../engine/rollback/runs.js';
import { Target } from '../../engine/target/target.js';
import type { TargetShell } from '../../engine/target/target-shell.js';
import type { Connection } from '../../transport/types.js';
import type { ConnectionOptions } from '../options.js';

/** A host of a rollback. */
export interface RollbackHost {
  readonly name: string;
  /** Where it is, as records have it. */
  readonly place: string;
  readonly target: Target;
  readonly users: ReadonlySet<string>;
  /** Whom the options or variables of the host become. */
  readonly own?: string;
  readonly password?: string;
}

/** Records of runs on the machine of this name: two inventories may have machines of one name. Older records do not say where it was. */
function recordsOf(host: string, place: string, records: readonly RunRecord[]): readonly RunRecord[] {
  return records.filter(({ mode, hosts }) => {
    const { [host]: mine } = hosts;
    return mode !== 'rollback' && mine !== undefined && (mine.at ?? place) === place;
  });
}

/** Users whose journals the records of this host's runs name; the last run counts when no record is here. */
function usersOf(
  host: string,
  place: string,
  records: readonly RunRecord[],
  to: string | undefined,
): ReadonlySet<string> {
  const relevant = recordsOf(host, place, records).filter(({ run }) => to === undefined || run >= to);
  return new Set(relevant.flatMap((record) => record.hosts[host]?.users ?? []));
}

/** Shells of the users whose journals are looked at, with their names; the login user's when nobody knows better. */
export async function shellsOf({
  target,
  users,
  password,
}: RollbackHost): Promise<ReadonlyMap<TargetShell, string>> {
  const login = target.shell();
  await login.targetFacts(false);
  const shells = new Map<TargetShell, string>(
    [...users].map((user) => [
      target.shell({ user, method: 'sudo', ...(password === undefined ? {} : { password }) }),
      user,
    ]),
  );
  return shells.size === 0 ? new Map([[login, login.user ?? '']]) : shells;
}

/**
 * A user may write what he likes into his own journal: of users whom only the records name, those runs count as the last one that the
 * records here know, and know of no rollback.
 */
export function knownOn(
  { name, place, target, own }: RollbackHost,
  shells: ReadonlyMap<TargetShell, string>,
  records: readonly RunRecord[],
): KnownRuns {
  const undone = new Set(
    records.flatMap(({ undid }) => {
      const parts = undid?.[name] ?? [];
      return parts.flatMap(({ run }) =>
        parts.every((part) => part.run !== run || part.complete) ? [run] : [],
      );
    }),
  );
  const open = recordsOf(name, place, records).filter(({ run }) => !undone.has(run));
  const runs = new Set(open.map(({ run }) => run));
  return {
    isKnown: (shell, run) =>
      shell === target.rootShell() || shell === target.shell() || shells.get(shell) === own || runs.has(run),
    isOwn: (user) => user === own,
    parts: open.flatMap(({ run, hosts }) => (hosts[name]?.users ?? []).map((user) => ({ run, user }))),
  };
}

/** What the hosts of a rollback have in common. */
export interface HostsInput {
  readonly options: Pick<ConnectionOptions, 'become' | 'becomeUser'> & {
    readonly to?: string;
    readonly check: boolean;
  };
  /** Of the rollback itself. */
  readonly id: string;
  readonly records: readonly RunRecord[];
  readonly passwords: { readonly become?: string | undefined };
  readonly connect: (name: string, settings: ConnectionSettings) => Promise<Connection>;
}

/** A host as its variables and the options say. Nothing is contacted. */
export function rollbackHost(
  name: string,
  settings: ConnectionSettings,
  { options, id, records, passwords, connect }: HostsInput,
): RollbackHost {
  const target = new Target({
    name,
    run: id,
    who: 'rollback',
    runJson: '',
    store: new MemoryContentStore(),
    largeFiles: new Map(),
    use: options.check ? 'check' : 'change',
    connect: () => connect(name, settings),
  });
  const password = settings.becomePassword ?? passwords.become;
  const place = placeOf(settings);
  const users = new Set(usersOf(name, place, records, options.to));
  const becomes = settings.become ?? options.become;
  const own = becomes ? (settings.becomeUser ?? options.becomeUser ?? 'root') : undefined;
  if (own !== undefined) users.add(own);
  return {
    name,
    place,
    target,
    users,
    ...(own === undefined ? {} : { own }),
    ...(password === undefined ? {} : { password }),
  };
}
