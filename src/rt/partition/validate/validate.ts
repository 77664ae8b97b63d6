/** Every rule that can be judged from plan, machine and inventory. */
import { ofGuest, counted, planError } from '../diagnostics.js';
import type { GuestRequest, PlanDiagnostic } from '../model.js';
import { bootFaults } from './boot-arguments.js';
import { cpuListFaults } from './cpu-lists.js';
import { deviceFaults } from './devices.js';
import { guestFaults } from './guest-state.js';
import type { Judged } from './judged.js';
import { memoryFaults } from './memory.js';
import { countFaults, pinFaults } from './pins.js';
import { priorityFaults, runtimeFaults } from './priorities.js';
import { sliceFaults } from './slices.js';

/** With `threads: 2` the guest sees pairs of vCPUs as siblings: a pair has one role. */
function pairFaults(guests: readonly GuestRequest[]): readonly PlanDiagnostic[] {
  return guests.flatMap(({ name, threads, vcpus }) => {
    if (threads === 1 || vcpus.housekeeping % 2 === 0) return [];
    const message = `${name} has threads: 2 and ${counted(vcpus.housekeeping, 'housekeeping vCPU')}: one core of the guest would have a housekeeping and a real-time thread`;
    const hint = 'Make vcpus.housekeeping even, or write threads: 1.';
    return [planError('SMT_SPLIT', ofGuest(name, 'vcpus', 'housekeeping'), { message, hint })];
  });
}

/** In the order of the rules: CPUs, guests, memory, boot, priorities, the rest. */
export function validatePlan(judged: Judged): readonly PlanDiagnostic[] {
  const { guests } = judged.request;
  return [
    ...cpuListFaults(judged),
    ...countFaults(guests),
    ...pairFaults(guests),
    ...pinFaults(judged),
    ...memoryFaults(judged),
    ...bootFaults(judged),
    ...priorityFaults(judged),
    ...runtimeFaults(judged),
    ...sliceFaults(judged),
    ...deviceFaults(judged),
    ...guestFaults(judged),
  ];
}
