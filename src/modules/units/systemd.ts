/** `systemd` and `systemd_service`: a unit of the system manager. */
import * as z from 'zod';
import type { Module } from '../core/module.js';
import { unitAliases, unitArgs, unitDocs, unitRules, unitWork, type UnitArgs } from './unit-module.js';

const args = z.strictObject(unitArgs);
export type SystemdArgs = UnitArgs;

function make(moduleName: string): Module<SystemdArgs> {
  return {
    name: moduleName,
    fullNames: [`ansible.builtin.${moduleName}`, `ansible.legacy.${moduleName}`],
    barrier: false,
    args,
    aliases: unitAliases,
    rules: [{ type: 'one-of', args: ['name', 'daemon_reload', 'daemon_reexec'] }, ...unitRules],
    doc: {
      summary: 'Starts, stops, enables, disables and masks a systemd unit.',
      args: unitDocs,
      examples: [
        `- ${moduleName}:\n    name: irqbalance\n    state: stopped\n    enabled: false\n    masked: true`,
        `- ${moduleName}:\n    daemon_reload: true`,
      ],
    },
    ...unitWork,
  };
}

export const systemd = make('systemd');
export const systemdService = make('systemd_service');
