/**
 * A folder of the target to another place on it (`remote_src`), as ansible-core 2.19 does it: what is new gets the mode of
 * its source. `mode` (`preserve`: the mode of the source folder), `owner`, `group` and `force` are about one folder, the goal: a `src` without
 * a slash at the end goes below a `dest` that is a folder or has such a slash, and then the goal is the folder there, else it is
 * `dest`. The owner is given to all in the goal. `directory_mode` is for the folders that a `dest` with a slash at the end lacks. Folders that are
 * there keep their modes, and so do files with the same bytes.
 */
import type { FileState } from '../../resources/file/state.js';
import { octal } from '../args/mode.js';
import type { ReadRequest } from '../../resources/resource.js';
import type { NeedsContext, PlanContext, Step, TaskPlan } from '../core/module.js';
import { failed, planned, unchanged } from '../core/plan-result.js';
import { attributesFor, ownerName, withAttributes, type WantedAttributes } from './attributes.js';
import type { CopyFileArgs } from './copy-file.js';
import { rootOf, type FolderEntry } from './copy-folder.js';
import { fileRequest } from './follow.js';
import { folderSteps, isFolder } from './missing-folders.js';
import { sameFile } from './same-file.js';
import { joinPath, parentOf, targetPath } from './target-path.js';
import { stateResult, writeFile } from './write-file.js';

export type RemoteCopyArgs = CopyFileArgs & { readonly local_follow: boolean };

type Owners = Pick<WantedAttributes, 'owner' | 'group'>;

/** The mode of a new file. A change of owner removes the setuid bit, and the setgid bit of what a group may run (chown(2)). */
function freshMode(mode: string, args: Owners, context: PlanContext): string {
  const { user, group } = context.facts;
  const given =
    (args.owner !== undefined && ownerName(args.owner) !== user) ||
    (args.group !== undefined && ownerName(args.group) !== group);
  const bits = Number.parseInt(mode, 8);
  return given ? octal(bits & ~(bits & 0o010 ? 0o6000 : 0o4000)) : mode;
}

/** Plans one copy; `fresh` holds the folders that it makes, for what is in those is all new. */
class RemoteCopy {
  readonly steps: Step[] = [];
  readonly warnings: string[] = [];
  private readonly fresh = new Set<string>();
  /** Paths that are of the source. */
  private readonly seen = new Set<string>();
  /** Modes without which nobody but root could put something into the folder; set when all is in it. */
  private readonly closed: Step[] = [];

  constructor(
    private readonly args: RemoteCopyArgs,
    private readonly context: PlanContext,
  ) {}

  private change(path: string, to: FileState): void {
    if (!sameFile(this.context.state('file', path), to))
      this.steps.push({ type: 'change', id: { kind: 'file', name: path }, to });
  }

  private wanted(mode?: string): WantedAttributes {
    return { mode, owner: this.args.owner, group: this.args.group };
  }

  /** Undefined when all is well; else what is in the way. */
  folder(path: string, mode: string, isNew = true): string | undefined {
    const present = this.context.state('file', path);
    if (present.type === 'link') return undefined;
    if (present.type !== 'absent' && present.type !== 'directory') return path;
    if (present.type === 'directory') {
      this.change(path, withAttributes(present, this.wanted(), this.context.facts));
      return undefined;
    }
    if (isNew) this.fresh.add(path);
    const to = {
      type: 'directory',
      ...attributesFor('directory', present, this.wanted(mode), this.context.facts),
    } as const;
    const bits = Number.parseInt(to.mode, 8);
    if (this.context.facts.uid === 0 || (bits & 0o300) === 0o300) this.change(path, to);
    else {
      this.change(path, { ...to, mode: octal(bits | 0o700) });
      this.closed.unshift({ type: 'change', id: { kind: 'file', name: path }, to });
    }
    return undefined;
  }

  /** The folder that gets `mode`, also where it is there. */
  goal(path: string, mode: string | undefined, usual: string, isNew = true): string | undefined {
    const present = this.context.state('file', path);
    if (present.type !== 'directory' || mode === undefined) return this.folder(path, mode ?? usual, isNew);
    this.change(path, withAttributes(present, this.wanted(mode), this.context.facts));
    return undefined;
  }

  /** Gives the owner to what is in the folder already and is not of the source. */
  ownAll(folder: string, listing: readonly { readonly path: string }[]): void {
    const { owner, group } = this.args;
    const given = {
      ...(owner === undefined ? {} : { owner: ownerName(owner) }),
      ...(group === undefined ? {} : { group: ownerName(group) }),
    };
    if (Object.keys(given).length === 0) return;
    for (const item of listing) {
      const path = joinPath(folder, item.path);
      const present = this.context.state('file', path);
      if (this.seen.has(path) || present.type === 'absent' || present.type === 'other') continue;
      this.change(path, { ...present, ...given });
    }
  }

  private file(path: string, entry: Extract<FolderEntry, { type: 'file' }>): string | undefined {
    const present = this.context.state('file', path);
    if (present.type === 'directory' || present.type === 'other') return path;
    if (present.type === 'file' && present.sha256 === entry.bytes.sha256) {
      this.change(path, withAttributes(present, this.wanted(), this.context.facts));
      return undefined;
    }
    const { backup, validate } = this.args;
    const wanted = this.wanted(freshMode(entry.mode, this.args, this.context));
    this.steps.push(
      ...writeFile({ path, present, bytes: entry.bytes, wanted, backup, validate }, this.context).steps,
    );
    return undefined;
  }

  private link(path: string, target: string): void {
    const present = this.context.state('file', path);
    if (present.type !== 'absent') return;
    if (!this.isFresh(path) && this.args.local_follow) {
      this.warnings.push(
        `${path}: a link is not copied into an existing folder (local_follow: false copies it)`,
      );
      return;
    }
    const { owner, group } = attributesFor('file', present, this.wanted(), this.context.facts);
    this.change(path, { type: 'link', target, owner, group });
  }

  entry(root: string, entry: FolderEntry): string | undefined {
    const path = joinPath(root, entry.relative);
    if (entry.type !== 'link') this.seen.add(path);
    if (entry.type === 'link') this.link(path, entry.target);
    else if (entry.type === 'file') return this.file(path, entry);
    else if (entry.type === 'special')
      this.warnings.push(`${path}: skipped, because the source is ${entry.what}`);
    else return this.folder(path, entry.mode ?? '0755');
    return undefined;
  }

  /** Is it in a folder that this copy makes? */
  isFresh(path: string): boolean {
    return this.fresh.has(parentOf(path));
  }

  finish(): readonly Step[] {
    return [...this.steps, ...this.closed];
  }
}

/** The folder that mode, owner and `force` are about. */
function goalOf(args: RemoteCopyArgs, src: string, context: NeedsContext): string {
  const dest = targetPath(args.dest, context.facts);
  const below = args.dest.endsWith('/') || isFolder(dest, context);
  return below ? rootOf(args, src, context) : dest;
}

/** What the goal has already, which gets the owner too. */
export function ownedNeeds(args: RemoteCopyArgs, src: string, context: NeedsContext): readonly ReadRequest[] {
  if (args.owner === undefined && args.group === undefined) return [];
  const isKnown = (name: string): boolean => context.has({ kind: 'file', name });
  if (!isKnown(targetPath(args.dest, context.facts))) return [];
  const goal = goalOf(args, src, context);
  if (!isKnown(goal)) return [];
  const state = context.state('file', goal);
  if (state.type !== 'directory') return [];
  const below = state.listing?.map(({ path }) => fileRequest(`${goal}/${path}`)) ?? [];
  return [fileRequest(goal, 'tree'), ...below];
}

export function copyRemoteFolder(
  args: RemoteCopyArgs,
  source: { readonly mode: string; readonly entries: readonly FolderEntry[] },
  src: string,
  context: PlanContext,
): TaskPlan {
  const dest = targetPath(args.dest, context.facts);
  const [root, goal] = [rootOf(args, src, context), goalOf(args, src, context)];
  const [present, before] = [context.state('file', dest), context.state('file', goal)];
  if (!args.force && before.type !== 'absent')
    return unchanged({ dest: goal, src, ...stateResult(before) }, 'file already exists');
  const slash = args.dest.endsWith('/');
  const copy = new RemoteCopy(args, context);
  if (slash && present.type === 'absent') {
    const above = { mode: args.directory_mode, owner: args.owner, group: args.group };
    const made = folderSteps(parentOf(dest), above, context);
    if (!made.ok) return failed(`${made.blocker} is not a directory`, { dest });
    copy.steps.push(...made.steps);
  } else if (!isFolder(parentOf(dest), context))
    return failed(`Destination directory ${parentOf(dest)} does not exist`, { dest });
  const plain = octal(0o777 & ~context.facts.umask);
  const ownMode = slash ? (args.directory_mode ?? plain) : root === dest ? source.mode : plain;
  const wantedMode = args.mode === 'preserve' ? source.mode : args.mode;
  // A dest with a slash that is made is there by then.
  const onlyMade = !args.force && slash && goal === dest;
  let blocker: string | undefined;
  if (goal !== dest) {
    if (present.type !== 'directory') blocker = copy.folder(dest, ownMode, false);
    blocker ??= copy.goal(goal, wantedMode, source.mode);
  } else if (onlyMade) blocker = copy.folder(dest, ownMode, false);
  else {
    blocker = copy.goal(dest, wantedMode, ownMode, !slash);
    if (root !== dest) blocker ??= copy.folder(root, source.mode);
  }
  for (const entry of onlyMade ? [] : source.entries) {
    blocker ??= copy.entry(root, entry);
    // As with Ansible, it is left out of a folder that is there already, and nothing makes a new one without it.
    if (entry.type === 'special' && copy.isFresh(joinPath(root, entry.relative)))
      return failed(`${joinPath(src, entry.relative)} is ${entry.what}, which is not copied`, { dest });
  }
  if (blocker !== undefined) return failed(`${blocker} is in the way: it is of another type`, { dest });
  if (before.type === 'directory') copy.ownAll(goal, before.listing ?? []);
  const state = before.type === 'absent' ? { state: 'directory' } : stateResult(before);
  return planned(copy.finish(), { dest: goal, src, ...state }, { warnings: copy.warnings });
}
