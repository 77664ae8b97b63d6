/**
 * What is known of a target's resources while planning: states that were read, under the effects of tasks that
 * are planned but not yet written (the overlay). Later tasks see earlier effects at once.
 */
import type { FileState } from '../resources/file/state.js';
import {
  keyOf,
  type ContentStore,
  type KindName,
  type ReadRequest,
  type ResourceId,
  type State,
  type StateByKind,
} from '../resources/resource.js';
import { ownersRenamed, type PlannedAccount } from '../resources/account/owners.js';
import type { GroupState } from '../resources/group/state.js';
import type { TransactionState } from '../resources/transaction/state.js';
import type { UserState } from '../resources/user/state.js';
import { Unknown } from '../values/value.js';
import { withAccounts } from './accounts.js';
import { depthOf, forgetBelow, forgetListings, holdsAll, reaches, type Depth, type Known } from './known.js';
import {
  accountsIn,
  fileEffect,
  gonePaths,
  isGone,
  listingWith,
  noEffects,
  packagesIn,
  putEffect,
  type Effect,
  type Effects,
  type Overlay,
} from './overlay.js';
import { resolvePath } from './paths.js';
import { NotRead, StateUnknown } from './unread.js';

/**
 * Files are known by their real paths: the folders above a path are read with it, and links among them are followed, so
 * that a file that tasks name in two ways is one resource.
 */
export class PlanView {
  private known = new Map<string, Known>();
  /** Keys of states that another user has read for this one, as this one could not. */
  readonly lent = new Set<string>();

  /** `effects`: those of the target, when other users' tasks plan there too. */
  constructor(
    readonly store: ContentStore,
    private readonly effects: Effects = noEffects(),
  ) {}

  /** Which of these still have to be read. */
  missing(requests: readonly ReadRequest[]): readonly ReadRequest[] {
    const wanted = new Map<string, ReadRequest>();
    const want = (request: ReadRequest): void => {
      const key = keyOf(request);
      const other = wanted.get(key);
      if (other === undefined || !reaches(depthOf(other), depthOf(request))) wanted.set(key, request);
    };
    for (const request of requests) {
      if (this.satisfied(request)) continue;
      if (request.kind !== 'file') want(request);
      else {
        const { path, missing } = this.resolve(request.name);
        for (const name of missing) want({ kind: 'file', name });
        if (!this.satisfiedAt(path, depthOf(request))) want({ ...request, name: path });
      }
    }
    return [...wanted.values()];
  }

  has(request: ReadRequest): boolean {
    return this.satisfied(request);
  }

  /** The path without links among its folders, as far as they are known. */
  realPath(path: string): string {
    return this.resolve(path).path;
  }

  /** Throws NotRead or StateUnknown. */
  state<K extends KindName>(kind: K, name: string): StateByKind[K] {
    const state = this.peek({ kind, name });
    if (state instanceof Unknown) throw new StateUnknown(state);
    if (state === undefined) throw new NotRead({ kind, name });
    return state as StateByKind[K];
  }

  /** As `state`, but undefined instead of throwing. */
  peek(id: ResourceId): Effect | undefined {
    const state = this.planned(id) ?? this.known.get(this.key(id))?.state;
    return state === undefined || state instanceof Unknown ? state : this.derived(id, state);
  }

  learn(request: ReadRequest, state: State): void {
    const key = this.key(request);
    const before = this.known.get(key)?.state;
    this.known.set(key, { state, depth: depthOf(request) });
    if (request.kind !== 'file' || (state as FileState).type !== 'link') return;
    // What is known below a link has another name; if something else was there before, it is not known any more.
    const below = `${key}/`;
    for (const map of [this.known, this.overlay, this.effects.before] as readonly Map<string, unknown>[]) {
      for (const [other, value] of [...map]) {
        if (!other.startsWith(below)) continue;
        map.delete(other);
        const real = this.key({ kind: 'file', name: other.slice('file:'.length) });
        if (before === undefined && !map.has(real)) map.set(real, value);
      }
    }
  }

  /** A planned effect, visible to the tasks after it. */
  plan(id: ResourceId, state: Effect): void {
    const key = this.key(id);
    const read = this.known.get(key)?.state;
    if (read !== undefined) this.effects.before.set(key, read);
    putEffect(this.overlay, key, state);
  }

  /** A file's state once all planned accounts are there or gone: names and numbers of owners change with them. */
  afterAccounts<S extends State>(id: ResourceId, state: S): S {
    return id.kind === 'file' ? (ownersRenamed(id.name, state as FileState, this.accounts()) as S) : state;
  }

  /** Some effect is planned that is not written yet. */
  get hasPlanned(): boolean {
    return this.overlay.size > 0;
  }

  /** Was a file read that shows this as its owner or group? */
  readOwner(name: string): boolean {
    return [...this.known.values()].some(
      ({ state }) => ('owner' in state && state.owner === name) || ('group' in state && state.group === name),
    );
  }

  checkpoint(): Overlay {
    return new Map(this.overlay);
  }

  restore(overlay: Overlay): void {
    this.effects.overlay = new Map(overlay);
  }

  /** After a write: the overlay is history, what was read back is known. */
  settle(readBack: readonly { readonly request: ReadRequest; readonly state: State }[]): void {
    const removed = readBack
      .filter(({ request, state }) => request.kind === 'file' && (state as FileState).type !== 'directory')
      .map(({ request }) => request.name);
    forgetBelow(this.known, [...gonePaths(this.overlay), ...removed]);
    this.clearEffects();
    for (const { request } of readBack) if (request.kind === 'file') forgetListings(this.known, request.name);
    for (const { request, state } of [...readBack].sort(
      (a, b) => a.request.name.length - b.request.name.length,
    ))
      this.learn(request, state);
  }

  /** Something happened that may have changed anything: all is read again when it is next asked for. */
  forget(): void {
    this.known.clear();
    this.clearEffects();
  }

  /** Something else was at the target: all is read again, and what is planned here still is. */
  forgetRead(): void {
    this.known.clear();
  }

  /** Every package transaction that was looked at. */
  transactions(): readonly TransactionState[] {
    return [...this.known]
      .filter(([key]) => key.startsWith('transaction:'))
      .map(([, known]) => known.state as TransactionState);
  }

  /** Did a task plan this very resource? */
  isPlanned(id: ResourceId): boolean {
    return this.overlay.has(this.key(id));
  }

  /** Packages that earlier tasks change. */
  plannedPackages(): readonly string[] {
    return packagesIn(this.overlay);
  }

  private clearEffects(): void {
    this.effects.overlay.clear();
    this.effects.before.clear();
  }

  private get overlay(): Map<string, Effect> {
    return this.effects.overlay;
  }

  /** How a key was read here, or else by whoever planned it. */
  private read(key: string): State | undefined {
    return this.known.get(key)?.state ?? this.effects.before.get(key);
  }

  private key(id: ResourceId): string {
    return id.kind === 'file' ? `file:${this.realPath(id.name)}` : keyOf(id);
  }

  private resolve(path: string): { readonly path: string; readonly missing: readonly string[] } {
    return resolvePath(path, (above) => {
      const state = fileEffect(this.overlay, above) ?? this.known.get(`file:${above}`)?.state;
      return state instanceof Unknown ? {} : (state as FileState | undefined);
    });
  }

  private planned(id: ResourceId): Effect | undefined {
    return id.kind === 'file'
      ? fileEffect(this.overlay, this.realPath(id.name))
      : this.overlay.get(keyOf(id));
  }

  private derived(id: ResourceId, state: State): State {
    if (id.kind === 'file')
      return this.withListing(id.name, ownersRenamed(id.name, state as FileState, this.accounts()));
    if (id.kind !== 'user' && id.kind !== 'group') return state;
    const base = this.read(keyOf(id));
    return withAccounts(
      id,
      state as UserState | GroupState,
      base as UserState | GroupState | undefined,
      this.accounts(),
    );
  }

  /** Planned users and groups with what is known of them. */
  private accounts(): Iterable<PlannedAccount> {
    return accountsIn(this.overlay, (key) => this.read(key));
  }

  private satisfied(request: ReadRequest): boolean {
    if (request.kind === 'file') {
      const { path, missing } = this.resolve(request.name);
      return missing.length === 0 && this.satisfiedAt(path, depthOf(request));
    }
    return this.overlay.has(keyOf(request)) || this.known.has(keyOf(request));
  }

  private satisfiedAt(path: string, depth: Depth): boolean {
    const planned = fileEffect(this.overlay, path);
    const known = this.known.get(`file:${path}`);
    if (planned instanceof Unknown) return true;
    if (planned === undefined)
      return known !== undefined && (reaches(known.depth, depth) || holdsAll(known.state, depth, this.store));
    if (depth === 'tree')
      return (
        !('type' in planned) || planned.type !== 'directory' || this.isFresh(path) || known?.depth === 'tree'
      );
    // Bytes that only the target has are read from where they still are: at the same path, which has got another mode or owner.
    const read = this.read(`file:${path}`);
    const asRead =
      read !== undefined && 'sha256' in planned && 'sha256' in read && planned.sha256 === read.sha256;
    return !asRead || holdsAll(planned, depth, this.store);
  }

  /** Made by the plan: nothing of what was read below it is there any more. */
  private isFresh(path: string): boolean {
    if (isGone(this.overlay, path)) return true;
    const read = this.read(`file:${path}`) as FileState | undefined;
    return read !== undefined && read.type !== 'directory';
  }

  /** A directory with what the plan makes and removes below it. */
  private withListing(name: string, state: FileState): FileState {
    if (state.type !== 'directory') return state;
    const path = this.realPath(name);
    const known = this.known.get(`file:${path}`)?.state as FileState | undefined;
    const fresh = this.isFresh(path);
    const read = fresh ? [] : known?.type === 'directory' ? known.listing : undefined;
    if (read === undefined) return state;
    const listing = listingWith(this.overlay, path, read);
    const { tree, ...rest } = state;
    return { ...rest, ...(fresh || tree === undefined ? {} : { tree }), listing };
  }
}
