/** A shell of one user on the target: what is known through it, and what is read and written with it. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { beat, lockBeatSeconds, releaseLock } from '../../journal/lock.js';
import { removeJournal, shellProcess } from '../../journal/departed.js';
import { keepOwed, settleOwed } from '../../journal/owed.js';
import { markUnchanged } from '../../journal/target.js';
import type { TargetFacts } from '../../resources/facts/target.js';
import { factsProbe, parseFacts } from '../../resources/facts/facts.js';
import type { ReadRequest } from '../../resources/resource.js';
import { lines, raw, type Shell } from '../../shell/shell.js';
import type { RunOptions, ScriptResult, ShellSession } from '../../transport/types.js';
import type { Value } from '../../values/value.js';
import { notJournalled } from '../window/drift.js';
import { LeftNothing } from '../window/left-nothing.js';
import { hasEnded, mayStillRun } from './lost-script.js';
import type { OwedHandlers } from './owed.js';
import { factsOutput, firstLine, openingScript, readOpening, type Known } from './opening.js';
import { batchMark, parseBatch } from '../window/batch.js';
import type { Effects } from '../../planner/overlay.js';
import { parseReads } from '../window/reads.js';
import { PlanView } from '../../planner/view.js';
import { buildWindow, driftedBy, seenStates, rememberStates, type WindowOutcome } from '../window/script.js';
import { equip, runHeld } from './shell-lock.js';
import { nonce, readFault, readInto } from './shell-reads.js';
import type { Leaving, TargetOptions, WindowRequest } from './target-options.js';
import { uploadWindow } from './upload.js';

/** What all shells of a target share within a run. */
export interface SharedByShells {
  /** Windows are numbered over all users, so that their journals can be read in order. */
  sequence: number;
  readonly earlier: Map<string, readonly string[]>;
  readonly effects: Effects;
  /** In a check: why all is a guess, once a command would have run. */
  readonly uncertain: string | undefined;
  rootShell(): TargetShell | undefined;
  readonly owed: OwedHandlers;
}

export class TargetShell {
  readonly view: PlanView;
  private ready: Promise<void> | undefined;
  private wrote = false;
  /** The controller knows it. */
  private noted = false;
  /** The run's folder in the journal is there: a window with entries was journalled. */
  private begun = false;
  readonly leftNothing = new LeftNothing();
  private locked = false;
  private locks: boolean;
  /** Why the target could not be reached again after a connection was lost within a script that changes it. */
  private gone: Error | undefined;
  private beating: NodeJS.Timeout | undefined;
  private idle = true;
  private known: Known | undefined;
  private owedBefore: readonly string[] | undefined;
  /** What the run's folder in this user's journal says that it owes. */
  private keptOwed: readonly string[] = [];

  constructor(
    readonly options: TargetOptions,
    /** Who one becomes; undefined for the login user. */
    readonly becomes: string | undefined,
    private readonly open: () => Promise<ShellSession>,
    /** Runs a script with the start of the shell, which saves a round trip. */
    private readonly first: (script: Shell, options: RunOptions) => Promise<ScriptResult>,
    readonly peers: SharedByShells,
  ) {
    this.view = new PlanView(options.store, peers.effects);
    this.locks = options.use === 'change';
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
    const output = await this.script(factsProbe, { isRead: true });
    const all = parseFacts(factsOutput(this.options.name, output, 'all'));
    if (this.known !== undefined) this.known = { ...this.known, all };
    return all;
  }

  forgetFacts(): void {
    if (this.known !== undefined) this.known = { facts: this.known.facts };
  }

  /** Reads states into a view, by default the shell's own; one round trip. */
  async read(requests: readonly ReadRequest[], view = this.view): Promise<void> {
    await readInto(view, requests, this.options, (script, options) => this.script(script, options));
  }

  /** Handlers that earlier runs owe this user's journal; undefined before the shell was used. */
  get owed(): readonly string[] | undefined {
    return this.owedBefore;
  }

  /** Has this user's journal remember handlers that wait for what another user's window changes. */
  async keepOwed(names: readonly string[]): Promise<void> {
    if (names.join('\n') === this.keptOwed.join('\n')) return;
    const output = await this.underLock(
      lines([raw('rtp_prepare || exit 1'), keepOwed(names), raw('rtp_sync "$rtp_rundir"')]),
    );
    this.wrote = true;
    if (output.status === 0) this.keptOwed = names;
  }

  /** Writes a window: one round trip, plus uploads of large bytes. */
  async write({ steps, mergeTasks, owed }: WindowRequest): Promise<WindowOutcome> {
    // In a check the first task that acts (`check_mode: false`) opens the shell again, with the lock.
    if (!this.locks) this.ready = undefined;
    this.locks = true;
    await this.prepare(false);
    const word = nonce();
    this.peers.sequence += 1;
    const window = buildWindow(steps, {
      seq: String(this.peers.sequence).padStart(5, '0'),
      nonce: word,
      store: this.options.store,
      earlier: this.peers.earlier,
      mergeTasks,
      owed,
      ...(this.begun ? {} : { first: { runJson: this.options.runJson } }),
    });
    // Known before it is sent: a connection that drops meanwhile does not show how far the target came.
    if (window.entries.length > 0) this.note();
    rememberStates(window, this.peers.earlier);
    this.leftNothing.sent(window);
    this.keptOwed = owed;
    const later = this.peers.sequence > 1;
    await uploadWindow(window, this, this.options, later);
    const output = await this.underLock(window.script, { mark: batchMark(word), ...window.sending });
    const parts = parseBatch(output, word);
    const journal = parts.get('journal');
    if (window.entries.length > 0 && journal?.status !== 0) {
      throw notJournalled(this.options.name, firstLine(journal ?? output), later);
    }
    if (window.entries.length > 0) this.begun = true;
    const failed = readFault(this.options.name);
    const readBack = parseReads(window.readBack, 'b', parts, this.options.store, failed);
    const seen = seenStates(window, parts, this.options.store, failed);
    const outcome = { window, parts, readBack, seen, drifted: driftedBy({ window, parts, readBack }) };
    this.leftNothing.ended(outcome);
    return outcome;
  }

  /** Runs one script as this user, prepared, outside of any window. */
  async script(script: Shell, options?: RunOptions): Promise<ScriptResult> {
    await this.prepare(false);
    return this.run(script, options);
  }

  /**
   * Runs a script that changes the target, and that notes itself in the lock (`rtp_busy`). When its connection is lost meanwhile, the
   * script is waited for over a new one, or stopped, before the error is thrown: nothing of it runs any more when something is reported.
   */
  async underLock(script: Shell, options?: RunOptions): Promise<ScriptResult> {
    // After the end of a run the lock was given back: --rollback-on-failure takes it once more.
    if (!this.locked) this.ready = undefined;
    this.locks = true;
    await this.prepare(false);
    try {
      return await runHeld(this.options, script, (text) => this.run(text, options));
    } catch (error) {
      if (!(error instanceof RtprovError) || !this.locked || error.code === 'HOST_LOCKED') throw error;
      this.lost();
      try {
        // Taking one's own lock once more does so.
        await this.prepare(false);
      } catch (again) {
        this.gone = again instanceof Error ? again : error;
        this.ready = undefined;
        throw mayStillRun(error, again);
      }
      throw hasEnded(error);
    }
  }

  /** Entries of this run are in this user's journal, or may do so. */
  get journalled(): boolean {
    return this.wrote;
  }

  /** In a check: throws RtprovError JOURNAL_FAILED when there is no room for what a change would keep. */
  mustHaveRoom(): void {
    const { noRoom } = this.known ?? {};
    if (noRoom !== undefined) throw notJournalled(this.options.name, noRoom);
  }

  /** The user's name, once the shell was used. */
  get user(): string | undefined {
    return this.known?.facts.user;
  }

  /** Gives the lock back and removes what only the run needed. */
  async finish(): Promise<void> {
    clearInterval(this.beating);
    if (!this.locked) return;
    this.locked = false;
    // What could not be reached just now holds the lock for as long as something of it runs there.
    if (this.gone !== undefined) throw this.gone;
    const { handled } = this.peers.owed;
    const { run } = this.options;
    const conditions = this.begun ? this.leftNothing.conditions() : undefined;
    const nothing = conditions === undefined ? [] : [markUnchanged(conditions)];
    const last = [...nothing, this.leftNothing.forget(), settleOwed(handled), releaseLock(run)];
    await this.run(lines([raw('rtp_finish'), ...last]));
  }

  /** Ends the user's shell on the target, if there is one; gives its process there. The next use opens another. */
  async leave({ removesJournal, keepsLock }: Leaving): Promise<readonly string[]> {
    if (!this.prepared && !removesJournal) return [];
    const unlock = keepsLock === true ? [] : [releaseLock(this.options.run)];
    const last = [shellProcess, ...unlock, ...(removesJournal ? [removeJournal] : [])];
    const output = await this.script(lines(last));
    this.lost();
    this.locked = this.begun = false;
    await (await this.open()).end();
    return output.stdout.toString('utf8').split('\n').slice(0, 1);
  }

  /** After a reboot: the new shell has to be prepared again. */
  reset(): void {
    this.lost();
    this.view.forget();
  }

  /** The connection was lost, or never made: the next script prepares a shell again, which takes the lock. */
  lost(): void {
    clearInterval(this.beating);
    this.ready = undefined;
    this.view.forgetRead();
  }

  /** It was used, and the connection is thought to hold. */
  get prepared(): boolean {
    return this.ready !== undefined;
  }

  get session(): Promise<ShellSession> {
    return this.open();
  }

  private note(): void {
    if (!this.noted) this.options.onJournal?.(this.becomes ?? this.user ?? '');
    this.noted = true;
    this.wrote = true;
  }

  private prepare(withAll: boolean): Promise<void> {
    this.ready ??= this.start(withAll);
    return this.ready;
  }

  private async start(withAll: boolean): Promise<void> {
    const options = this.locks ? { ...this.options, use: 'change' as const } : this.options;
    const word = nonce();
    // After a lost connection it waits for what still runs there, and that takes its time.
    const reading = { mark: batchMark(word), ...(this.wrote ? {} : { isRead: true }) };
    const opened = readOpening(await this.first(openingScript(options, withAll, word), reading), word, {
      ...options,
      withAll,
      locked: () => this.hold(),
    });
    this.owedBefore = opened.owed;
    this.known = opened.known;
    equip(await this.open(), this.options, this.locked);
  }

  /** The lock is ours. */
  private hold(): void {
    this.locked = true;
    this.gone = undefined;
    clearInterval(this.beating);
    this.beating = setInterval(() => this.beat(), lockBeatSeconds * 1000);
    this.beating.unref();
  }

  private beat(): void {
    if (!this.idle) return;
    this.run(beat(this.options.run, this.options.who)).catch(() => undefined);
  }

  private async run(script: Shell, options?: RunOptions): Promise<ScriptResult> {
    const session = equip(await this.open(), this.options, this.locked);
    this.idle = false;
    try {
      return await session.run(script, options);
    } finally {
      this.idle = true;
    }
  }
}
