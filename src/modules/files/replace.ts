/** `replace`: every match of a pattern in a text file. */
import * as z from 'zod';
import { attributeAliases, attributeArgs, attributeDocs } from '../args/file-args.js';
import { bool, name, path, regex, str, unsupported } from '../args/types.js';
import { editNeeds, finishEdit, guarded, openFile, type Editing } from './edit-file.js';
import { targetPath } from './target-path.js';
import { utf8Text } from '../text/utf8.js';
import type { Module, PlanContext, TaskPlan } from '../core/module.js';
import { failed } from '../core/plan-result.js';
import { partPattern, replaceAll } from '../text/replace.js';

const args = z.strictObject({
  ...attributeArgs,
  path: path(),
  regexp: regex(),
  replace: str().default(''),
  after: name().optional(),
  before: name().optional(),
  backup: bool().default(false),
  validate: str().optional(),
  encoding: unsupported('Files are read as UTF-8.', 'utf-8'),
});
export type ReplaceArgs = z.infer<typeof args>;

function edit(given: ReplaceArgs, file: Editing, content: Buffer, context: PlanContext): TaskPlan {
  const text = utf8Text(content);
  if (text === undefined) return failed(`${file.path} is not UTF-8`);
  const edited = replaceAll(text, given);
  if (edited === undefined) {
    const msg = `there is nothing between after and before: ${partPattern(given)} matches nowhere`;
    return finishEdit(given, file, { content: undefined, msg, backupKey: 'backup_file' }, context);
  }
  const after = edited.text === text ? undefined : Buffer.from(edited.text);
  return finishEdit(given, file, { content: after, msg: edited.msg, backupKey: 'backup_file' }, context);
}

export const replace: Module<ReplaceArgs> = {
  name: 'replace',
  fullNames: ['ansible.builtin.replace', 'ansible.legacy.replace'],
  barrier: false,
  args,
  aliases: { ...attributeAliases, path: ['dest', 'destfile', 'name'] },
  doc: {
    summary: 'Replaces all matches of a pattern in a text file.',
    args: {
      ...attributeDocs,
      path: 'The file. Links are followed.',
      regexp: "A pattern of Python's `re`; `^` and `$` match at each line.",
      replace: 'The replacement for each match; `\\1` and `\\g<name>` are groups. Default: nothing.',
      after: 'Only after a match of this pattern. In it, `.` matches newlines too.',
      before: 'Only before a match of this pattern.',
      backup: 'Whether to keep the old file beside the new one, with the time in its name. Default: false.',
      validate: 'A command that must accept the new file before it replaces the old one; `%s` is its path.',
      encoding: 'Only utf-8.',
    },
    examples: [
      "- replace:\n    path: /etc/fstab\n    regexp: '^(\\S+\\s+none\\s+swap\\s.*)$'\n    replace: '# \\1'",
    ],
  },
  touches: (given, facts) =>
    typeof given['path'] === 'string'
      ? [{ kind: 'file', name: targetPath(given['path'], facts) }]
      : undefined,
  needs: (given, context) => editNeeds(given, false, context),
  plan(given, context) {
    const file = openFile(given, context);
    if ('type' in file) return file;
    const { content } = file;
    if (content === undefined) return failed(`Path ${file.path} does not exist !`, { rc: 257 });
    return guarded(() => edit(given, file, content, context));
  },
};
