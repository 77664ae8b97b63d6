/** `service`: a service of the init system, which is systemd; so it takes what `systemd` takes. */
import * as z from 'zod';
import { choice, ignored } from '../args/types.js';
import type { Module } from '../core/module.js';
import { unitAliases, unitArgs, unitDocs, unitRules, unitWork } from './unit-module.js';

const args = z.strictObject({
  ...unitArgs,
  use: choice(['auto', 'systemd']).default('auto'),
  sleep: ignored('systemd waits by itself between stop and start.'),
  arguments: ignored('systemd takes no arguments for a service.'),
  pattern: ignored('systemd itself knows whether a service is running.'),
  runlevel: ignored('systemd has no run levels.'),
});
export type ServiceArgs = z.infer<typeof args>;

export const service: Module<ServiceArgs> = {
  name: 'service',
  fullNames: ['ansible.builtin.service', 'ansible.legacy.service'],
  barrier: false,
  args,
  aliases: { ...unitAliases, arguments: ['args'] },
  rules: [
    { type: 'one-of', args: ['state', 'enabled', 'masked', 'daemon_reload', 'daemon_reexec'] },
    ...unitRules,
  ],
  doc: {
    summary: 'Starts, stops, enables, disables and masks a service. Only systemd is managed.',
    args: {
      ...unitDocs,
      name: 'The service.',
      use: '`auto` or `systemd`. Default: auto.',
      sleep: 'Accepted, but has no effect.',
      arguments: 'Accepted, but has no effect.',
      pattern: 'Accepted, but has no effect.',
      runlevel: 'Accepted, but has no effect.',
    },
    examples: ['- service:\n    name: libvirtd\n    state: started\n    enabled: true'],
  },
  ...unitWork,
};
