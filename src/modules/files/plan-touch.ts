/** `file: state=touch`. */
import type { FileState } from '../../resources/file/state.js';
import type { ReadRequest } from '../../resources/resource.js';
import { raw, sh } from '../../shell/shell.js';
import type { NeedsContext, PlanContext, Step, TaskPlan } from '../core/module.js';
import { failed, planned } from '../core/plan-result.js';
import { attributesFor, withAttributes } from './attributes.js';
import type { PathArgs } from './file-args-type.js';
import { fileRequest, followedState, followRequests } from './follow.js';
import { isFolder } from './missing-folders.js';
import { sameFile } from './same-file.js';
import { parentOf, targetPath } from './target-path.js';
import { stateResult } from './write-file.js';

export function touchNeeds(given: PathArgs, context: NeedsContext): readonly ReadRequest[] {
  const path = targetPath(given.path, context.facts);
  return [
    ...(given.follow ? followRequests(path, context) : [fileRequest(path)]),
    fileRequest(parentOf(path)),
  ];
}

/** Times are not part of what counts as a state; so touching what is there is an action. */
function touchStep(path: string, given: PathArgs, state: FileState): Step | undefined {
  const access = given.access_time !== 'preserve';
  const modification = given.modification_time !== 'preserve';
  if (!access && !modification) return undefined;
  // Links were followed by the plan: -h keeps one from being followed that somebody puts there since.
  const flags = [...(access ? ['-a'] : []), ...(modification ? ['-m'] : []), '-h'];
  const before = 'mtime' in state && modification ? state.mtime : undefined;
  return {
    type: 'action',
    label: `touch ${path}`,
    script: sh`rtp_file_retime ${path} ${flags.map((flag) => raw(flag))}`,
    resource: { kind: 'file', name: path },
    ...(before === undefined ? {} : { onUndo: sh`rtp_file_retime ${path} -m -h -d ${`@${before}`}` }),
  };
}

export function planTouch(given: PathArgs, context: PlanContext): TaskPlan {
  const path = targetPath(given.path, context.facts);
  const { path: end, state } = given.follow
    ? followedState(path, context)
    : { path, state: context.state('file', path) };
  if (state.type === 'absent') {
    if (end === path && !isFolder(parentOf(path), context)) {
      return failed(`Cannot touch ${path}: the directory ${parentOf(path)} does not exist`, {
        path,
      });
    }
    const sha256 = context.put(Buffer.alloc(0));
    const to = {
      type: 'file',
      sha256,
      size: 0,
      ...attributesFor('file', state, given, context.facts),
    } as const;
    return planned([{ type: 'change', id: { kind: 'file', name: end }, to }], {
      dest: end,
      ...stateResult(to),
    });
  }
  const to = withAttributes(state, given, context.facts);
  const attributes: Step[] = sameFile(state, to)
    ? []
    : [{ type: 'change', id: { kind: 'file', name: end }, to }];
  const touch = touchStep(end, given, state);
  return planned([...attributes, ...(touch === undefined ? [] : [touch])], { dest: end, ...stateResult(to) });
}
