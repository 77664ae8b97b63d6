/** `wait_for`: until a port or a file is as wanted. */
import * as z from 'zod';
import { choice, float, ignored, int, name, path, str, unsupported } from '../args/types.js';
import { targetPath } from '../files/target-path.js';
import type { Module } from '../core/module.js';
import { failed } from '../core/plan-result.js';

const args = z.strictObject({
  host: name().default('127.0.0.1'),
  port: int({ min: 1, max: 65535 }).optional(),
  path: path().optional(),
  state: choice(['started', 'stopped', 'present', 'absent', 'drained']).default('started'),
  search_regex: name().optional(),
  timeout: int({ min: 0 }).default(300),
  delay: float().default(0),
  sleep: float().default(1),
  connect_timeout: int({ min: 1 }).default(5),
  msg: str().optional(),
  exclude_hosts: unsupported('It belongs to the state "drained".'),
  active_connection_states: ignored('It belongs to the state "drained".'),
});
export type WaitForArgs = z.infer<typeof args>;

export const waitFor: Module<WaitForArgs> = {
  name: 'wait_for',
  fullNames: ['ansible.builtin.wait_for', 'ansible.legacy.wait_for'],
  barrier: true,
  endsAtTimeout: true,
  args,
  aliases: {},
  rules: [{ type: 'exclusive', args: ['port', 'path'] }],
  doc: {
    summary: 'Waits until a port answers, a file exists, a file contains a text, or some time has passed.',
    args: {
      host: 'The host whose port is tried, from the target. Default: 127.0.0.1.',
      port: 'The port.',
      path: 'The file.',
      state:
        '`started` or `present`: it answers or exists; `stopped` or `absent`: it does not. Default: started.',
      search_regex: "A pattern of Python's `re` that must match in the file; lines have `^` and `$`.",
      timeout: 'How long to wait at most, in seconds. Default: 300.',
      delay: 'How long to wait before the first check, in seconds. Default: 0.',
      sleep: 'How long to wait between checks, in seconds. Default: 1.',
      connect_timeout: 'How long one attempt may take, in seconds. Default: 5.',
      msg: 'The message when the time is over.',
      exclude_hosts: 'Hosts whose connections are ignored.',
      active_connection_states: 'Accepted, but has no effect.',
    },
    examples: ['- wait_for:\n    port: 16509\n    timeout: 30'],
  },
  needs: () => [],
  plan(given, context) {
    if (given.state === 'drained') return failed('the state "drained" is not supported by rtprov');
    if (given.port !== undefined && given.search_regex !== undefined)
      return failed('search_regex with a port is not supported by rtprov; wait for a text in a file');
    return {
      type: 'controller',
      operation: {
        op: 'wait_for',
        host: given.host,
        state: given.state,
        timeoutSeconds: given.timeout,
        delaySeconds: given.delay,
        sleepSeconds: given.sleep,
        connectTimeoutSeconds: given.connect_timeout,
        ...(given.port === undefined ? {} : { port: given.port }),
        ...(given.path === undefined ? {} : { path: targetPath(given.path, context.facts) }),
        ...(given.search_regex === undefined ? {} : { searchRegex: given.search_regex }),
        ...(given.msg === undefined ? {} : { msg: given.msg }),
      },
    };
  },
};
