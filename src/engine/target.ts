/**
 * One machine as the engine uses it: its connection, a shell a user, what is known of its resources, its lock and its
 * journal. Several hosts of a play may delegate to one target; `exclusive` lets one of them at it at a time.
 */
import { createReadStream } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { RtprovError } from '../diagnostics/diagnostic.js';
import {
  beat,
  lockBeatSeconds,
  lockedError,
  lockedStatus,
  lockLibrary,
  releaseLock,
  takeLock,
} from '../journal/lock.js';
import { journalLibrary } from '../journal/target.js';
import { resourceLibrary } from '../journal/window-journal.js';
import type { TargetFacts } from '../modules/module.js';
import { kindOf } from '../resources/registry.js';
import { factsProbe, parseFacts, parseTargetFacts, targetFactsProbe } from '../resources/facts/facts.js';
import { keyOf, type ContentStore, type ReadRequest } from '../resources/resource.js';
import { lines, raw, sh, type Shell } from '../shell/shell.js';
import type { BecomeOptions, Connection, ScriptResult, ShellSession } from '../transport/types.js';
import type { Value } from '../values/value.js';
import { batch, parseBatch, type Part, type PartOutput } from './plan-batch.js';
import { PlanView } from './plan-view.js';
import { parseReads, readParts } from './plan-reads.js';
import { buildWindow, type Window, type WindowOutcome } from './plan-window.js';
import type { WindowStep } from './plan-window-steps.js';

export interface TargetOptions {
  readonly name: string;
  readonly run: string;
  /** user@host of the controller, for the lock. */
  readonly who: string;
  readonly runJson: string;
  readonly store: ContentStore;
  /** Where large bytes lie on the controller, by sha256. */
  readonly largeFiles: ReadonlyMap<string, string>;
  /** Only a run that changes things takes the lock. */
  readonly locks: boolean;
  connect(): Promise<Connection>;
  /** Progress lines of long steps. */
  readonly onProgress?: (text: string) => void;
}

const nonce = (): string => randomBytes(9).toString('hex');

function firstLine(output: PartOutput | ScriptResult | undefined): string {
  const text = output?.stderr.toString('utf8').trim() ?? '';
  return text === '' ? 'it said nothing' : text.split('\n').slice(0, 5).join('\n');
}

/** A shell of one user on the target, with what is known through it. */
export class TargetShell {
  readonly view: PlanView;
  private ready: Promise<void> | undefined;
  private wrote = false;
  private locked = false;
  private beating: NodeJS.Timeout | undefined;
  private idle = true;
  private known: { facts: TargetFacts; all?: Readonly<Record<string, Value>> } | undefined;

  constructor(
    private readonly options: TargetOptions,
    private readonly open: () => Promise<ShellSession>,
    /** Runs a script with the start of the shell, which saves a round trip. */
    private readonly first: (script: Shell) => Promise<ScriptResult>,
    private readonly shared: Shared,
  ) {
    this.view = new PlanView(options.store);
  }

  /** Facts that modules plan with, read with the shell's first script. */
  async targetFacts(withAll: boolean): Promise<TargetFacts> {
    await this.prepare(withAll);
    if (this.known === undefined) throw new Error('the shell is prepared, so its facts are known');
    return this.known.facts;
  }

  /** All facts under Ansible's names without the `ansible_` prefix. */
  async allFacts(): Promise<Readonly<Record<string, Value>>> {
    await this.prepare(true);
    const had = this.known?.all;
    if (had !== undefined) return had;
    const output = await this.script(factsProbe);
    if (output.status !== 0)
      throw new RtprovError(
        'FACTS_FAILED',
        `facts could not be read on ${this.options.name}: ${firstLine(output)}`,
      );
    const all = parseFacts(output.stdout);
    if (this.known !== undefined) this.known = { ...this.known, all };
    return all;
  }

  forgetFacts(): void {
    if (this.known !== undefined) this.known = { facts: this.known.facts };
  }

  /** Reads states into the view; one round trip. */
  async read(requests: readonly ReadRequest[]): Promise<void> {
    const word = nonce();
    const output = await this.script(batch(readParts(requests, 'r', true), word));
    const parts = parseBatch(output, word);
    for (const { request, state } of parseReads(requests, 'r', parts, this.options.store, (kind, part) =>
      this.readFailed(kind, part),
    )) {
      this.view.learn(request, state);
    }
  }

  /** Writes a window: one round trip, plus uploads of large bytes. */
  async write(
    steps: readonly WindowStep[],
    mergeTasks: boolean,
    onStderr?: (chunk: Buffer) => void,
  ): Promise<WindowOutcome> {
    await this.prepare(false);
    const word = nonce();
    const isFirst = !this.wrote;
    this.wrote = true;
    this.shared.sequence += 1;
    const window = buildWindow(steps, {
      seq: String(this.shared.sequence).padStart(5, '0'),
      nonce: word,
      store: this.options.store,
      earlier: this.shared.earlier,
      mergeTasks,
      ...(isFirst ? { first: { runJson: this.options.runJson } } : {}),
    });
    this.remember(window);
    await this.upload(window.uploads);
    const output = await this.script(window.script, onStderr);
    const parts = parseBatch(output, word);
    const journal = parts.get('journal');
    if (window.entries.length > 0 && journal?.status !== 0) {
      throw new RtprovError(
        'JOURNAL_FAILED',
        `nothing was changed on ${this.options.name}: the journal could not be written: ${firstLine(journal ?? output)}`,
      );
    }
    const readBack = parseReads(window.readBack, 'b', parts, this.options.store, (kind, part) =>
      this.readFailed(kind, part),
    );
    return { window, parts, readBack };
  }

  /** Runs one script as this user, prepared, outside of any window. */
  async script(script: Shell, onStderr?: (chunk: Buffer) => void): Promise<ScriptResult> {
    await this.prepare(false);
    return this.run(script, onStderr);
  }

  /** Entries of this run lie in this user's journal. */
  get journalled(): boolean {
    return this.wrote;
  }

  /** The user's name, once the shell was used. */
  get user(): string | undefined {
    return this.known?.facts.user;
  }

  /** Gives the lock back and removes what only the run needed. */
  async finish(): Promise<void> {
    clearInterval(this.beating);
    if (this.ready === undefined || !this.locked) return;
    this.locked = false;
    await this.run(lines([raw('rtp_finish'), releaseLock(this.options.run)]));
  }

  /** After a reboot: the new shell has to be prepared again. */
  reset(): void {
    clearInterval(this.beating);
    this.ready = undefined;
    this.view.forget();
  }

  get session(): Promise<ShellSession> {
    return this.open();
  }

  private prepare(withAll: boolean): Promise<void> {
    this.ready ??= this.start(withAll);
    return this.ready;
  }

  private async start(withAll: boolean): Promise<void> {
    const { run, who, locks, name } = this.options;
    const word = nonce();
    const parts: Part[] = [];
    if (locks) parts.push({ name: 'lock', script: takeLock(run, who), critical: true });
    parts.push({ name: 'target', script: targetFactsProbe });
    if (withAll) parts.push({ name: 'facts', script: factsProbe });
    const opening = lines([journalLibrary, lockLibrary, sh`rtp_open ${run}`, batch(parts, word)]);
    const answers = parseBatch(await this.first(opening), word);
    if (locks) {
      const lock = answers.get('lock');
      if (lock?.status === lockedStatus) throw lockedError(name, lock.stdout.toString('utf8').trim());
      if (lock?.status !== 0)
        throw new RtprovError('LOCK_FAILED', `the lock on ${name} could not be taken: ${firstLine(lock)}`);
      this.locked = true;
      this.beating = setInterval(() => this.beat(), lockBeatSeconds * 1000);
      this.beating.unref();
    }
    const target = answers.get('target');
    if (target?.status !== 0)
      throw new RtprovError('FACTS_FAILED', `facts could not be read on ${name}: ${firstLine(target)}`);
    const facts: TargetFacts = parseTargetFacts(target.stdout);
    const all = answers.get('facts');
    if (withAll && all?.status !== 0)
      throw new RtprovError('FACTS_FAILED', `facts could not be read on ${name}: ${firstLine(all)}`);
    this.known = { facts, ...(all === undefined ? {} : { all: parseFacts(all.stdout) }) };
  }

  private beat(): void {
    if (!this.idle) return;
    this.run(beat()).catch(() => undefined);
  }

  private async run(script: Shell, onStderr?: (chunk: Buffer) => void): Promise<ScriptResult> {
    const session = await this.open();
    session.define('journal', lines([journalLibrary, lockLibrary, resourceLibrary]));
    session.define(`run-${this.options.run}`, sh`rtp_open ${this.options.run}`);
    this.idle = false;
    try {
      return await session.run(script, onStderr === undefined ? {} : { onStderr });
    } finally {
      this.idle = true;
    }
  }

  /** Bytes too many for a script go to the stage one after the other. */
  private async upload(shas: readonly string[]): Promise<void> {
    if (shas.length === 0) return;
    const stage = await this.script(raw('rtp_prepare && printf %s "$rtp_stage"'));
    if (stage.status !== 0)
      throw new RtprovError(
        'JOURNAL_FAILED',
        `nothing was changed on ${this.options.name}: ${firstLine(stage)}`,
      );
    const session = await this.open();
    for (const sha of shas) {
      const path = this.options.largeFiles.get(sha);
      const content = this.options.store.get(sha);
      const { Readable } = await import('node:stream');
      if (path === undefined && content === undefined) throw new Error(`no bytes for ${sha}`);
      const source = content === undefined ? createReadStream(path ?? '') : Readable.from([content]);
      const done = await session.upload(source, `${stage.stdout.toString('utf8')}/${sha}`);
      if (done.sha256 !== sha) {
        throw new RtprovError(
          'UPLOAD_FAILED',
          `${path ?? 'the bytes'} changed while being sent to ${this.options.name}`,
          { hint: 'Run again when the file is at rest.' },
        );
      }
    }
  }

  private remember(window: Window): void {
    for (const entry of window.entries) {
      if (entry.type !== 'change') continue;
      for (const change of entry.changes) {
        const key = keyOf(change.id);
        const states = this.shared.earlier.get(key) ?? [];
        this.shared.earlier.set(key, [...states, kindOf(change.id.kind).canon(change.id.name, change.from)]);
      }
    }
  }

  private readFailed(kind: string, part: PartOutput | undefined): RtprovError {
    return new RtprovError(
      'READ_FAILED',
      `${kind} states could not be read on ${this.options.name}: ${firstLine(part)}`,
    );
  }
}

/** What all shells of a target share within a run. */
interface Shared {
  /** Windows are numbered over all users, so that their journals can be read in order. */
  sequence: number;
  readonly earlier: Map<string, readonly string[]>;
}

export class Target {
  private readonly shared: Shared = { sequence: 0, earlier: new Map() };
  private connection: Promise<Connection> | undefined;
  private readonly shells = new Map<string, TargetShell>();
  private queue: Promise<unknown> = Promise.resolve();
  /** Something was written since facts were last gathered. */
  changed = false;
  /** Something was written at all. */
  wrote = false;

  constructor(readonly options: TargetOptions) {}

  /** The shell of the login user, or of the become user. */
  shell(become?: BecomeOptions): TargetShell {
    const login = this.shells.get('');
    // Becoming the user who is logged in already is no other shell, and no other journal.
    if (become !== undefined && login?.user === become.user) return login;
    const key = become?.user ?? '';
    let shell = this.shells.get(key);
    if (shell === undefined) {
      shell = new TargetShell(
        this.options,
        async () => (await this.connect()).session(become),
        async (script) => (await this.connect()).run(script, become === undefined ? {} : { become }),
        this.shared,
      );
      this.shells.set(key, shell);
    }
    return shell;
  }

  /** Users whose journals hold entries of this run. */
  users(): readonly string[] {
    return [...new Set(this.writtenShells().flatMap((shell) => shell.user ?? []))];
  }

  /** What was written through one shell, the others have to read again. */
  forgetElsewhere(than: TargetShell): void {
    for (const shell of this.shells.values()) if (shell !== than) shell.view.forget();
  }

  /** Shells that wrote something, the last first. */
  writtenShells(): readonly TargetShell[] {
    return [...this.shells.values()].filter((shell) => shell.journalled).reverse();
  }

  connect(): Promise<Connection> {
    this.connection ??= this.options.connect();
    return this.connection;
  }

  /** Runs work alone on this target: tasks of several hosts that delegate here do not mix. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work, work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  get contacted(): boolean {
    return this.connection !== undefined;
  }

  /** A new connection, as after a reboot; shells are prepared again when they are next used. */
  async reconnect(): Promise<void> {
    for (const shell of this.shells.values()) shell.reset();
    await (await this.connect()).reconnect();
  }

  async roundTrips(): Promise<number> {
    return this.connection === undefined ? 0 : (await this.connection).stats.roundTrips;
  }

  /** Gives locks back. Errors are the caller's to tell: the lock frees itself in time. */
  async finish(): Promise<void> {
    for (const shell of this.shells.values()) await shell.finish();
  }

  async close(): Promise<void> {
    if (this.connection === undefined) return;
    await this.connection.then((connection) => connection.close()).catch(() => undefined);
  }
}
