/**
 * `file: state=hard`. A state does not show which paths are one file. So the path first gets the state of its
 * source, which undo knows how to take back, and then becomes a link to it; where both have equal bytes and
 * attributes already, they count as linked.
 */
import { thingOf } from '../../resources/file/thing.js';
import type { ReadRequest } from '../../resources/resource.js';
import { sh } from '../../shell/shell.js';
import type { NeedsContext, PlanContext, TaskPlan } from '../core/module.js';
import { failed, planned, unchanged } from '../core/plan-result.js';
import type { PathArgs } from './file-args-type.js';
import { fileRequest, followedState, followRequests } from './follow.js';
import { isFolder } from './missing-folders.js';
import { sameFile } from './same-file.js';
import { baseName, joinPath, parentOf, targetPath } from './target-path.js';
import { stateResult } from './write-file.js';

/** Into a folder the link goes under the name of its source. */
function linkPath(given: PathArgs, context: Pick<NeedsContext, 'facts' | 'state' | 'has'>): string {
  const path = targetPath(given.path, context.facts);
  return followedState(path, context).state.type === 'directory'
    ? joinPath(path, baseName(given.src ?? ''))
    : path;
}

export function hardNeeds(given: PathArgs, context: NeedsContext): readonly ReadRequest[] {
  const path = targetPath(given.path, context.facts);
  const reads = followRequests(path, context);
  const first = [
    ...reads,
    fileRequest(parentOf(path)),
    fileRequest(targetPath(given.src ?? '/', context.facts), 'content'),
  ];
  return first.some((read) => !context.has(read)) ? first : [...first, fileRequest(linkPath(given, context))];
}

export function planHard(given: PathArgs, context: PlanContext): TaskPlan {
  const path = linkPath(given, context);
  const src = targetPath(given.src ?? '/', context.facts);
  const source = context.state('file', src);
  const present = context.state('file', path);
  if (source.type === 'absent') return failed(`src does not exist: ${src}`, { dest: path, src });
  if (source.type !== 'file')
    return failed(`only a regular file can be linked hard, but ${src} is ${thingOf(source)}`, {
      dest: path,
      src,
    });
  if (
    present.type === 'directory' ||
    (present.type !== 'absent' && !given.force && !sameFile(present, source))
  ) {
    return failed(`another file is at ${path} (force: true replaces it)`, { dest: path, src });
  }
  if (path === targetPath(given.path, context.facts) && !isFolder(parentOf(path), context)) {
    return failed(`Destination directory ${parentOf(path)} does not exist`, { dest: path, src });
  }
  const result = { dest: path, src, ...stateResult(source), state: 'hard' };
  if (sameFile(present, source)) return unchanged(result);
  return planned(
    [
      { type: 'change', id: { kind: 'file', name: path }, to: source },
      {
        type: 'action',
        label: `link ${path} to ${src}`,
        script: sh`rtp_file_hard ${src} ${path}`,
        resource: { kind: 'file', name: path },
        quiet: true,
      },
    ],
    result,
  );
}
