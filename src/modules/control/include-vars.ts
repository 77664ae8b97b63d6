/** `include_vars`: variables from files of the controller. */
import * as z from 'zod';
import { bool, choice, int, list, name } from '../args/types.js';
import type { Module } from '../core/module.js';

const args = z.strictObject({
  file: name().optional(),
  dir: name().optional(),
  name: name().optional(),
  depth: int({ min: 0 }).default(0),
  files_matching: name().optional(),
  ignore_files: list().default([]),
  extensions: list().default(['yaml', 'yml', 'json']),
  ignore_unknown_extensions: bool().default(false),
  hash_behaviour: choice(['replace', 'merge']).default('replace'),
});
export type IncludeVarsArgs = z.infer<typeof args>;

export const includeVars: Module<IncludeVarsArgs> = {
  name: 'include_vars',
  fullNames: ['ansible.builtin.include_vars', 'ansible.legacy.include_vars'],
  barrier: false,
  offline: true,
  args,
  aliases: { file: ['free_form', '_raw_params'] },
  freeForm: 'file',
  rules: [
    { type: 'exclusive', args: ['file', 'dir'] },
    { type: 'one-of', args: ['file', 'dir'] },
  ],
  doc: {
    summary: 'Sets variables of the host from files of the controller.',
    args: {
      file: "A file, searched in the role's vars/ and beside the playbook. Text directly after `include_vars:` is this argument.",
      dir: 'A folder; all files in it and its subfolders are read in the order of their names.',
      name: 'A variable that gets all of them as one mapping. Default: none.',
      depth: 'How many levels of folders below `dir` are read; 0 is all. Default: 0.',
      files_matching: "A pattern of Python's `re` that names of files must match.",
      ignore_files: 'Patterns of file names that are skipped.',
      extensions: 'File extensions that are read below `dir`. Default: yaml, yml, json.',
      ignore_unknown_extensions:
        'Whether files with other extensions are skipped instead of being an error. Default: false.',
      hash_behaviour: '`replace`, or `merge`: mappings are merged with the existing ones. Default: replace.',
    },
    examples: ["- include_vars: '{{ ansible_distribution }}.yaml'"],
  },
  needs: () => [],
  plan: (given) => ({
    type: 'controller',
    operation: {
      op: 'include_vars',
      depth: given.depth,
      ignoreFiles: given.ignore_files,
      extensions: given.extensions.map((extension) => extension.replace(/^\./, '')),
      ignoreUnknownExtensions: given.ignore_unknown_extensions,
      hashBehaviour: given.hash_behaviour,
      ...(given.file === undefined ? {} : { file: given.file }),
      ...(given.dir === undefined ? {} : { dir: given.dir }),
      ...(given.name === undefined ? {} : { name: given.name }),
      ...(given.files_matching === undefined ? {} : { filesMatching: given.files_matching }),
    },
  }),
};
