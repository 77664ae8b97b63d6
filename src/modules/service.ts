/** `service`: a service of the init system, which is systemd. */
import * as z from 'zod';
import { bool, choice, ignored, name } from './args/types.js';
import type { Module } from './module.js';
import { planUnit, unitNeeds, type WantedUnit } from './units/plan-unit.js';
import { unitName } from './units/unit-files.js';

const args = z.strictObject({
  name: name(),
  state: choice(['started', 'stopped', 'restarted', 'reloaded']).optional(),
  enabled: bool().optional(),
  use: choice(['auto', 'systemd']).default('auto'),
  sleep: ignored('systemd waits by itself between stop and start.'),
  arguments: ignored('systemd takes no arguments for a service.'),
  pattern: ignored('systemd knows whether a service runs.'),
  runlevel: ignored('systemd has no run levels.'),
});
export type ServiceArgs = z.infer<typeof args>;

function wantedOf(given: ServiceArgs): WantedUnit {
  return {
    unit: unitName(given.name),
    shown: given.name,
    state: given.state,
    enabled: given.enabled,
    noBlock: false,
  };
}

export const service: Module<ServiceArgs> = {
  name: 'service',
  fullNames: ['ansible.builtin.service', 'ansible.legacy.service'],
  barrier: false,
  args,
  aliases: { arguments: ['args'] },
  rules: [{ type: 'one-of', args: ['state', 'enabled'] }],
  doc: {
    summary: 'Starts, stops, enables and disables a service. Only systemd is managed.',
    args: {
      name: 'The service.',
      state:
        '`started`, `stopped`, `restarted` or `reloaded`. The last two start a service that does not run, and count as a change each time.',
      enabled: 'Whether the service starts at boot.',
      use: '`auto` or `systemd`. Default: auto.',
      sleep: 'Accepted; without effect.',
      arguments: 'Accepted; without effect.',
      pattern: 'Accepted; without effect.',
      runlevel: 'Accepted; without effect.',
    },
    examples: ['- service:\n    name: libvirtd\n    state: started\n    enabled: true'],
  },
  touches: (given) =>
    typeof given['name'] === 'string' ? [{ kind: 'unit', name: unitName(given['name']) }] : undefined,
  needs: (given, context) => unitNeeds(wantedOf(given), context),
  plan: (given, context) => planUnit(wantedOf(given), [], context),
};
