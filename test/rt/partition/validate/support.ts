/** Plans that break a rule: what a test gives, and what it expects. */
import assert from 'node:assert/strict';
import type {
  GuestRequest,
  HostRequest,
  PartitionRequest,
  PlanDiagnostic,
} from '../../../../src/rt/partition/model.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import type { PciDevice, Topology } from '../../../../src/rt/topology/model.js';
import { cpus, host, machine, request } from '../../../support/machine.js';

export interface Provoked {
  readonly topology?: Topology;
  readonly host?: Partial<HostRequest>;
  readonly guests?: readonly GuestRequest[];
  readonly more?: Partial<PartitionRequest>;
}

/** 2 packages of 4 cores with 2 threads: CPUs 0-7, their siblings 8-15, node 1 from CPU 4 on. */
export const two = machine({ packages: 2, cores: 4, threads: 2 });

/** The diagnostics of a code. */
export function of(code: string, provoked: Provoked): readonly PlanDiagnostic[] {
  const { topology = two, guests = [], more = {} } = provoked;
  const plan = planPartition(topology, request(guests, { ...more, host: { ...host, ...provoked.host } }));
  return plan.diagnostics.filter((one) => one.code === code);
}

/** That an input gives one diagnostic of the code, with these words, a hint that is a sentence, and this origin. */
export function gives(
  code: string,
  severity: PlanDiagnostic['severity'],
  message: RegExp,
  origin: readonly (string | number)[],
  provoked: Provoked,
): void {
  const found = of(code, provoked);
  const [one, ...others] = found;
  assert.ok(one !== undefined && others.length === 0, JSON.stringify(found));
  assert.equal(one.severity, severity);
  assert.match(one.message, message);
  assert.match(one.hint ?? '', /^[A-Z].*[.\w>"]$/s);
  assert.deepEqual(one.origin, origin);
}

export function lists(housekeeping: string, isolated: string): Partial<HostRequest> {
  return {
    housekeeping: { kind: 'lists', housekeeping: cpus(housekeeping), isolated: cpus(isolated) },
  };
}

export const vcpus = (rt: number, housekeeping: number, placement: 'isolated' | 'shared' = 'isolated') => ({
  rt,
  housekeeping,
  placement,
});

export const device = (address: string, node?: number): PciDevice => ({
  address,
  class: 0x020000,
  interrupts: [],
  ...(node === undefined ? {} : { node }),
});

export const iso = ['host', 'rt_isolated_cpus'];
export const hk = ['host', 'rt_housekeeping_cpus'];
export const part = ['host', 'rt_partition', 'housekeeping'];
