/** `rtprov rollback` and `rtprov history` of a host of ShellHosts, in this process. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../../src/engine/run/events.js';
import { rollback } from '../../src/engine/rollback/rollback.js';
import { runsOfShells, targetRuns } from '../../src/engine/rollback/runs.js';
import { Target } from '../../src/engine/target/target.js';
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import { connection, type ShellHosts } from './shell-hosts.js';

export interface ShellRollback {
  /** `USER RUN` of what was undone, in order; the login user is `login`. */
  readonly undone: readonly string[];
  /** `USER RUN` of the runs that history shows as open and not as having nothing to undo, before the rollback. */
  readonly open: readonly string[];
  readonly complete: boolean;
  readonly events: readonly RunEvent[];
}

/** `known`: the runs that the records name; all, when it is not given. */
export async function rollBack(
  hosts: ShellHosts,
  options: {
    readonly to?: string;
    readonly users?: readonly string[];
    readonly known?: readonly string[];
  } = {},
): Promise<ShellRollback> {
  const host = 'h1';
  const { to, users = ['login'], known } = options;
  // Whoever held it is dead: nobody waits two minutes for that here.
  for (const user of users) rmSync(join(hosts.dir, host, user, 'lock'), { recursive: true, force: true });
  const target = new Target({
    name: host,
    run: '29991231T000000.000Z-ffffff',
    who: 'rollback',
    runJson: '',
    store: new MemoryContentStore(),
    largeFiles: new Map(),
    use: 'change',
    connect: () => Promise.resolve(connection(host, join(hosts.dir, host), () => undefined, false)),
  });
  const login = target.shell();
  await login.targetFacts(false);
  const shells = new Map(
    users.map((user) => [user === 'login' ? login : target.shell({ user, method: 'sudo' }), user]),
  );
  const listed = await Promise.all(
    [...shells].map(async ([shell, user]) =>
      (await targetRuns(shell))
        .filter(({ undone, unchanged }) => undone === undefined && unchanged !== true)
        .map(({ run }) => `${user} ${run}`),
    ),
  );
  const { runs } = await runsOfShells(shells, to, host, {
    isKnown: (shell, run) => shell === login || known?.includes(run) !== false,
    isOwn: () => true,
    parts: [],
  });
  const events: RunEvent[] = [];
  const options_ = { check: false, diff: false, force: false };
  const { complete } = await rollback({ host, target, runs }, options_, (event) => events.push(event));
  await target.finish();
  const undone = [...runs].flatMap(([shell, mine]) =>
    mine.map(({ run }) => `${shells.get(shell) ?? ''} ${run}`),
  );
  return { undone, open: listed.flat(), complete, events };
}
