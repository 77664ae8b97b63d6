/**
 * Whole runs in this process against made-up hosts: each is a shell on this machine that knows its name (`$HOST_IS`) and its
 * user (`$USER_IS`), and has a folder of its own where root's journal would be. All of them share the machine's files. With
 * `realUsers` whoever one becomes is that account of this machine.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRunFiles } from '../../src/cli/inputs.js';
import { rollBackFailed } from '../../src/cli/commands/rollback-on-failure.js';
import type { RunEvent, TaskResult } from '../../src/engine/run/events.js';
import { Run } from '../../src/engine/run/run.js';
import type { RunInputs } from '../../src/engine/run/run-inputs.js';
import type { RunSummary } from '../../src/engine/run/run-summary.js';
import { Secrets } from '../../src/engine/run/secrets.js';
import type { ConnectionSettings } from '../../src/inventory/connection.js';
import { RtprovError } from '../../src/diagnostics/diagnostic.js';
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import type { Shell } from '../../src/shell/shell.js';
import { sudoFailure } from '../../src/transport/shell/sudo.js';
import type { BecomeOptions, Connection, ScriptResult, ShellSession } from '../../src/transport/types.js';
import { removeProjects, write } from '../playbook/project.js';

/** What happens to a script before it is run: it may fail with an error of the connection, and a text that it gives runs instead. */
export type Before = (host: string, text: string, user: string) => unknown;

export const unreachable = (host: string, code = 'UNREACHABLE'): RtprovError =>
  new RtprovError(code, `no answer from ${host}`);

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

function idsOf(user: string): Ids {
  const [, , uid, gid] = spawnSync('getent', ['passwd', user], { encoding: 'utf8' }).stdout.split(':');
  if (uid === undefined) throw sudoFailure({ user, method: 'sudo' }, 'here', `sudo: unknown user ${user}`);
  return { uid: Number(uid), gid: Number(gid) };
}

function sh(text: string, env: Readonly<Record<string, string>>, ids?: Ids): Promise<ScriptResult> {
  return new Promise((done, fail) => {
    const child = spawn('sh', [], { env: { ...process.env, ...env }, cwd: '/', ...ids });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => out.push(data));
    child.stderr.on('data', (data: Buffer) => err.push(data));
    child.on('error', fail);
    child.on('close', (code) =>
      done({ status: code ?? 255, stdout: Buffer.concat(out), stderr: Buffer.concat(err) }),
    );
    child.stdin.end(text);
  });
}

export function connection(host: string, home: string, before: Before, realUsers: boolean): Connection {
  const sessions = new Map<string, ShellSession>();
  const stats = { roundTrips: 0, bytesSent: 0, bytesReceived: 0, connects: 1 };
  const open = (become?: BecomeOptions): ShellSession => {
    const user = become?.user ?? 'login';
    const ids = realUsers && become !== undefined ? idsOf(user) : undefined;
    const journal = join(home, user);
    if (ids !== undefined) {
      mkdirSync(journal, { recursive: true });
      chownSync(journal, ids.uid, ids.gid);
    }
    const libraries = new Map<string, Shell>();
    const never = (): never => {
      throw new Error('no bytes are streamed in these tests');
    };
    const session = sessions.get(user) ?? {
      user,
      uid: 0,
      home,
      define: (name: string, library: Shell) => void libraries.set(name, library),
      run: (script: Shell) => {
        const instead = before(host, script.text, user);
        const sent = typeof instead === 'string' ? instead : script.text;
        stats.roundTrips += 1;
        const text = [...[...libraries.values()].map((part) => part.text), sent].join('\n');
        const moved = text.replaceAll(/\/var\/lib\/rtprov|\$HOME\/\.local\/state\/rtprov/g, journal);
        return sh(moved, { HOST_IS: host, USER_IS: user, PASSWORD_IS: become?.password ?? '' }, ids);
      },
      beforeGivingWay: () => undefined,
      end: () => Promise.resolve(),
      upload: never,
      download: never,
    };
    sessions.set(user, session);
    return session;
  };
  return {
    hostName: host,
    session: (become) => Promise.resolve().then(() => open(become)),
    run: async (script, { become } = {}) => open(become).run(script),
    probePort: () => Promise.resolve(false),
    reconnect: () => Promise.resolve(),
    close: () => Promise.resolve(),
    stats,
  };
}

export interface ShellRun {
  readonly events: readonly RunEvent[];
  readonly results: readonly TaskResult[];
  readonly summary: RunSummary;
  /** `HOST TASK [ITEM] STATUS` of each result, in order. */
  readonly lines: readonly string[];
  /** With `rollback`: is all back as it was? Undefined when nothing failed. */
  readonly undone: boolean | undefined;
}

export class ShellHosts {
  readonly dir = mkdtempSync(join(tmpdir(), 'rtprov-engine-'));

  /** Where tasks may write. */
  get files(): string {
    return join(this.dir, 'files');
  }

  path(name: string): string {
    return join(this.files, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  reset(): void {
    for (const name of readdirSync(this.dir)) rmSync(join(this.dir, name), { recursive: true });
    mkdirSync(this.files);
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
    removeProjects();
  }

  /** The files that the journal of a host (and of a user on it) has entries of, by their names, in order. */
  journalled(host: string, user = 'login'): readonly string[] {
    const runs = join(this.dir, host, user, 'runs');
    if (!existsSync(runs)) return [];
    const found = readdirSync(runs).flatMap((run) =>
      readdirSync(join(runs, run))
        .filter((name) => /^\d+\.json$/.test(name))
        .sort()
        .flatMap((name) =>
          [...readFileSync(join(runs, run, name), 'utf8').matchAll(/"name":"([^"]+)"/g)].map(
            ([, path]) => path ?? '',
          ),
        ),
    );
    return [...new Set(found)].map((path) => path.replace(`${this.files}/`, ''));
  }

  /** Has a host undo a run by itself; gives what it said. */
  undo(host: string, run: string): string {
    return spawnSync('sh', [join(this.dir, host, 'login', 'undo.sh'), run], { encoding: 'utf8' }).stdout;
  }

  /** Runs a playbook; `{{ dir }}` is the folder that tasks may write in. `hosts`: an inventory's lines. */
  async play(
    playbook: string,
    options: {
      readonly hosts?: readonly string[];
      readonly check?: boolean;
      readonly before?: Before;
      /** --become, --become-user. */
      readonly become?: RunInputs['become'];
      /** Files beside the playbook. */
      readonly files?: Readonly<Record<string, string>>;
      readonly user?: string;
      readonly realUsers?: boolean;
      /** What --rollback-on-failure does comes next. */
      readonly rollback?: boolean;
      readonly limit?: string;
      /** Called before a user's journal takes its first window. */
      readonly noteJournal?: RunInputs['noteJournal'];
      /** --step. */
      readonly confirmTask?: RunInputs['confirmTask'];
      /** Variables of all hosts in an inventory that is not beside the playbook. */
      readonly inventoryVars?: Readonly<Record<string, unknown>>;
      /** Which of `files` are the inventory, instead of `hosts`. */
      readonly inventories?: readonly string[];
      /** -e, beside `dir`. A file is relative to the playbook. */
      readonly extraVars?: readonly string[];
      /** Called with what the connection to a host is made of. */
      readonly connecting?: (name: string, settings: ConnectionSettings) => void;
    } = {},
  ): Promise<ShellRun> {
    const hosts = options.hosts ?? ['h1', 'h2'];
    const { inventoryVars } = options;
    const inventory = inventoryVars === undefined ? 'hosts' : 'elsewhere/hosts.yml';
    const text =
      inventoryVars === undefined
        ? hosts.join('\n')
        : JSON.stringify({ all: { hosts: Object.fromEntries(hosts.map((name) => [name, inventoryVars])) } });
    const folder = write({ ...options.files, 'site.yml': playbook, [inventory]: `${text}\n` });
    const inventories = (options.inventories ?? [inventory]).map((name) => join(folder, name));
    const extraVars = (options.extraVars ?? []).map((text) => text.replace(/^@/, `@${folder}/`));
    const files = readRunFiles(
      [join(folder, 'site.yml')],
      { inventory: inventories, extraVars: [`dir=${this.files}`, ...extraVars] },
      { chosen: { tags: [], skipTags: [] } },
    );
    const events: RunEvent[] = [];
    const { user, limit: limitText, confirmTask, noteJournal } = options;
    const run = new Run({
      inventory: files.inventory,
      playbooks: files.playbooks,
      templates: files.templates,
      lookups: files.lookups,
      store: new MemoryContentStore(),
      extraVars: files.extraVars,
      limited: files.limited,
      options: {
        check: options.check ?? false,
        diff: true,
        forks: 5,
        tags: [],
        skipTags: [],
        rollbackOnFailure: false,
        verbosity: 0,
      },
      become: options.become ?? { always: false },
      secrets: new Secrets(),
      stop: new AbortController().signal,
      emit: (event) => events.push(event),
      version: '0.0.0',
      started: new Date(),
      ...(user === undefined ? {} : { user }),
      ...(confirmTask === undefined ? {} : { confirmTask }),
      ...(noteJournal === undefined ? {} : { noteJournal }),
      ...(limitText === undefined ? {} : { limitText }),
      connect: (name, settings) => {
        options.connecting?.(name, settings);
        const home = join(this.dir, name);
        mkdirSync(home, { recursive: true });
        const { before = () => undefined, realUsers = false } = options;
        if (realUsers) for (const folder of [this.dir, this.files]) chmodSync(folder, 0o755);
        return Promise.resolve(connection(name, home, before, realUsers));
      },
    });
    const summary = await run.run();
    const undone =
      options.rollback === true
        ? await rollBackFailed(run, summary, (event) => events.push(event))
        : undefined;
    await run.close();
    const results = events.filter((event) => event.type === 'task_result');
    const lines = results.map(({ host, task, item, status }) =>
      [host, task.name, ...(item === undefined ? [] : [`[${item}]`]), status].join(' '),
    );
    return { events, results, summary, lines, undone };
  }
}

/** For a suite: each of its tests begins with fresh hosts, and they go at its end. */
export function shellHosts(): ShellHosts {
  const hosts = new ShellHosts();
  beforeEach(() => hosts.reset());
  after(() => hosts.remove());
  return hosts;
}
