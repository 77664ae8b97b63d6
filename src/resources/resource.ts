/**
 * The contract of a resource kind: one sort of thing on a machine, with how it is read, compared, shown and
 * written. Undo is written once per kind: `write` with the two states swapped.
 *
 * A kind does no I/O. It makes shell text and reads what that text printed. The shell text runs on the
 * target (POSIX sh: dash, bash, busybox ash) and may use the kind's `library`.
 */
import type { Shell } from '../shell/shell.js';

/**
 * Each kind's state: a plain JSON value, complete enough to restore the thing. Each kind adds its own in its `state.ts`
 * (`declare module '../resource.js'`), so that a new kind changes nothing here.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface StateByKind {}

export type KindName = keyof StateByKind;
export type State = StateByKind[KindName];

/** What a resource is called: `file` + `/etc/motd`, `unit` + `ssh.service`, `sysctl` + `vm.swappiness`. */
export interface ResourceId<K extends KindName = KindName> {
  readonly kind: K;
  readonly name: string;
}

/** The map key of a resource: `file:/etc/motd`. */
export function keyOf(id: ResourceId): string {
  return `${id.kind}:${id.name}`;
}

/** What to read, and how deep. */
export interface ReadRequest<K extends KindName = KindName> extends ResourceId<K> {
  /**
   * For files. `meta` (the default) reads type, mode, owner, group and sha256; `content` also brings the
   * bytes of a regular file into the content store; `tree` also reads the digest and the listing of everything below a directory.
   */
  readonly depth?: 'meta' | 'content' | 'tree';
}

/** Bytes by their sha256 (lower-case hex), shared by states so that a state stays small plain data. */
export interface ContentStore {
  has(sha256: string): boolean;
  get(sha256: string): Buffer | undefined;
  /** Stores the bytes and gives their sha256. */
  put(content: Buffer): string;
}

export interface Change<K extends KindName = KindName> {
  readonly id: ResourceId<K>;
  readonly from: StateByKind[K];
  readonly to: StateByKind[K];
}

/** How a change is shown: a text diff, or fields before and after. */
export type StateDiff =
  | {
      readonly type: 'text';
      readonly header: { readonly before: string; readonly after: string };
      /** Undefined stands for "not there". */
      readonly before: string | undefined;
      readonly after: string | undefined;
      /** Fields that change besides the text: mode, owner, ... */
      readonly fields: readonly FieldChange[];
    }
  | { readonly type: 'fields'; readonly fields: readonly FieldChange[] };

export interface FieldChange {
  readonly field: string;
  /** Undefined stands for "not there". */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Room that a change takes on the target's disks. Sizes are in bytes. */
export interface Room {
  /** Files that the journal or the stage keeps: one size each. */
  readonly kept: readonly number[];
  /** A folder of which the journal keeps all that is in it. */
  readonly tree?: string;
  /** What is made at its place: the folder where it is made, and its size. */
  readonly made?: { readonly folder: string; readonly bytes: number };
}

/** What a change in a window is of: its task's place there, and the number of its entry in the journal. */
export interface ChangePlace {
  readonly task: number;
  readonly entry: number;
}

/**
 * Shell conventions on the target, for `library`, `read`, `show`, `save` and `write`:
 * - `$rtp_state` is the journal's folder (/var/lib/rtprov), `$rtp_state/blobs` holds old bytes named by sha256;
 * - `$rtp_stage` is a folder with new bytes of this window, named by sha256; `rtp_blob SHA` prints the
 *   path of the bytes from either (the engine defines it);
 * - functions are named `rtp_<kind>_<what>`; a failing command must make the script's status non-zero and
 *   print one clear line on stderr;
 * - `write` text must be safe to repeat, atomic per resource, and leave no temporary files when killed
 *   (temp names in the target folder are `.rtprov-<something>` and are reused by the repetition);
 * - nothing is ever passed in argv that could be secret (file bytes travel in blobs).
 */
export interface ResourceKind<K extends KindName> {
  readonly kind: K;
  /** Function definitions, sent once per session and kept in the journal for undo from the target alone. */
  readonly library: Shell;
  /** Prints the states of all requests in as few processes as possible (300 names must not fork 300 times). Any output format; NUL bytes allowed. */
  read(requests: readonly ReadRequest<K>[]): Shell;
  /** Parses what `read` printed for the same requests; keys are names. Throws RtprovError READ_FAILED when the output is not what `read` prints. */
  parse(
    requests: readonly ReadRequest<K>[],
    output: Buffer,
    store: ContentStore,
  ): ReadonlyMap<string, StateByKind[K]>;
  /**
   * The canonical one-line text of all that must hold for two states to count as equal. `show(name)` prints
   * exactly `canon(present state)` and a newline on the target: so the target can compare by itself.
   */
  canon(name: string, state: StateByKind[K]): string;
  show(name: string): Shell;
  /**
   * What undo compares besides `canon` where a change removes or makes what the canonical text does not name: all that is below a
   * folder, the members of a group. See whole.ts.
   */
  readonly whole?: {
    /** Has undo to compare it for this change? */
    applies(change: Change<K>): boolean;
    /** `canon`, and after it ` NAME=VALUE` where the state knows the value, which is without blanks. */
    canon(name: string, state: StateByKind[K]): string;
    /** Prints what `canon` of this gives for the present state, with the value. */
    show(name: string): Shell;
  };
  /** `show` of several at once, a line each in their order. A kind that has it writes changes of several in one call. */
  showAll?(names: readonly string[]): Shell;
  /** Before the change is made: keeps on the target what undo will need (old bytes, old packages). Fails when the present state is no longer `from`. */
  save(changes: readonly Change<K>[]): Shell;
  /**
   * Brings every change's resource from `from` to `to`; the changes are of one task (a package task is one transaction). Used for undo with the states swapped.
   * `guarded`, for kinds that guard themselves: right before it changes a resource, it looks once more that it still is `from` (or what a
   * first try of the same change left); if not, it prints `drift: NAME`, calls `rtp_drifted NAME` where there is such a function, and
   * fails, and the resource stays. For the other kinds guard.ts does so. Undo compares by itself, and may be forced.
   * `places`, for the same kinds: what each change is of. Changes of one task may be made in any order; nothing of a task takes effect
   * after a change of an earlier one has failed. What was not begun then is given to `rtp_untouched`.
   */
  write(changes: readonly Change<K>[], guarded?: boolean, places?: readonly ChangePlace[]): Shell;
  readonly guardsItself?: true;
  /** Succeeds when undo has brought the state before the change back; without it, when `show` prints it. `change` is as the run made it. */
  restored?(change: Change<K>): Shell;
  /** Run once after all of a window's or a rollback's writes (daemon-reload, ...); empty text when there is nothing to do. */
  settle?(changes: readonly Change<K>[]): Shell;
  /**
   * Succeeds when a write of these changes was begun and never finished. Whatever state is between is then this run's
   * own, and undo does not take it for somebody else's.
   */
  unfinished?(changes: readonly Change<K>[]): Shell;
  /**
   * States that a write of this change leaves when it fails on its way or is cut off. Undo takes them for this run's own where
   * it was; of a kind without it, whatever a write that was cut off left.
   */
  between?(change: Change<K>): readonly StateByKind[K][];
  /** Succeeds when something of this change is left that its canonical state does not show. Asked of what a rollback skipped. */
  remains?(change: Change<K>): Shell;
  /** Other states that a boot may have made of this one (an enabled unit was started): undo does not take them for somebody else's work. */
  afterBoot?(state: StateByKind[K]): readonly StateByKind[K][];
  /** Removes what a write that was killed has left beside the resource; undo does so first, for nothing may be left of a run. */
  tidy?(name: string): Shell;
  diff(change: Change<K>, store: ContentStore): StateDiff;
  /** sha256 of the bytes that `write` needs on the target to reach this state. */
  blobs(state: StateByKind[K]): readonly string[];
  /** Undefined when the change can be undone; otherwise why not, as the plan shows it. */
  notUndoable?(change: Change<K>): string | undefined;

  // What engine and journal have to know of a kind, besides reading and writing it. They never ask for its name.

  /**
   * Which changes before it, in the same window, may change the resource too: what they leave of it is not drift then. Marks: each
   * change has its kind's name, its key, and what `disturbs` gives; `action` stands for a step that restarts something.
   */
  disturbedBy(change: Change<K>): readonly string[];
  /** Marks of what a change may alter besides its own resource. */
  disturbs?(change: Change<K>): readonly string[];
  /** The changes of a task are one transaction: they are written and undone together, in one entry of the journal, and never with another task's. */
  readonly oneTransaction?: true;
  /** A change may alter what nobody can foretell: all that was read is read again after it. */
  readonly forgetAfter?: true;
  /** A change runs programs of others, which may change anything: the scripts of a package, a service. */
  readonly runsPrograms?: true;
  /** `save` takes every change of a resource in a window, and not only the first: a later one may lose what the first one kept. */
  readonly savesEach?: true;
  /** How `drift: NAME` names a resource, for kinds that guard themselves. Without it: KIND:NAME. */
  driftName?(name: string): string;
  /** The canonical text shows something of a secret: no message holds it. */
  readonly secretCanon?: true;
  /** It may have ended by itself before it is read back (a oneshot service): then it is a warning that it did not take effect. */
  readonly endsByItself?: true;
  /** A boot brings back what the kernel begins with: what was written before the last boot is neither undone nor a conflict. */
  readonly lostAtBoot?: true;
  /** A restart or reload that ended well leaves it as it was. */
  readonly sameAfterAction?: true;
  /** sha256 of the bytes that `diff` shows as text, where they are at hand. */
  textOf?(state: StateByKind[K]): string | undefined;
  /** What a change needs on the target's disks; without it, nothing that could be said before. */
  room?(change: Change<K>): Room;
  /** A change may take other resources along, and its undo brings them back (the files and units of a package). */
  readonly takesAlong?: true;
  /** For kinds whose resources are taken along: is it away in this state? */
  isAway?(state: StateByKind[K]): boolean;
  /**
   * Of whom nothing may run when the change is made, and in which folder nothing of rtprov's own may be: of a user who is removed or
   * gets another uid or home, and in a folder that is removed. `isGone`: the user is no more after it.
   */
  clears?(
    change: Change<K>,
  ): { readonly user: string; readonly isGone: boolean } | { readonly folder: string } | undefined;
  /** What a change means for the states of other resources: those of `known`, by their keys, that are another after it. */
  consequences?(
    change: Change<K>,
    known: ReadonlyMap<string, State>,
  ): readonly (readonly [key: string, state: State])[];
}
