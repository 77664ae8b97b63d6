/** `slurp`: the bytes of a file of the target. */
import * as z from 'zod';
import { path } from '../args/types.js';
import { followedState, followRequests } from './follow.js';
import { targetPath } from './target-path.js';
import type { Module } from '../core/module.js';
import { failed, unchanged } from '../core/plan-result.js';

const args = z.strictObject({ src: path() });
export type SlurpArgs = z.infer<typeof args>;

export const slurp: Module<SlurpArgs> = {
  name: 'slurp',
  fullNames: ['ansible.builtin.slurp', 'ansible.legacy.slurp'],
  barrier: false,
  args,
  aliases: { src: ['path'] },
  doc: {
    summary: 'Reads a file on the target, and returns its bytes as base64 in `content` of the result.',
    args: { src: 'The file.' },
    examples: ['- slurp:\n    src: /proc/cmdline\n  register: cmdline'],
  },
  needs: (given, context) => followRequests(targetPath(given.src, context.facts), context, 'content'),
  plan(given, context) {
    const path = targetPath(given.src, context.facts);
    const { state } = followedState(path, context);
    if (state.type === 'absent') return failed(`file not found: ${path}`);
    if (state.type === 'directory') return failed(`source is a directory and must be a file: ${path}`);
    if (state.type !== 'file') return failed(`${path} is not a regular file`);
    return unchanged({
      content: context.content(state.sha256).toString('base64'),
      source: path,
      encoding: 'base64',
    });
  },
};
