/** `lineinfile`: one line of a text file. */
import * as z from 'zod';
import { attributeAliases, attributeArgs, attributeDocs } from '../args/file-args.js';
import { bool, choice, path, regex, str } from '../args/types.js';
import { editNeeds, finishEdit, guarded, openFile, type Editing } from './edit-file.js';
import { targetPath } from './target-path.js';
import type { Module, PlanContext, TaskPlan } from '../core/module.js';
import { failed, unchanged } from '../core/plan-result.js';
import { bytesOf, fromBytes } from '../text/bytes.js';
import { ensureLine, removeLines } from '../text/line.js';

const args = z.strictObject({
  ...attributeArgs,
  path: path(),
  regexp: regex().optional(),
  search_string: str().optional(),
  state: choice(['present', 'absent']).default('present'),
  line: str().optional(),
  backrefs: bool().default(false),
  insertafter: str().optional(),
  insertbefore: str().optional(),
  create: bool().default(false),
  backup: bool().default(false),
  firstmatch: bool().default(false),
  validate: str().optional(),
});
export type LineinfileArgs = z.infer<typeof args>;

function planPresent(given: LineinfileArgs, file: Editing, context: PlanContext): TaskPlan {
  if (file.content === undefined && !given.create) {
    return failed(`Destination ${file.path} does not exist !`, { rc: 257 });
  }
  const before = file.content ?? Buffer.alloc(0);
  const { text, msg } = ensureLine(bytesOf(before), {
    line: given.line ?? '',
    regexp: given.regexp,
    searchString: given.search_string,
    insertAfter: given.insertafter,
    insertBefore: given.insertbefore,
    backrefs: given.backrefs,
    firstMatch: given.firstmatch,
  });
  const content = fromBytes(text);
  const stays = content.equals(before);
  return finishEdit(given, file, { content: stays ? undefined : content, msg, backupKey: 'backup' }, context);
}

function planAbsent(given: LineinfileArgs, file: Editing, context: PlanContext): TaskPlan {
  if (file.content === undefined)
    return unchanged({ path: file.path, found: 0, backup: '' }, 'file not present');
  const { text, msg, found } = removeLines(bytesOf(file.content), {
    line: given.line,
    regexp: given.regexp,
    searchString: given.search_string,
  });
  const content = found === 0 ? undefined : fromBytes(text);
  return finishEdit(given, file, { content, msg, result: { found }, backupKey: 'backup' }, context);
}

export const lineinfile: Module<LineinfileArgs> = {
  name: 'lineinfile',
  fullNames: ['ansible.builtin.lineinfile', 'ansible.legacy.lineinfile'],
  barrier: false,
  args,
  aliases: { ...attributeAliases, path: ['dest', 'destfile', 'name'], regexp: ['regex'], line: ['value'] },
  rules: [
    { type: 'exclusive', args: ['insertbefore', 'insertafter'] },
    { type: 'exclusive', args: ['regexp', 'search_string'] },
    { type: 'exclusive', args: ['backrefs', 'search_string'] },
    { type: 'requires', arg: 'backrefs', value: true, needs: ['regexp'] },
    { type: 'requires', arg: 'state', value: 'present', needs: ['line'] },
    { type: 'one-of', args: ['line', 'regexp', 'search_string'] },
  ],
  doc: {
    summary: 'Ensures that a line is present in, or absent from, a text file.',
    args: {
      ...attributeDocs,
      path: 'The file. Links are followed.',
      regexp:
        "A pattern of Python's `re`, matched against each line. The last matching line is replaced (`present`); all matching lines are removed (`absent`).",
      search_string: 'Like `regexp`, but a text that the line contains.',
      state: '`present` or `absent`. Default: present.',
      line: 'The line. Needed for `present`.',
      backrefs:
        'Whether `line` may use the groups of `regexp` (`\\1`, `\\g<name>`); then nothing changes without a match. Default: false.',
      insertafter:
        'Where a new line goes: after the last line that matches this pattern, `EOF` (the default) or `BOF`.',
      insertbefore: 'Where a new line goes: before the last line that matches this pattern, or `BOF`.',
      create: 'Whether to create the file, and the folders above it, if it does not exist. Default: false.',
      backup: 'Whether to keep the old file beside the new one, with the time in its name. Default: false.',
      firstmatch: 'Whether the first match is used instead of the last. Default: false.',
      validate: 'A command that must accept the new file before it replaces the old one; `%s` is its path.',
    },
    examples: [
      "- lineinfile:\n    path: /etc/default/grub\n    regexp: '^GRUB_TIMEOUT='\n    line: GRUB_TIMEOUT=2",
      "- lineinfile:\n    path: /etc/sudoers\n    line: 'ops ALL=(ALL) NOPASSWD: ALL'\n    validate: visudo -cf %s",
    ],
  },
  touches: (given, facts) =>
    typeof given['path'] === 'string'
      ? [{ kind: 'file', name: targetPath(given['path'], facts) }]
      : undefined,
  needs: (given, context) => editNeeds(given, given.create, context),
  plan(given, context) {
    if (given.state === 'present' && given.line === undefined)
      return failed('line is required with state=present');
    const file = openFile(given, context);
    if ('type' in file) return file;
    return guarded(() => (given.state === 'present' ? planPresent : planAbsent)(given, file, context));
  },
};
