/** A new user's home folder: made with what /etc/skel holds, as `useradd -m` does it. */
import type { FileState } from '../../resources/file/state.js';
import type { ReadRequest } from '../../resources/resource.js';
import { octal } from '../args/mode.js';
import { fileRequest } from '../files/follow.js';
import { folderRequests, folderSteps } from '../files/missing-folders.js';
import { parentOf } from '../files/target-path.js';
import type { NeedsContext, PlanContext, Step } from '../core/module.js';

const SKELETON = '/etc/skel';
const LOGIN_DEFS = '/etc/login.defs';

export function homeNeeds(home: string, context: NeedsContext): readonly ReadRequest[] {
  const first = [...folderRequests(home), fileRequest(SKELETON, 'tree'), fileRequest(LOGIN_DEFS, 'content')];
  if (first.some((read) => !context.has(read)) || context.state('file', home).type !== 'absent') return first;
  const skeleton = context.state('file', SKELETON);
  if (skeleton.type !== 'directory') return first;
  const below = (skeleton.listing ?? []).flatMap(({ path }) => [
    fileRequest(`${SKELETON}/${path}`, 'content'),
    fileRequest(`${home}/${path}`),
  ]);
  return [...first, ...below];
}

/** login.defs(5): HOME_MODE, or 0777 without UMASK. */
function homeMode(context: PlanContext): string {
  const state = context.state('file', LOGIN_DEFS);
  if (state.type !== 'file') return '0755';
  const text = context.content(state.sha256).toString('utf8');
  const number = (key: string): number | undefined => {
    const found = new RegExp(`^\\s*${key}\\s+(0?[0-7]+)\\s*$`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number.parseInt(found, 8);
  };
  return octal(number('HOME_MODE') ?? 0o777 & ~(number('UMASK') ?? 0o022));
}

function owned(state: FileState, owner: string, group: string): FileState {
  return state.type === 'absent' ? state : { ...state, owner, group };
}

/** Nothing when the folder is there already; a text when something else is in its way. */
export function homeSteps(
  home: string,
  owner: string,
  group: string,
  context: PlanContext,
): readonly Step[] | string {
  const present = context.state('file', home);
  if (present.type === 'directory' || present.type === 'link') return [];
  if (present.type !== 'absent') return `${home} is not a directory`;
  const above = folderSteps(parentOf(home), { owner: 'root', group: 'root' }, context);
  if (!above.ok) return `${above.blocker} is not a directory`;
  const steps: Step[] = [...above.steps];
  const add = (path: string, to: FileState): void => {
    steps.push({ type: 'change', id: { kind: 'file', name: path }, to });
  };
  add(home, { type: 'directory', mode: homeMode(context), owner, group });
  const skeleton = context.state('file', SKELETON);
  for (const { path } of skeleton.type === 'directory' ? (skeleton.listing ?? []) : []) {
    add(`${home}/${path}`, owned(context.state('file', `${SKELETON}/${path}`), owner, group));
  }
  return steps;
}
