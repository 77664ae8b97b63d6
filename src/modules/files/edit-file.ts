/** What the modules share that edit a text file in place: reading through links, writing, the result. */
import type { FileState } from '../../resources/file/state.js';
import type { ReadRequest } from '../../resources/resource.js';
import { PythonRegexError } from '../../values/regex-error.js';
import type { NeedsContext, PlanContext, Result, Step, TaskPlan } from '../core/module.js';
import { failed, planned, unchanged } from '../core/plan-result.js';
import { withAttributes } from './attributes.js';
import { followedState, followLinks, followRequests } from './follow.js';
import { folderRequests, folderSteps } from './missing-folders.js';
import { sameFile } from './same-file.js';
import { parentOf, targetPath } from './target-path.js';
import { backupRequests, stateResult, writeFile } from './write-file.js';

export interface EditArgs {
  readonly path: string;
  readonly mode?: string | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
  readonly backup: boolean;
  readonly validate?: string | undefined;
}

/** The file (after following links) with its bytes; the folders above it when it may be created. */
export function editNeeds(args: EditArgs, create: boolean, context: NeedsContext): readonly ReadRequest[] {
  const path = targetPath(args.path, context.facts);
  const reads = followRequests(path, context, 'content');
  if (reads.some((read) => !context.has(read)))
    return create ? [...reads, ...folderRequests(parentOf(path))] : reads;
  const end = followLinks(path, context).path;
  return [
    ...reads,
    ...(create ? folderRequests(parentOf(end)) : []),
    ...(args.backup ? backupRequests(end, context) : []),
  ];
}

export interface Editing {
  readonly path: string;
  readonly state: FileState;
  /** Undefined when there is no file. */
  readonly content: Buffer | undefined;
}

/** The file to edit, or why it cannot be. */
export function openFile(args: EditArgs, context: PlanContext): Editing | TaskPlan {
  const { path, state } = followedState(targetPath(args.path, context.facts), context);
  if (state.type === 'directory') return failed(`Path ${path} is a directory !`, { rc: 256 });
  if (state.type !== 'file' && state.type !== 'absent')
    return failed(`${path} is not a regular file`, { rc: 256 });
  return { path, state, content: state.type === 'file' ? context.content(state.sha256) : undefined };
}

/** Runs an edit; a faulty pattern fails the task with Python's own complaint. */
export function guarded(edit: () => TaskPlan): TaskPlan {
  try {
    return edit();
  } catch (error) {
    if (error instanceof PythonRegexError) return failed(error.message);
    throw error;
  }
}

export interface EditOutcome {
  /** The whole new content; undefined when the bytes stay. */
  readonly content: Buffer | undefined;
  readonly msg: string;
  readonly result?: Result;
  /** What a result calls its backup: lineinfile says `backup`, others `backup_file`. */
  readonly backupKey: 'backup' | 'backup_file';
}

/** The plan that writes the edited file and its attributes. */
export function finishEdit(
  args: EditArgs,
  file: Editing,
  outcome: EditOutcome,
  context: PlanContext,
): TaskPlan {
  const base: Result = { path: file.path, ...outcome.result };
  if (outcome.content === undefined) {
    const to = withAttributes(file.state, args, context.facts);
    if (file.state.type === 'absent' || sameFile(file.state, to)) {
      return unchanged({ ...base, ...stateResult(file.state), backup: '' }, outcome.msg);
    }
    const step: Step = { type: 'change', id: { kind: 'file', name: file.path }, to };
    return planned(
      [step],
      { ...base, ...stateResult(to), backup: '' },
      { msg: 'ownership or permissions changed' },
    );
  }
  // A file that is there has its folders.
  const folders = folderSteps(parentOf(file.path), {}, context, () => file.state.type === 'absent');
  if (!folders.ok) return failed(`${folders.blocker} is not a directory`);
  const { content } = outcome;
  const { steps, to, backupFile } = writeFile(
    {
      path: file.path,
      present: file.state,
      bytes: { sha256: context.put(content), size: content.length },
      wanted: args,
      backup: args.backup,
      validate: args.validate,
    },
    context,
  );
  const backup = backupFile ?? '';
  const key = outcome.backupKey === 'backup' || backup !== '' ? { [outcome.backupKey]: backup } : {};
  return planned([...folders.steps, ...steps], { ...base, ...stateResult(to), ...key }, { msg: outcome.msg });
}
