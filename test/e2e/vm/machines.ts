/** What the tests of guarded reboots share. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { diffFingerprints, type Fingerprint, formatDifferences } from '../../lab/fingerprint.js';
import { waitFor } from '../../lab/process.js';
import type { VmHost, VmLab } from '../../lab/vm/vm-lab.js';

export const SITE = resolve('playbooks/site.yaml');

export const say = (line: string): void => {
  process.stdout.write(`      ${line}\n`);
};

export async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  try {
    return await work();
  } finally {
    say(`${what}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  }
}

export function firstOf(lab: VmLab): VmHost {
  const [machine] = lab.machines;
  assert.ok(machine !== undefined);
  return machine;
}

/** How a machine was booted. */
export interface Booted {
  readonly kernel: string;
  readonly cmdline: string;
}

export async function booted(machine: VmHost): Promise<Booted> {
  const [kernel = '', cmdline = ''] = (await machine.must('uname -r; cat /proc/cmdline')).split('\n');
  return { kernel, cmdline };
}

export function assertSame(before: Fingerprint, after: Fingerprint): void {
  assert.equal(formatDifferences(diffFingerprints(before, after)), '');
}

/** `uname -r` of the kernel that the image `rt` boots only when it is asked to. */
export async function realtimeKernel(machine: VmHost): Promise<string> {
  return (await machine.must('ls /boot/vmlinuz-*-rt-amd64')).replace('/boot/vmlinuz-', '');
}

/** The record of the machine's trial, and the present boot's id as `now`; empty when it has none or does not answer. */
export async function record(machine: VmHost): Promise<Readonly<Record<string, string>>> {
  const result = await machine.ssh(
    'cat /var/lib/rtprov/boot/trial && echo "now=$(cat /proc/sys/kernel/random/boot_id)"',
    { timeoutMs: 30_000 },
  );
  if (result.code !== 0) return {};
  return Object.fromEntries(
    result.stdout.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
}

/**
 * Waits until the guard has undone the run, and has booted the machine once more where nobody had reached the trial. The guard says so
 * on the serial line, after what the machine had said at `from`: each login to ask for it would take seconds from the machine.
 */
export async function waitReturned(machine: VmHost, from: number): Promise<Readonly<Record<string, string>>> {
  await waitSerial(machine, from, /rtprov: run \S+ is undone/);
  return waitFor(
    `${machine.name}: the end of its return`,
    900_000,
    async () => {
      // A login to a machine that does not run waits half a minute, also when it runs meanwhile.
      if (!(await machine.answers())) return undefined;
      const result = await record(machine);
      const booting = result['again'] !== undefined && result['boot'] === result['now'];
      return result['state'] === 'returned' && !booting ? result : undefined;
    },
    1000,
  );
}

/** Waits until the machine says something on its serial line after what it had said at `from`. */
export function waitSerial(
  machine: VmHost,
  from: number,
  what: RegExp,
  timeoutMs = 900_000,
): Promise<string> {
  return waitFor(
    `${machine.name}: ${what} on the serial line`,
    timeoutMs,
    () => what.exec(machine.serialLog().slice(from))?.[0],
    200,
  );
}

/** What the guard says as soon as it watches over a trial. */
export const onTrial = /rtprov: trial boot of run/;
