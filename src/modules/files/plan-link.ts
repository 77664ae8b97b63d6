/** `file: state=link`. */
import { thingOf } from '../../resources/file/thing.js';
import type { ReadRequest } from '../../resources/resource.js';
import type { NeedsContext, PlanContext, Step, TaskPlan } from '../core/module.js';
import { failed, planned } from '../core/plan-result.js';
import { ownerName, withAttributes } from './attributes.js';
import type { PathArgs } from './file-args-type.js';
import { fileRequest, followedState, followLinks, followRequests } from './follow.js';
import { isFolder } from './missing-folders.js';
import { sameFile } from './same-file.js';
import { linkDestination, parentOf, targetPath } from './target-path.js';
import { stateResult } from './write-file.js';

/** Relative texts stay as they are; only a leading `~` is replaced. */
function linkText(src: string, context: Pick<NeedsContext, 'facts'>): string {
  return /^(?:~|\$HOME|\$\{HOME\})(?:\/|$)/.test(src) ? targetPath(src, context.facts) : src;
}

export function linkNeeds(given: PathArgs, context: NeedsContext): readonly ReadRequest[] {
  const path = targetPath(given.path, context.facts);
  const own = [fileRequest(path, 'tree'), fileRequest(parentOf(path))];
  if (given.src === undefined) return [...own, ...(given.follow ? followRequests(path, context) : [])];
  return [...own, ...followRequests(linkDestination(path, linkText(given.src, context)), context)];
}

function refuse(path: string, text: string, given: PathArgs, context: PlanContext): TaskPlan | undefined {
  const present = context.state('file', path);
  const destination = linkDestination(path, text);
  if (followLinks(destination, context).chain.includes(path)) {
    return failed(`${path} would be a link to itself`, { path, src: text });
  }
  if (!given.force && followedState(destination, context).state.type === 'absent') {
    return failed(
      `${destination}, where the link would point, does not exist (force: true creates the link anyway)`,
      { path, src: text },
    );
  }
  if (present.type === 'directory') {
    if (!given.force)
      return failed(
        `${path} is a directory, and it is not replaced by a link (force: true replaces it if it is empty)`,
        { path, src: text },
      );
    if ((present.listing ?? []).length > 0) {
      return failed(`the directory ${path} is not empty, so it is not replaced by a link`, {
        path,
        src: text,
      });
    }
  }
  if ((present.type === 'file' || present.type === 'other') && !given.force) {
    return failed(
      `${path} is ${thingOf(present)}, and it is not replaced by a link (force: true replaces it)`,
      {
        path,
        src: text,
      },
    );
  }
  if (!isFolder(parentOf(path), context)) {
    return failed(`Destination directory ${parentOf(path)} does not exist`, { path, src: text });
  }
  return undefined;
}

/** What the link leads to, when `follow` gives mode and owners to that and not to the link. */
function destinationStep(
  given: PathArgs,
  destination: string,
  context: PlanContext,
): Step | string | undefined {
  if (given.mode === undefined && given.owner === undefined && given.group === undefined) return undefined;
  const end = followedState(destination, context);
  if (end.state.type === 'absent') return `${destination} does not exist, so mode and owners are ignored`;
  const to = withAttributes(end.state, given, context.facts);
  return sameFile(end.state, to) ? undefined : { type: 'change', id: { kind: 'file', name: end.path }, to };
}

/** Without `src`, the link that is there keeps its text. Mode and owners go to what it leads to, or with `follow: false` owners to itself. */
export function planLink(given: PathArgs, context: PlanContext): TaskPlan {
  const path = targetPath(given.path, context.facts);
  const present = context.state('file', path);
  const text =
    given.src === undefined
      ? present.type === 'link'
        ? present.target
        : undefined
      : linkText(given.src, context);
  if (text === undefined) return failed('a new link needs src', { path });
  const refusal = given.src === undefined ? undefined : refuse(path, text, given, context);
  if (refusal !== undefined) return refusal;
  const kept = present.type === 'link' ? present : { owner: context.facts.user, group: context.facts.group };
  const to = {
    type: 'link',
    target: text,
    owner: given.follow || given.owner === undefined ? kept.owner : ownerName(given.owner),
    group: given.follow || given.group === undefined ? kept.group : ownerName(given.group),
  } as const;
  const result = { dest: path, ...stateResult(to) };
  const destination = given.follow ? destinationStep(given, linkDestination(path, text), context) : undefined;
  const warnings = [
    ...(given.mode === undefined || given.follow
      ? []
      : [`${path}: a link has no mode of its own, so mode is ignored`]),
    ...(typeof destination === 'string' ? [destination] : []),
  ];
  const steps: Step[] = sameFile(present, to)
    ? []
    : [{ type: 'change', id: { kind: 'file', name: path }, to }];
  if (typeof destination === 'object') steps.push(destination);
  return planned(steps, result, { warnings });
}
