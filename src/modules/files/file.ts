/** `file`: files, folders and links without their content. */
import * as z from 'zod';
import { attributeAliases, attributeArgs, attributeDocs } from '../args/file-args.js';
import { bool, choice, ignored, path } from '../args/types.js';
import { planDirectory, directoryNeeds } from './plan-directory.js';
import { hardNeeds, planHard } from './plan-hard-link.js';
import { linkNeeds, planLink } from './plan-link.js';
import { planTouch, touchNeeds } from './plan-touch.js';
import { fileRequest, followedState, followRequests } from './follow.js';
import { sameFile } from './same-file.js';
import { targetPath } from './target-path.js';
import { withAttributes } from './attributes.js';
import { specialThing, stateResult } from './write-file.js';
import type { Module, NeedsContext, PlanContext, TaskPlan } from '../core/module.js';
import { thingOf } from '../../resources/file/thing.js';
import type { ReadRequest } from '../../resources/resource.js';
import { failed, planned, unchanged } from '../core/plan-result.js';

const args = z.strictObject({
  ...attributeArgs,
  path: path(),
  state: choice(['absent', 'directory', 'file', 'hard', 'link', 'touch']).optional(),
  src: path().optional(),
  recurse: bool().default(false),
  force: bool().default(false),
  follow: bool().default(true),
  access_time: choice(['preserve', 'now']).optional(),
  modification_time: choice(['preserve', 'now']).optional(),
  access_time_format: ignored('Times are `preserve` or `now`.'),
  modification_time_format: ignored('Times are `preserve` or `now`.'),
});
export type FileArgs = z.infer<typeof args>;

/** Without `state`: a folder when it is to be done recursively, else what is there. */
function wantedState(given: FileArgs): NonNullable<FileArgs['state']> {
  return given.state ?? (given.recurse ? 'directory' : 'file');
}

/** Only attributes: `state: file` makes nothing. */
function planAttributes(given: FileArgs, context: PlanContext): TaskPlan {
  const path = targetPath(given.path, context.facts);
  const end = given.follow ? followedState(path, context) : { path, state: context.state('file', path) };
  if (end.state.type === 'absent')
    return failed(`file (${path}) is absent, cannot continue`, { path, state: 'absent' });
  if (given.state === 'file' && end.state.type !== 'file') {
    return failed(`file (${path}) is ${thingOf(end.state)}, cannot continue`, {
      path,
      ...stateResult(end.state),
    });
  }
  const to = withAttributes(end.state, given, context.facts);
  const result = { path: end.path, ...stateResult(to) };
  if (sameFile(end.state, to)) return unchanged(result);
  return planned([{ type: 'change', id: { kind: 'file', name: end.path }, to }], result);
}

function planAbsent(given: FileArgs, context: PlanContext): TaskPlan {
  const path = targetPath(given.path, context.facts);
  if (path === '/') return failed('The root folder is never removed', { path });
  const result = { path, state: 'absent' };
  const present = context.state('file', path);
  if (present.type === 'absent') return unchanged(result);
  // As with Ansible, a fifo goes: it can be made again. What the run could not bring back wants one more word.
  const returns = present.type !== 'other' || present.what === 'fifo';
  const special = given.force || returns ? undefined : specialThing(path, present);
  if (special !== undefined) return failed(`${special} (force: true removes it)`, { path });
  return planned([{ type: 'change', id: { kind: 'file', name: path }, to: { type: 'absent' } }], result);
}

function needs(given: FileArgs, context: NeedsContext): readonly ReadRequest[] {
  const path = targetPath(given.path, context.facts);
  switch (wantedState(given)) {
    case 'absent':
      // All below a folder is read, so that undo can compare and restore it.
      return [fileRequest(path, 'tree')];
    case 'directory':
      return directoryNeeds(given, context);
    case 'link':
      return linkNeeds(given, context);
    case 'hard':
      return hardNeeds(given, context);
    case 'touch':
      return touchNeeds(given, context);
    case 'file':
      return given.follow ? followRequests(path, context) : [fileRequest(path)];
  }
}

function plan(given: FileArgs, context: PlanContext): TaskPlan {
  if (given.recurse && wantedState(given) !== 'directory') {
    return failed('recurse is for folders: it takes state: directory', { path: given.path });
  }
  switch (wantedState(given)) {
    case 'absent':
      return planAbsent(given, context);
    case 'directory':
      return planDirectory(given, context);
    case 'link':
      return planLink(given, context);
    case 'hard':
      return planHard(given, context);
    case 'touch':
      return planTouch(given, context);
    case 'file':
      return planAttributes(given, context);
  }
}

export const file: Module<FileArgs> = {
  name: 'file',
  fullNames: ['ansible.builtin.file', 'ansible.legacy.file'],
  barrier: false,
  args,
  aliases: { ...attributeAliases, path: ['dest', 'name'] },
  rules: [{ type: 'requires', arg: 'state', value: 'hard', needs: ['src'] }],
  doc: {
    summary: 'Creates folders, links and empty files, removes paths, and sets mode and owners.',
    args: {
      ...attributeDocs,
      path: 'The path.',
      state:
        '`directory` (with the folders above it), `absent` (a folder with everything in it), `link`, `hard`, `touch`, or `file`, which only sets attributes of an existing path. Default: file; directory with `recurse`.',
      src: 'What a link points to; a relative path is kept unchanged.',
      recurse: 'Whether mode and owners also apply to everything in the folder. Default: false.',
      force:
        'Whether a link may replace a file or an empty folder, and may point to a missing path; with `absent`, whether a device or socket is removed too. Default: false.',
      follow: 'Whether a link at `path` is followed. Default: true.',
      access_time: '`preserve` or `now`. Default: preserve; now with `touch`.',
      modification_time: '`preserve` or `now`. Default: preserve; now with `touch`.',
      access_time_format: 'Accepted, but has no effect.',
      modification_time_format: 'Accepted, but has no effect.',
    },
    examples: [
      "- file:\n    path: /etc/tuned/rt-host\n    state: directory\n    mode: '0755'",
      '- file:\n    path: /etc/localtime\n    src: /usr/share/zoneinfo/UTC\n    state: link',
    ],
  },
  touches: (given, facts) =>
    typeof given['path'] === 'string'
      ? [{ kind: 'file', name: targetPath(given['path'], facts) }]
      : undefined,
  needs,
  plan,
};
