/** One file to a destination, which may name a folder: what `copy` and `template` share. */
import { getFips } from 'node:crypto';
import type { FileState } from '../../resources/file/state.js';
import type { ReadRequest } from '../../resources/resource.js';
import type { NeedsContext, PlanContext, Step, TaskPlan } from '../core/module.js';
import { failed, planned, unchanged } from '../core/plan-result.js';
import { digest } from './digest.js';
import { fileRequest, followLinks, followedState, followRequests } from './follow.js';
import { folderRequests, folderSteps, isFolder } from './missing-folders.js';
import { joinPath, parentOf, targetPath } from './target-path.js';
import { backupRequests, specialThing, stateResult, writeFile, type Bytes } from './write-file.js';

export interface FileToCopy {
  readonly bytes: Bytes;
  readonly buffer?: Buffer;
  /** The name that it gets in a folder; undefined for content, which has none. */
  readonly base?: string;
  /** As shown in the result. */
  readonly src?: string;
  /** For `mode: preserve`. */
  readonly mode?: string;
}

export interface CopyFileArgs {
  readonly dest: string;
  readonly mode?: string | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
  readonly directory_mode?: string | undefined;
  readonly force: boolean;
  readonly backup: boolean;
  readonly follow: boolean;
  readonly validate?: string | undefined;
  readonly checksum?: string | undefined;
}

/** The path that the file is to have, before links are followed. */
function finalPath(args: CopyFileArgs, base: string | undefined, context: NeedsContext): string {
  const dest = targetPath(args.dest, context.facts);
  if (base === undefined) return dest;
  const intoFolder = args.dest.endsWith('/') || followedState(dest, context).state.type === 'directory';
  return intoFolder ? joinPath(dest, base) : dest;
}

export function copyFileNeeds(
  args: CopyFileArgs,
  base: string | undefined,
  context: NeedsContext,
): readonly ReadRequest[] {
  const dest = targetPath(args.dest, context.facts);
  const first = [
    ...followRequests(dest, context),
    ...(args.dest.endsWith('/') ? folderRequests(dest) : [fileRequest(parentOf(dest))]),
    ...(base === undefined ? [] : [fileRequest(joinPath(dest, base))]),
  ];
  if (first.some((read) => !context.has(read))) return first;
  const path = finalPath(args, base, context);
  const end = args.follow ? followRequests(path, context) : [];
  if (!args.backup || end.some((read) => !context.has(read))) return [...first, ...end];
  const written = args.follow ? followLinks(path, context).path : path;
  return [...first, ...end, ...backupRequests(written, context)];
}

/** Refuses destinations that no file can be put to; undefined when all is well. */
function refuse(
  args: CopyFileArgs,
  file: FileToCopy,
  path: string,
  context: PlanContext,
): TaskPlan | undefined {
  const dest = targetPath(args.dest, context.facts);
  if (
    file.base === undefined &&
    (args.dest.endsWith('/') || followedState(dest, context).state.type === 'directory')
  ) {
    return failed(`${dest} is a directory, and content has no file name`, { dest });
  }
  if (context.state('file', path).type === 'directory') {
    return failed(`Cannot write the file ${path}: it is a directory`, { dest: path });
  }
  const parent = parentOf(path);
  if (!args.dest.endsWith('/') && !isFolder(parent, context)) {
    return failed(`Destination directory ${parent} does not exist`, { dest: path });
  }
  if (
    args.checksum !== undefined &&
    file.buffer !== undefined &&
    digest('sha1', file.buffer) !== args.checksum
  ) {
    return failed(`The source does not have the checksum ${args.checksum} (SHA-1)`, { dest: path });
  }
  return undefined;
}

/** As in Ansible of new content only, and not where the controller has FIPS, which has no MD5. */
function md5Of(bytes: Buffer, from: FileState, to: FileState): { readonly md5sum?: string } {
  const isSame = from.type === 'file' && to.type === 'file' && from.sha256 === to.sha256;
  return isSame || getFips() === 1 ? {} : { md5sum: digest('md5', bytes) };
}

export function copyFile(args: CopyFileArgs, file: FileToCopy, context: PlanContext): TaskPlan {
  const path = finalPath(args, file.base, context);
  const refusal = refuse(args, file, path, context);
  if (refusal !== undefined) return refusal;
  const folders: Step[] = [];
  if (args.dest.endsWith('/')) {
    const wanted = { mode: args.directory_mode, owner: args.owner, group: args.group };
    const made = folderSteps(parentOf(path), wanted, context);
    if (!made.ok) return failed(`${made.blocker} is not a directory`, { dest: path });
    folders.push(...made.steps);
  }
  const written = args.follow ? followedState(path, context) : { path, state: context.state('file', path) };
  const special = specialThing(written.path, written.state);
  if (special !== undefined) return failed(special, { dest: path });
  const base = { dest: path, ...(file.src === undefined ? {} : { src: file.src }) };
  if (!args.force && written.state.type !== 'absent') {
    return unchanged({ ...base, ...stateResult(written.state) }, 'file already exists');
  }
  const mode = args.mode === 'preserve' ? file.mode : args.mode;
  const { steps, to, backupFile } = writeFile(
    {
      path: written.path,
      present: written.state,
      bytes: file.bytes,
      wanted: { mode, owner: args.owner, group: args.group },
      backup: args.backup,
      validate: args.validate,
    },
    context,
  );
  return planned([...folders, ...steps], {
    ...base,
    ...stateResult(to),
    ...(file.buffer === undefined
      ? {}
      : { checksum: digest('sha1', file.buffer), ...md5Of(file.buffer, written.state, to) }),
    ...(backupFile === undefined ? {} : { backup_file: backupFile }),
  });
}
