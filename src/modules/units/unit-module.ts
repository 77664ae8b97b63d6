/** What `systemd` and `service` share: on a host with systemd, Ansible hands all arguments of `service` on to `systemd`. */
import type * as z from 'zod';
import { raw } from '../../shell/shell.js';
import { bool, choice, ignored, name, unsupported } from '../args/types.js';
import type { Module, Step } from '../core/module.js';
import { planned } from '../core/plan-result.js';
import { planUnit, unitNeeds, type WantedUnit } from './plan-unit.js';
import { unitName } from './unit-files.js';

export const unitArgs = {
  name: name().optional(),
  state: choice(['started', 'stopped', 'restarted', 'reloaded']).optional(),
  enabled: bool().optional(),
  masked: bool().optional(),
  daemon_reload: bool().default(false),
  daemon_reexec: bool().default(false),
  no_block: bool().default(false),
  scope: unsupported('Only the system manager is supported, not the user manager.', 'system'),
  force: ignored('Links of other units are replaced anyway.'),
};
export type UnitArgs = z.infer<z.ZodObject<typeof unitArgs>>;

export const unitAliases = {
  name: ['service', 'unit'],
  daemon_reload: ['daemon-reload'],
  daemon_reexec: ['daemon-reexec'],
};

export const unitRules = [
  { type: 'requires', arg: 'state', needs: ['name'] },
  { type: 'requires', arg: 'enabled', needs: ['name'] },
  { type: 'requires', arg: 'masked', needs: ['name'] },
] as const;

export const unitDocs = {
  name: 'The unit. Without a type it is a service.',
  state:
    '`started`, `stopped`, `restarted` or `reloaded`. The last two start a stopped unit, and they always count as a change.',
  enabled: 'Whether the unit starts at boot.',
  masked: 'Whether the unit is masked. After unmasking, it is disabled unless `enabled` is true.',
  daemon_reload:
    'Whether systemd first reads its unit files again; this alone is not a change. Default: false. Unit files that a run writes are read again without this.',
  daemon_reexec: 'Whether systemd first restarts itself; this alone is not a change. Default: false.',
  no_block: 'Whether the task does not wait for a restart or reload. Default: false.',
  scope: 'Only `system`.',
  force: 'Accepted, but has no effect.',
};

/** The units' own files are back before `onUndo` runs, so the manager reads those. */
function managerSteps(given: UnitArgs): readonly Step[] {
  const verbs = [
    ...(given.daemon_reload ? ['daemon-reload'] : []),
    ...(given.daemon_reexec ? ['daemon-reexec'] : []),
  ];
  return verbs.map((verb) => ({
    type: 'action',
    label: verb,
    script: raw(`systemctl ${verb}`),
    onUndo: raw(`systemctl ${verb}`),
    quiet: true,
    transient: true,
  }));
}

function wantedOf(given: UnitArgs, shown: string): WantedUnit {
  const { state, enabled, masked, no_block: noBlock } = given;
  return { unit: unitName(shown), shown, state, enabled, masked, noBlock };
}

export const unitWork: Pick<Module<UnitArgs>, 'touches' | 'needs' | 'plan'> = {
  touches: (given) =>
    typeof given['name'] === 'string' ? [{ kind: 'unit', name: unitName(given['name']) }] : undefined,
  needs: (given, context) =>
    given.name === undefined ? [] : unitNeeds(wantedOf(given, given.name), context),
  plan(given, context) {
    const before = managerSteps(given);
    if (given.name === undefined) return planned(before, {});
    return planUnit(wantedOf(given, given.name), before, context);
  },
};
