/** `blockinfile`: a block of lines between markers in a text file. */
import * as z from 'zod';
import { attributeAliases, attributeArgs, attributeDocs } from '../args/file-args.js';
import { bool, choice, name, path, str } from '../args/types.js';
import { editNeeds, finishEdit, guarded, openFile, type Editing } from './edit-file.js';
import { targetPath } from './target-path.js';
import type { Module, PlanContext, TaskPlan } from '../core/module.js';
import { failed, unchanged } from '../core/plan-result.js';
import { ensureBlock } from '../text/block.js';
import { bytesOf, fromBytes } from '../text/bytes.js';

const args = z.strictObject({
  ...attributeArgs,
  path: path(),
  block: str().default(''),
  state: choice(['present', 'absent']).default('present'),
  marker: name().default('# {mark} ANSIBLE MANAGED BLOCK'),
  marker_begin: str().default('BEGIN'),
  marker_end: str().default('END'),
  insertafter: str().optional(),
  insertbefore: str().optional(),
  create: bool().default(false),
  backup: bool().default(false),
  append_newline: bool().default(false),
  prepend_newline: bool().default(false),
  validate: str().optional(),
});
export type BlockinfileArgs = z.infer<typeof args>;

function edit(given: BlockinfileArgs, file: Editing, context: PlanContext): TaskPlan {
  const before = file.content ?? Buffer.alloc(0);
  const { text, msg } = ensureBlock(bytesOf(before), {
    block: given.state === 'present' ? given.block : '',
    begin: given.marker.replaceAll('{mark}', given.marker_begin),
    end: given.marker.replaceAll('{mark}', given.marker_end),
    insertAfter: given.insertafter,
    insertBefore: given.insertbefore,
    appendNewline: given.append_newline,
    prependNewline: given.prepend_newline,
  });
  const content = fromBytes(text);
  const outcome = {
    content: content.equals(before) ? undefined : content,
    msg,
    backupKey: 'backup_file',
  } as const;
  return finishEdit(
    given,
    file,
    file.content === undefined ? { ...outcome, msg: 'File created' } : outcome,
    context,
  );
}

export const blockinfile: Module<BlockinfileArgs> = {
  name: 'blockinfile',
  fullNames: ['ansible.builtin.blockinfile', 'ansible.legacy.blockinfile'],
  barrier: false,
  args,
  aliases: { ...attributeAliases, path: ['dest', 'destfile', 'name'], block: ['content'] },
  rules: [{ type: 'exclusive', args: ['insertbefore', 'insertafter'] }],
  doc: {
    summary:
      'Ensures that a block of lines between two marker lines is present in, or absent from, a text file.',
    args: {
      ...attributeDocs,
      path: 'The file. Links are followed.',
      block: 'The lines. If empty: like `state: absent`.',
      state: '`present` or `absent`. Default: present.',
      marker:
        'The marker lines; `{mark}` becomes `marker_begin` and `marker_end`. Default: `# {mark} ANSIBLE MANAGED BLOCK`.',
      marker_begin: 'Default: BEGIN.',
      marker_end: 'Default: END.',
      insertafter:
        'Where a new block goes: after the last line that matches this pattern, or `EOF` (the default). With `(?m)` at its beginning the pattern may span several lines, and its first match is used.',
      insertbefore:
        'Where a new block goes: before the last line that matches this pattern, or `BOF`. `(?m)` as above.',
      create: 'Whether to create the file, and the folders above it, if it does not exist. Default: false.',
      backup: 'Whether to keep the old file beside the new one, with the time in its name. Default: false.',
      append_newline: 'Whether an empty line follows the block. Default: false.',
      prepend_newline: 'Whether an empty line precedes the block. Default: false.',
      validate: 'A command that must accept the new file before it replaces the old one; `%s` is its path.',
    },
    examples: [
      '- blockinfile:\n    path: /etc/security/limits.conf\n    block: |\n      @rt - rtprio 98\n      @rt - memlock unlimited',
    ],
  },
  touches: (given, facts) =>
    typeof given['path'] === 'string'
      ? [{ kind: 'file', name: targetPath(given['path'], facts) }]
      : undefined,
  needs: (given, context) => editNeeds(given, given.create, context),
  plan(given, context) {
    if (!given.marker.includes('{mark}')) {
      return failed(
        'marker must contain {mark}: with equal lines before and after it, the block could not be found again',
      );
    }
    if (given.marker_begin === given.marker_end) return failed('marker_begin and marker_end must differ');
    if (/\n/.test(given.marker + given.marker_begin + given.marker_end))
      return failed('a marker is one line');
    const file = openFile(given, context);
    if ('type' in file) return file;
    if (file.content === undefined) {
      if (!given.create) return failed(`Path ${file.path} does not exist !`, { rc: 257 });
      if (given.state === 'absent') return unchanged({ path: file.path }, `File ${file.path} not present`);
    }
    return guarded(() => edit(given, file, context));
  },
};
