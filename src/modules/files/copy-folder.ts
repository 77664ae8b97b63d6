/** A folder with all below it to a destination. */
import type { FileState } from '../../resources/file/state.js';
import { thingOf } from '../../resources/file/thing.js';
import type { ReadRequest } from '../../resources/resource.js';
import type { NeedsContext, PlanContext, Source, Step, TaskPlan } from '../core/module.js';
import { failed, planned } from '../core/plan-result.js';
import { ownerName } from './attributes.js';
import type { CopyFileArgs } from './copy-file.js';
import { fileRequest } from './follow.js';
import { folderRequests, folderSteps } from './missing-folders.js';
import { baseName, joinPath, targetPath } from './target-path.js';
import { backupRequests, specialThing, stateResult, writeFile, type Bytes } from './write-file.js';

export type SourceEntry = { readonly relative: string } & (
  | { readonly type: 'file'; readonly bytes: Bytes; readonly mode: string; readonly content?: Buffer }
  /** The mode is known of folders of the target. */
  | { readonly type: 'directory'; readonly mode?: string }
  | { readonly type: 'link'; readonly target: string }
);
export type FolderEntry =
  | SourceEntry
  /** A device, fifo or socket of the target, in words: nothing copies such a thing. */
  | { readonly relative: string; readonly type: 'special'; readonly what: string };

export function folderOfSource(source: Extract<Source, { type: 'directory' }>): readonly SourceEntry[] {
  return source.entries.map((entry): SourceEntry => {
    if (entry.type === 'directory') return { relative: entry.relative, type: 'directory' };
    if (entry.type !== 'file') return entry;
    const { relative, mode, content } = entry;
    return { relative, type: 'file', bytes: entry, mode, ...(content === undefined ? {} : { content }) };
  });
}

/** What is below a folder of the target, once its listing and the states below were read. */
export function remoteFolder(
  root: string,
  listing: readonly { readonly path: string }[],
  context: Pick<NeedsContext, 'state'>,
): readonly FolderEntry[] {
  return listing.flatMap((item): FolderEntry[] => {
    const state: FileState = context.state('file', `${root}/${item.path}`);
    const relative = item.path;
    if (state.type === 'file') return [{ relative, type: 'file', bytes: state, mode: state.mode }];
    if (state.type === 'directory') return [{ relative, type: 'directory', mode: state.mode }];
    if (state.type === 'other') return [{ relative, type: 'special', what: thingOf(state) }];
    return state.type === 'link' ? [{ relative, type: 'link', target: state.target }] : [];
  });
}

/** `src: conf/` copies what is in conf; `src: conf` copies conf itself. */
export function rootOf(args: CopyFileArgs, src: string, context: NeedsContext): string {
  const dest = targetPath(args.dest, context.facts);
  return src.endsWith('/') ? dest : joinPath(dest, baseName(src));
}

export function copyFolderNeeds(
  args: CopyFileArgs,
  entries: readonly FolderEntry[],
  src: string,
  context: NeedsContext,
): readonly ReadRequest[] {
  const root = rootOf(args, src, context);
  const reads: ReadRequest<'file'>[] = folderRequests(root);
  for (const entry of entries) {
    const path = joinPath(root, entry.relative);
    reads.push(fileRequest(path));
    if (args.backup && entry.type === 'file') reads.push(...backupRequests(path, context));
  }
  return reads;
}

function folderStep(path: string, args: CopyFileArgs, context: PlanContext): readonly Step[] | TaskPlan {
  if (context.state('file', path).type !== 'absent') {
    const { type } = context.state('file', path);
    return type === 'directory' || type === 'link'
      ? []
      : failed(`${path} is not a directory`, { dest: path });
  }
  const wanted = { mode: args.directory_mode, owner: args.owner, group: args.group };
  // The folders above it are made by steps before this one.
  const made = folderSteps(path, wanted, context, (name) => name === path);
  return made.ok ? made.steps : failed(`${made.blocker} is not a directory`, { dest: path });
}

function linkStep(
  path: string,
  target: string,
  args: CopyFileArgs,
  context: PlanContext,
): readonly Step[] | TaskPlan {
  const present = context.state('file', path);
  const special = specialThing(path, present);
  if (special !== undefined) return failed(special, { dest: path });
  const kept = present.type === 'link' ? present : { owner: context.facts.user, group: context.facts.group };
  const owner = args.owner === undefined ? kept.owner : ownerName(args.owner);
  const group = args.group === undefined ? kept.group : ownerName(args.group);
  return [{ type: 'change', id: { kind: 'file', name: path }, to: { type: 'link', target, owner, group } }];
}

function fileSteps(
  path: string,
  entry: Extract<SourceEntry, { type: 'file' }>,
  args: CopyFileArgs,
  context: PlanContext,
): readonly Step[] | TaskPlan {
  const present = context.state('file', path);
  if (present.type === 'directory')
    return failed(`Cannot write the file ${path}: it is a directory`, { dest: path });
  if (!args.force && present.type !== 'absent') return [];
  const special = specialThing(path, present);
  if (special !== undefined) return failed(special, { dest: path });
  if (entry.content !== undefined) context.put(entry.content);
  const { bytes } = entry;
  const mode = args.mode === 'preserve' ? entry.mode : args.mode;
  const wanted = { mode, owner: args.owner, group: args.group };
  return writeFile({ path, present, bytes, wanted, backup: args.backup, validate: args.validate }, context)
    .steps;
}

export function copyFolder(
  args: CopyFileArgs,
  entries: readonly SourceEntry[],
  src: string,
  context: PlanContext,
): TaskPlan {
  const root = rootOf(args, src, context);
  const wanted = { mode: args.directory_mode, owner: args.owner, group: args.group };
  const made = folderSteps(root, wanted, context);
  if (!made.ok) return failed(`${made.blocker} is not a directory`, { dest: root });
  const steps: Step[] = [...made.steps];
  for (const entry of entries) {
    const path = joinPath(root, entry.relative);
    const more =
      entry.type === 'link'
        ? linkStep(path, entry.target, args, context)
        : entry.type === 'directory'
          ? folderStep(path, args, context)
          : fileSteps(path, entry, args, context);
    if ('type' in more) return more;
    steps.push(...more);
  }
  const present = context.state('file', root);
  return planned(steps, {
    dest: root,
    src,
    ...(present.type === 'absent' ? { state: 'directory' } : stateResult(present)),
  });
}
