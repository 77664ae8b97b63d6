/** What the engine does itself for a task: on the controller, or with the connection rather than over it. */
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Diagnostics, RtprovError } from '../diagnostics/diagnostic.js';
import type { HostVars } from '../inventory/host-vars.js';
import type { ControllerOperation } from '../modules/module.js';
import type { Task } from '../playbook/model.js';
import { raw, sh } from '../shell/shell.js';
import { pythonRegex, PythonRegexError } from '../values/python-regex.js';
import { isMapping, type Value } from '../values/value.js';
import { parseYaml } from '../yaml/parse.js';
import { toValue } from '../yaml/node.js';
import type { RunContext } from './context.js';
import { prefixedFacts } from './facts.js';
import type { Target, TargetShell } from './target.js';

export interface OperationInputs {
  readonly context: RunContext;
  readonly target: Target;
  readonly shell: TargetShell;
  readonly host: string;
  readonly vars: HostVars;
  readonly checkMode: boolean;
  readonly task: Task;
  step(what: string): void;
}

export interface OperationOutcome {
  readonly changed: boolean;
  readonly failed: boolean;
  readonly skipped: boolean;
  readonly msg?: string;
  readonly reason?: string;
  readonly result: Readonly<Record<string, Value>>;
  readonly actions?: readonly string[];
}

const good = (result: Readonly<Record<string, Value>>, changed = false): OperationOutcome => ({
  changed,
  failed: false,
  skipped: false,
  result,
});
const bad = (msg: string, result: Readonly<Record<string, Value>> = {}): OperationOutcome => ({
  changed: false,
  failed: true,
  skipped: false,
  msg,
  result,
});

function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (seconds <= 0 || signal.aborted) {
      done();
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      done();
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      done();
    }, seconds * 1000);
    signal.addEventListener('abort', stop, { once: true });
  });
}

type Of<Op extends ControllerOperation['op']> = Extract<ControllerOperation, { op: Op }>;

async function pause(operation: Of<'pause'>, inputs: OperationInputs): Promise<OperationOutcome> {
  if (inputs.checkMode) return { ...good({}), actions: ['pause'] };
  const began = performance.now();
  if (operation.seconds !== undefined) {
    inputs.step(`pause of ${operation.seconds} s`);
    await sleep(operation.seconds, inputs.context.stop);
    return good({ delta: Math.round((performance.now() - began) / 1000), user_input: '' });
  }
  const { prompter } = inputs.context;
  if (prompter === undefined) return bad('there is nobody to press Enter: standard input is not a terminal');
  const answer = await prompter.ask(operation.prompt ?? 'Press Enter to go on', { echo: operation.echo });
  return good({
    delta: Math.round((performance.now() - began) / 1000),
    user_input: answer,
    echo: operation.echo,
  });
}

async function meta(operation: Of<'meta'>, inputs: OperationInputs): Promise<OperationOutcome> {
  switch (operation.action) {
    case 'end_host':
      return good({ ends: 'host' });
    case 'end_play':
    case 'end_batch':
      return good({ ends: 'play' });
    case 'clear_facts':
      inputs.shell.forgetFacts();
      return good({});
    case 'reset_connection':
      if (!inputs.checkMode) await inputs.target.reconnect();
      return good({});
    default:
      return good({});
  }
}

/** Glob patterns of `setup: filter=`: `*`, `?` and `[...]` over fact names with or without the prefix. */
function matches(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const source = pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    const glob = new RegExp(`^${source}$`);
    return glob.test(name) || glob.test(`ansible_${name}`);
  });
}

async function setup(operation: Of<'setup'>, inputs: OperationInputs): Promise<OperationOutcome> {
  inputs.step('gathering facts');
  if (inputs.target.changed) inputs.shell.forgetFacts();
  inputs.target.changed = false;
  const all = await inputs.shell.allFacts();
  const wanted =
    operation.filter.length === 0
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => matches(name, operation.filter)));
  return good({ ansible_facts: prefixedFacts(wanted) });
}

async function includeVars(
  operation: Of<'include_vars'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  const diagnostics = new Diagnostics();
  const folders = inputs.task.searchPaths.flatMap((folder) => [join(folder, 'vars'), folder]);
  const find = async (name: string): Promise<string | undefined> => {
    for (const path of isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))) {
      if ((await stat(path).catch(() => undefined)) !== undefined) return path;
    }
    return undefined;
  };
  const named = operation.file ?? operation.dir ?? '';
  const path = await find(named);
  if (path === undefined) return bad(`${named} was not found in ${folders.join(', ')}`);
  const files: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const full = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (operation.depth === 0 || depth < operation.depth) await walk(full, depth + 1);
      } else if (
        !operation.ignoreFiles.some((pattern) => new RegExp(pattern).test(entry.name)) &&
        (operation.filesMatching === undefined || new RegExp(operation.filesMatching).test(entry.name)) &&
        (operation.ignoreUnknownExtensions
          ? operation.extensions.includes(extname(entry.name).slice(1))
          : true)
      ) {
        files.push(full);
      }
    }
  };
  if (operation.dir === undefined) files.push(path);
  else await walk(path, 1);
  let vars: Record<string, Value> = {};
  for (const file of files) {
    const [node] = parseYaml(await readFile(file, 'utf8'), file, diagnostics);
    diagnostics.throwIfErrors();
    const value = node === undefined ? {} : toValue(node);
    if (!isMapping(value)) return bad(`${file} does not hold a mapping of variables`);
    vars = operation.hashBehaviour === 'merge' ? merged(vars, value) : { ...vars, ...value };
  }
  const facts: Readonly<Record<string, Value>> =
    operation.name === undefined ? vars : { [operation.name]: vars };
  return good({ ansible_facts: facts, ansible_included_var_files: files });
}

function merged(
  into: Readonly<Record<string, Value>>,
  from: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const out: Record<string, Value> = { ...into };
  for (const [key, value] of Object.entries(from)) {
    const there = out[key];
    out[key] = there !== undefined && isMapping(there) && isMapping(value) ? merged(there, value) : value;
  }
  return out;
}

async function fetchFile(operation: Of<'fetch'>, inputs: OperationInputs): Promise<OperationOutcome> {
  const { shell, host } = inputs;
  const request = { kind: 'file', name: operation.src } as const;
  if (shell.view.missing([request]).length > 0) await shell.read([request]);
  const state = shell.view.state('file', operation.src);
  if (state.type !== 'file') {
    const msg = `${operation.src} is ${state.type === 'absent' ? 'not there' : `a ${state.type}`}`;
    return operation.failOnMissing ? bad(msg) : { ...good({ file: operation.src, msg }), msg };
  }
  const base = resolve(inputs.task.searchPaths.at(-1) ?? '.', operation.dest);
  const dest = operation.flat
    ? operation.dest.endsWith('/')
      ? join(base, operation.src.split('/').at(-1) ?? '')
      : base
    : join(base, host, operation.src);
  const { createHash } = await import('node:crypto');
  const present = await readFile(dest).catch(() => undefined);
  const same = present !== undefined && createHash('sha256').update(present).digest('hex') === state.sha256;
  const result = { src: operation.src, dest, file: operation.src, remote_checksum_sha256: state.sha256 };
  const sha1 = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');
  if (same) return good({ ...result, checksum: sha1(present) });
  if (inputs.checkMode) return good(result, true);
  await mkdir(dirname(dest), { recursive: true });
  const partial = `${dest}.rtprov-part`;
  await pipeline(
    await (await shell.session).download(operation.src),
    createWriteStream(partial, { mode: 0o600 }),
  );
  await rename(partial, dest);
  return good({ ...result, checksum: sha1(await readFile(dest)) }, true);
}

/** Waits until `holds` gives true; false when the time is over or the run is being stopped. */
async function until(
  seconds: number,
  pauseSeconds: number,
  signal: AbortSignal,
  holds: () => Promise<boolean>,
): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    if (await holds()) return true;
    if (performance.now() >= end || signal.aborted) return false;
    await sleep(Math.min(pauseSeconds, Math.max(0, (end - performance.now()) / 1000)), signal);
  }
}

async function waitForConnection(
  operation: Of<'wait_for_connection'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  if (inputs.checkMode) return good({});
  inputs.step('waiting for a connection');
  const began = performance.now();
  await sleep(operation.delaySeconds, inputs.context.stop);
  let last: unknown;
  const came = await until(
    operation.timeoutSeconds,
    operation.sleepSeconds,
    inputs.context.stop,
    async () => {
      try {
        await inputs.target.reconnect();
        return (await inputs.shell.script(raw(':'))).status === 0;
      } catch (error) {
        last = error;
        return false;
      }
    },
  );
  if (!came)
    return bad(
      `no connection within ${operation.timeoutSeconds} s: ${last instanceof Error ? last.message : ''}`,
    );
  return good({ elapsed: Math.round((performance.now() - began) / 1000) });
}

async function waitFor(operation: Of<'wait_for'>, inputs: OperationInputs): Promise<OperationOutcome> {
  if (inputs.checkMode) return { ...good({}), skipped: true, msg: 'not waited for in check mode' };
  const { host, port, path } = operation;
  inputs.step(
    port === undefined
      ? path === undefined
        ? `waiting ${operation.timeoutSeconds} s`
        : `waiting for ${path}`
      : `waiting for port ${port}`,
  );
  const began = performance.now();
  await sleep(operation.delaySeconds, inputs.context.stop);
  const elapsed = (): number => Math.round((performance.now() - began) / 1000);
  if (port === undefined && path === undefined) {
    await sleep(operation.timeoutSeconds, inputs.context.stop);
    return good({ elapsed: elapsed(), state: operation.state });
  }
  const wantsThere = !['absent', 'stopped', 'drained'].includes(operation.state);
  const connection = await inputs.target.connect();
  let regex: RegExp | undefined;
  try {
    regex =
      operation.searchRegex === undefined
        ? undefined
        : pythonRegex(operation.searchRegex, { multiline: true });
  } catch (error) {
    if (error instanceof PythonRegexError) return bad(error.message);
    throw error;
  }
  const found: { match?: RegExpExecArray | null } = {};
  const came = await until(
    operation.timeoutSeconds,
    operation.sleepSeconds,
    inputs.context.stop,
    async () => {
      if (port !== undefined)
        return (
          (await connection.probePort(host, port, operation.connectTimeoutSeconds * 1000)) === wantsThere
        );
      const there = await inputs.shell.script(
        regex === undefined ? sh`[ -e ${path ?? ''} ]` : sh`cat -- ${path ?? ''}`,
      );
      if (regex === undefined || !wantsThere) return (there.status === 0) === wantsThere;
      found.match = there.status === 0 ? regex.exec(there.stdout.toString('utf8')) : null;
      return found.match !== null;
    },
  );
  if (!came)
    return bad(
      operation.msg ?? `Timeout when waiting for ${port === undefined ? (path ?? '') : `${host}:${port}`}`,
      { elapsed: elapsed() },
    );
  return good({
    elapsed: elapsed(),
    state: operation.state,
    ...(port === undefined ? {} : { port }),
    ...(path === undefined ? {} : { path }),
    ...groupsOf(found.match ?? null),
  });
}

/** What the groups of `search_regex` matched. */
function groupsOf(match: RegExpExecArray | null): Readonly<Record<string, Value>> {
  if (match === null) return { match_groups: [], match_groupdict: {} };
  const named: Readonly<Record<string, string | undefined>> = match.groups ?? {};
  return {
    match_groups: match.slice(1).map((group: string | undefined) => group ?? null),
    match_groupdict: Object.fromEntries(Object.entries(named).map(([name, group]) => [name, group ?? null])),
  };
}

const bootIdOf = raw('cat /proc/sys/kernel/random/boot_id');

/**
 * A plain reboot: the boot id must be there and differ from the one before, over a new connection, and the test
 * command must succeed. A connection that drops while the reboot is being asked for is how it should be.
 */
async function reboot(operation: Of<'reboot'>, inputs: OperationInputs): Promise<OperationOutcome> {
  if (inputs.checkMode) return { ...good({ rebooted: true, elapsed: 0 }, true), actions: ['reboot'] };
  const { shell, target, context } = inputs;
  const before = (await shell.script(bootIdOf)).stdout.toString('utf8').trim();
  if (before === '') return bad('the boot id cannot be read, so a reboot could not be told from none');
  inputs.step('rebooting');
  const began = performance.now();
  await sleep(operation.preDelaySeconds, context.stop);
  const command =
    operation.command === undefined
      ? raw('systemctl reboot 2>/dev/null || shutdown -r now || reboot')
      : raw(operation.command);
  const asked = await (
    await shell.session
  )
    .run(command, { timeoutMs: 30_000 })
    .catch((error: unknown) => error);
  if (
    !(asked instanceof Error) &&
    'status' in (asked as object) &&
    (asked as { status: number }).status !== 0
  ) {
    return bad(`the reboot was refused: ${(asked as { stderr: Buffer }).stderr.toString('utf8').trim()}`);
  }
  inputs.step('waiting for the reboot');
  let wait = 1;
  const other = await until(operation.timeoutSeconds, 0, context.stop, async () => {
    await sleep(wait, context.stop);
    wait = Math.min(wait * 2, 8);
    try {
      await target.reconnect();
      const now = (
        await (await shell.session).run(bootIdOf, { timeoutMs: operation.connectTimeoutSeconds * 1000 })
      ).stdout
        .toString('utf8')
        .trim();
      return now !== '' && now !== before;
    } catch (error) {
      if (error instanceof RtprovError) return false;
      throw error;
    }
  });
  if (!other)
    return bad(`the host did not come back with another boot id within ${operation.timeoutSeconds} s`, {
      rebooted: false,
      elapsed: Math.round((performance.now() - began) / 1000),
    });
  await sleep(operation.postDelaySeconds, context.stop);
  const tested = await until(
    operation.timeoutSeconds,
    2,
    context.stop,
    async () => (await shell.script(raw(operation.testCommand)).catch(() => ({ status: 1 }))).status === 0,
  );
  target.changed = true;
  if (!tested)
    return bad(`after the reboot, \`${operation.testCommand}\` did not succeed`, { rebooted: true });
  return good({ rebooted: true, elapsed: Math.round((performance.now() - began) / 1000) }, true);
}

export async function runOperation(
  operation: ControllerOperation,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  switch (operation.op) {
    case 'set_fact':
      return good({ ansible_facts: operation.facts });
    case 'pause':
      return pause(operation, inputs);
    case 'meta':
      return meta(operation, inputs);
    case 'setup':
      return setup(operation, inputs);
    case 'include_vars':
      return includeVars(operation, inputs);
    case 'fetch':
      return fetchFile(operation, inputs);
    case 'wait_for_connection':
      return waitForConnection(operation, inputs);
    case 'wait_for':
      return waitFor(operation, inputs);
    case 'reboot':
      return reboot(operation, inputs);
  }
}
