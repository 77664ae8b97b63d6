/**
 * One machine as the engine uses it: its connection, a shell a user, what is known of its resources, its lock and its
 * journal. Several hosts of a play may delegate to one target; `exclusive` lets one of them at it at a time.
 */
import type { BecomeOptions, Connection } from '../../transport/types.js';
import { noEffects } from '../../planner/overlay.js';
import type { WindowOutcome } from '../window/script.js';
import type { TargetOptions, WindowRequest } from './target-options.js';
import { clearedBy, endShells } from './leave.js';
import { ignored, OwedHandlers } from './owed.js';
import { TargetShell, type SharedByShells } from './target-shell.js';

/** Names of handlers, by the shell whose journal remembers them. */
export type Debts = ReadonlyMap<TargetShell, readonly string[]>;

export class Target {
  private readonly shared: SharedByShells;
  private connection: Promise<Connection> | undefined;
  private readonly shells = new Map<string, TargetShell>();
  private queue: Promise<unknown> = Promise.resolve();
  /** Something was written since facts were last gathered. */
  changed = false;
  /** It went back to its known-good entry after a trial boot that failed, and undid the run. */
  returned: { readonly complete: boolean } | undefined;
  private windows = 0;
  private uncertainBecause: string | undefined;
  private readonly authors = new Set<string>();

  constructor(readonly options: TargetOptions) {
    const uncertain = (): string | undefined => this.uncertainBecause;
    this.shared = {
      sequence: 0,
      earlier: new Map(),
      effects: noEffects(),
      owed: new OwedHandlers(),
      get uncertain() {
        return uncertain();
      },
      rootShell: () => this.rootShell(),
    };
  }

  /**
   * In check mode, why all that is planned here from now on is a guess and is called unknown: a command would run, whosever task
   * it is, and does not say what it touches.
   */
  get uncertain(): string | undefined {
    return this.uncertainBecause;
  }

  /** The first reason is kept: all after it is a guess already. */
  markUncertain(reasons: readonly (string | undefined)[]): void {
    this.uncertainBecause ??= reasons.find((reason) => reason !== undefined);
  }

  /**
   * Handlers that earlier runs left undone and this one has not run yet, by the shell whose journal says so; undefined before the
   * target was used.
   */
  owedBefore(): Debts | undefined {
    const debts = [...this.shells.values()].flatMap((shell) =>
      shell.owed === undefined ? [] : [[shell, this.shared.owed.left(shell.owed)] as const],
    );
    return debts.length === 0 ? undefined : new Map(debts);
  }

  /** These handlers of earlier runs are this run's to do from now on. */
  owe(names: readonly string[]): void {
    this.shared.owed.owe(names);
  }

  /** Root's shell, where there is one. */
  rootShell(): TargetShell | undefined {
    const login = this.shells.get('');
    return login?.user === 'root' ? login : this.shells.get('root');
  }

  /** A play has ended for the host: these handlers wait still. */
  settleHandlers(waiting: readonly string[]): void {
    this.shared.owed.settle(waiting);
  }

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
        become?.user,
        async () => (await this.connect()).session(become),
        async (script, options) =>
          (await this.connect()).run(script, { ...options, ...(become === undefined ? {} : { become }) }),
        this.shared,
      );
      this.shells.set(key, shell);
    }
    return shell;
  }

  /** Facts of all users are gathered again when they are next asked for. */
  forgetFacts(): void {
    for (const shell of this.shells.values()) shell.forgetFacts();
  }

  /** Users whose journals hold entries of this run. */
  users(): readonly string[] {
    return [...new Set(this.writtenShells().flatMap((shell) => shell.user ?? []))];
  }

  /**
   * Writes a window through one of the shells, for a host of the play. That it may have been written is known before it is
   * sent; what is written through one shell, the others have to read again.
   */
  async write(
    author: string,
    shell: TargetShell,
    { owed, ...request }: Omit<WindowRequest, 'owed'> & { readonly owed: Debts },
  ): Promise<WindowOutcome> {
    this.authors.add(author);
    this.changed = true;
    this.windows += 1;
    try {
      this.shared.owed.owe([...owed.values()].flat());
      await this.endShellsOf(request.steps, shell);
      return await shell.write({ ...request, owed: await this.keepDebts(shell, owed) });
    } finally {
      this.windows -= 1;
      for (const other of this.shells.values()) if (other !== shell) other.view.forgetRead();
    }
  }

  /** Nobody can be removed while rtprov's own shell of that user runs. */
  private async endShellsOf(steps: WindowRequest['steps'], by: TargetShell): Promise<void> {
    const { users } = clearedBy(steps.flatMap(({ step }) => (step.type === 'change' ? [step.change] : [])));
    const leaving = [...this.shells.values()].filter(
      (shell) => shell !== by && shell.prepared && users.has(shell.becomes ?? ''),
    );
    await endShells(new Map(leaving.map((shell) => [shell, { removesJournal: false, keepsLock: true }])), by);
  }

  /** Has the other users' journals remember what only they may say; gives what the journal of the shell that writes remembers. */
  private async keepDebts(shell: TargetShell, owed: Debts): Promise<readonly string[]> {
    for (const [keeper, names] of shell === this.rootShell() ? [] : owed)
      if (keeper !== shell) await keeper.keepOwed(names).catch(ignored);
    return [...new Set([...owed.values()].flat())];
  }

  /** A window is on its way. */
  get isWriting(): boolean {
    return this.windows > 0;
  }

  /** Something was written at all, or may have been. */
  get wrote(): boolean {
    return this.authors.size > 0;
  }

  /** Hosts whose tasks wrote here: the host itself, and those that delegated to it. */
  get writtenBy(): ReadonlySet<string> {
    return this.authors;
  }

  /** Shells that wrote something, the last first. */
  writtenShells(): readonly TargetShell[] {
    return [...this.shells.values()].filter((shell) => shell.journalled).reverse();
  }

  connect(): Promise<Connection> {
    const connection = (this.connection ??= this.options.connect());
    // The next one who asks tries again.
    connection.catch(() => {
      if (this.connection === connection) this.connection = undefined;
    });
    return connection;
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

  /** It could not be reached: whoever asks next tries again. */
  lost(): void {
    for (const shell of this.shells.values()) shell.lost();
  }

  async roundTrips(): Promise<number> {
    return this.connection === undefined ? 0 : (await this.connection).stats.roundTrips;
  }

  /** Gives locks back. Errors are the caller's to report: the lock frees itself in time. */
  async finish(): Promise<void> {
    for (const shell of this.shells.values()) await shell.finish();
  }

  async close(): Promise<void> {
    if (this.connection === undefined) return;
    await this.connection.then((connection) => connection.close()).catch(() => undefined);
  }
}
