/** `template`: a file of the controller, rendered with the task's variables, to a path. */
import * as z from 'zod';
import { isUnknown } from '../../values/value.js';
import { attributeAliases, attributeArgs, attributeDocs } from '../args/file-args.js';
import { modeOrPreserve } from '../args/mode.js';
import { bool, choice, name, path, str, unsupported } from '../args/types.js';
import { copyFile, copyFileNeeds } from './copy-file.js';
import { baseName, targetPath } from './target-path.js';
import type { Module, RenderOptions, SourceFile } from '../core/module.js';
import { failed } from '../core/plan-result.js';

const args = z.strictObject({
  ...attributeArgs,
  src: name(),
  dest: path(),
  mode: modeOrPreserve().optional(),
  force: bool().default(true),
  backup: bool().default(false),
  follow: bool().default(false),
  validate: str().optional(),
  trim_blocks: bool().default(true),
  lstrip_blocks: bool().default(false),
  newline_sequence: choice(['\\n', '\\r', '\\r\\n', '\n', '\r', '\r\n']).default('\n'),
  block_start_string: name().optional(),
  block_end_string: name().optional(),
  variable_start_string: name().optional(),
  variable_end_string: name().optional(),
  comment_start_string: name().optional(),
  comment_end_string: name().optional(),
  output_encoding: unsupported('Templates are written as UTF-8.', 'utf-8'),
});
export type TemplateArgs = z.infer<typeof args>;

const NEWLINE = {
  '\\n': '\n',
  '\\r': '\r',
  '\\r\\n': '\r\n',
  '\n': '\n',
  '\r': '\r',
  '\r\n': '\r\n',
} as const;

function renderOptions(given: TemplateArgs, { path: file, owner = '', changed }: SourceFile): RenderOptions {
  const pairs = [
    ['blockStart', given.block_start_string],
    ['blockEnd', given.block_end_string],
    ['variableStart', given.variable_start_string],
    ['variableEnd', given.variable_end_string],
    ['commentStart', given.comment_start_string],
    ['commentEnd', given.comment_end_string],
  ].filter(([, marker]) => marker !== undefined);
  return {
    file,
    ...(changed === undefined ? {} : { origin: { name: given.src, dest: given.dest, owner, changed } }),
    trimBlocks: given.trim_blocks,
    lstripBlocks: given.lstrip_blocks,
    newline: NEWLINE[given.newline_sequence],
    ...(pairs.length === 0
      ? {}
      : { markers: Object.fromEntries(pairs) as NonNullable<RenderOptions['markers']> }),
  };
}

export const template: Module<TemplateArgs> = {
  name: 'template',
  fullNames: ['ansible.builtin.template', 'ansible.legacy.template'],
  barrier: false,
  args,
  aliases: attributeAliases,
  doc: {
    summary: "Renders a template from the controller with the task's variables into a file on the target.",
    args: {
      ...attributeDocs,
      src: "The template, searched in the role's templates/ and beside the playbook.",
      dest: 'The destination. In a folder, or a path with a slash at the end, the file gets the name of the template.',
      mode: `${attributeDocs.mode} \`preserve\` takes the mode of the template.`,
      force: 'Whether to replace an existing file that has other content. Default: true.',
      backup: 'Whether to keep the old file beside the new one, with the time in its name. Default: false.',
      follow: 'Whether to write through a link at `dest`; otherwise the file replaces it. Default: false.',
      validate: 'A command that must accept the new file before it replaces the old one; `%s` is its path.',
      trim_blocks: 'Whether the newline after a block tag is removed. Default: true.',
      lstrip_blocks: 'Whether blanks before a block tag are removed. Default: false.',
      newline_sequence: 'What ends each line. Default: `\\n`.',
      block_start_string: 'What opens a block tag. Default: `{%`.',
      block_end_string: 'What closes a block tag. Default: `%}`.',
      variable_start_string: 'What opens an expression. Default: `{{`.',
      variable_end_string: 'What closes an expression. Default: `}}`.',
      comment_start_string: 'What opens a comment. Default: `{#`.',
      comment_end_string: 'What closes a comment. Default: `#}`.',
      output_encoding: 'The encoding of the file; only utf-8.',
    },
    examples: ["- template:\n    src: tuned.conf.j2\n    dest: /etc/tuned/rt/tuned.conf\n    mode: '0644'"],
  },
  sources: (given) => [{ name: given.src, folder: 'templates' }],
  touches: (given, facts) =>
    typeof given['dest'] === 'string'
      ? [{ kind: 'file', name: targetPath(given['dest'], facts) }]
      : undefined,
  needs: (given, context) => copyFileNeeds(given, baseName(given.src), context),
  plan(given, context) {
    const source = context.source(given.src);
    if (source.type !== 'file') return failed(`The template ${source.path} is a directory`);
    if (source.content === undefined) return failed(`The template ${source.path} is too large`);
    const text = context.render(source.content.toString('utf8'), renderOptions(given, source));
    if (isUnknown(text)) {
      return {
        type: 'unknown',
        reason: text,
        resources: [{ kind: 'file', name: targetPath(given.dest, context.facts) }],
      };
    }
    const buffer = Buffer.from(text);
    const bytes = { sha256: context.put(buffer), size: buffer.length };
    return copyFile(
      given,
      { bytes, buffer, base: baseName(given.src), src: source.path, mode: source.mode },
      context,
    );
  },
};
