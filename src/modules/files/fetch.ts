/** `fetch`: a file of the target to the controller. */
import * as z from 'zod';
import { bool, ignored, path } from '../args/types.js';
import { targetPath } from './target-path.js';
import type { Module } from '../core/module.js';

const args = z.strictObject({
  src: path(),
  dest: path(),
  flat: bool().default(false),
  fail_on_missing: bool().default(true),
  validate_checksum: ignored('Files are always checked.'),
});
export type FetchArgs = z.infer<typeof args>;

export const fetch: Module<FetchArgs> = {
  name: 'fetch',
  fullNames: ['ansible.builtin.fetch', 'ansible.legacy.fetch'],
  barrier: true,
  args,
  aliases: {},
  doc: {
    summary: 'Copies a file from the target to the controller.',
    args: {
      src: 'The file on the target. A path that contains `..` is refused, because it may lead to an unexpected place.',
      dest: 'The folder on the controller; the file gets a path below it that starts with the name of the host. Nothing is written outside it: links in it are not followed, and only regular files are replaced.',
      flat: 'Whether `dest` is the path of the file itself, or, with a slash at its end, its folder. Default: false.',
      fail_on_missing: 'Whether the task fails when the file does not exist. Default: true.',
      validate_checksum: 'Accepted, but files are always checked.',
    },
    examples: ['- fetch:\n    src: /var/log/rt/cyclictest.json\n    dest: results/'],
  },
  needs: () => [],
  plan: (given, context) => ({
    type: 'controller',
    operation: {
      op: 'fetch',
      src: targetPath(given.src, context.facts),
      dest: given.dest,
      flat: given.flat,
      failOnMissing: given.fail_on_missing,
    },
  }),
};
