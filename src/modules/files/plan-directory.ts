/** `file: state=directory`, with `recurse`. */
import { thingOf } from '../../resources/file/thing.js';
import type { ReadRequest } from '../../resources/resource.js';
import type { NeedsContext, PlanContext, Step, TaskPlan } from '../core/module.js';
import { failed, planned } from '../core/plan-result.js';
import { withAttributes } from './attributes.js';
import type { PathArgs } from './file-args-type.js';
import { fileRequest, followedState, followLinks, followRequests } from './follow.js';
import { folderRequests, folderSteps } from './missing-folders.js';
import { sameFile } from './same-file.js';
import { targetPath } from './target-path.js';
import { stateResult } from './write-file.js';

export function directoryNeeds(given: PathArgs, context: NeedsContext): readonly ReadRequest[] {
  const path = targetPath(given.path, context.facts);
  const reads = [...folderRequests(path), ...followRequests(path, context, given.recurse ? 'tree' : 'meta')];
  if (!given.recurse || reads.some((read) => !context.has(read))) return reads;
  const end = followLinks(path, context).path;
  const state = context.state('file', end);
  if (state.type !== 'directory') return reads;
  return [...reads, ...(state.listing ?? []).map((entry) => fileRequest(`${end}/${entry.path}`))];
}

function recursive(root: string, given: PathArgs, context: PlanContext): readonly Step[] {
  const state = context.state('file', root);
  if (state.type !== 'directory') return [];
  return (state.listing ?? []).flatMap((entry): Step[] => {
    const path = `${root}/${entry.path}`;
    const present = context.state('file', path);
    const to = withAttributes(present, given, context.facts);
    return sameFile(present, to) ? [] : [{ type: 'change', id: { kind: 'file', name: path }, to }];
  });
}

export function planDirectory(given: PathArgs, context: PlanContext): TaskPlan {
  const path = targetPath(given.path, context.facts);
  const { path: end, state } = followedState(path, context);
  if (state.type === 'absent') {
    if (end !== path) return failed(`${path} is a link to ${end}, which does not exist`, { path });
    const made = folderSteps(path, given, context);
    if (!made.ok) return failed(`${made.blocker} already exists as ${thingOf(made.state)}`, { path });
    const last = made.steps.at(-1);
    const to = last?.type === 'change' ? (last.to as typeof state) : state;
    return planned(made.steps, { path, ...stateResult(to) });
  }
  if (state.type !== 'directory') return failed(`${path} already exists as ${thingOf(state)}`, { path });
  const to = withAttributes(state, given, context.facts);
  const own: Step[] = sameFile(state, to) ? [] : [{ type: 'change', id: { kind: 'file', name: end }, to }];
  const below = given.recurse ? recursive(end, given, context) : [];
  return planned([...own, ...below], { path: end, ...stateResult(to) });
}
