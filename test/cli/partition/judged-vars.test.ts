/** Variables of roles that a plan's rules look at: judged as in a run, with the defaults of the roles, and each at its line. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partition, write, writeMachine } from './made-up.js';

interface Case {
  readonly title: string;
  readonly text: string;
  /** Code, and line and column in the file; undefined: nothing is reported. */
  readonly refused?: readonly [string, string];
  readonly guest?: string;
}

const runtime = 'kernel.sched_rt_runtime_us';
const long = 'x'.repeat(1900);

const cases: readonly Case[] = [
  { title: 'another sysctl beside the defaults', text: 'rt_sysctls_extra: {vm.stat_interval: "5"}\n' },
  { title: 'a template of a default', text: 'rt_sysctls_extra: "{{ rt_sysctls }}"\n' },
  {
    title: 'a sysctl in place of the default',
    text: `rt_sysctls_extra:\n  vm.stat_interval: "5"\n  ${runtime}: "950000"\n`,
    refused: ['RT_RUNTIME', '3:3'],
  },
  {
    title: 'sysctls in place of all defaults',
    text: 'rt_sysctls: {vm.stat_interval: "5"}\n',
    refused: ['RT_RUNTIME', '1:1'],
  },
  {
    title: 'a slice wider than its parent of the plan',
    text: 'rt_slice_cpus: {system-rt.slice: "0-3"}\n',
    refused: ['SLICE_NO_HK', '1:17'],
  },
  {
    title: 'arguments in place of those of the plan, with another list',
    text: 'x: 1\nrt_kernel_args: [nohz_full=1-3]\n',
    refused: ['NOHZ_NOT_ISOLATED', '2:1'],
  },
  {
    title: 'arguments with the list of the plan',
    text: 'rt_kernel_args: ["nohz_full=1-3,5-7,9-11,13-15"]\n',
  },
  {
    title: 'arguments made of the plan',
    text: `rt_kernel_args: "{{ rt_plan.kernelArguments + ['quiet'] }}"\n`,
  },
  {
    title: 'other arguments that make the line too long',
    text: `x: 1\nrt_kernel_args_extra: ["foo=${long}"]\n`,
    refused: ['LIST_LONG', '2:1'],
  },
  {
    title: 'other arguments that leave no room for the boot loader',
    text: `rt_kernel_args_extra: ["foo=${long.slice(20)}"]\n`,
    refused: ['LIST_LONG', '1:1'],
  },
  {
    title: 'pins on two nodes',
    text: 'x: 1\n',
    guest: 'rt_guest:\n  vcpus: {rt: 1}\n  pins: [1, 5]\n',
    refused: ['PIN_NODES', '3:3'],
  },
];

describe('cli: what a plan looks at beside its own variables', () => {
  let folder: string;
  let topology: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-judged-'));
    topology = writeMachine(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  cases.forEach(({ title, text, refused, guest }, index) => {
    it(`${refused?.[0] ?? 'takes'}: ${title}`, async () => {
      const inventory = join(folder, String(index));
      write(inventory, {
        'hosts.yaml': 'rt_hosts: {hosts: {kvm1: }}\nrt_guests: {hosts: {plc1: {rt_host: kvm1}}}\n',
        'host_vars/kvm1.yaml': text,
        'host_vars/plc1.yaml': guest ?? 'rt_guest: {vcpus: {rt: 1}}\n',
      });
      const { code, stderr } = await partition({ inventory: [inventory], hosts: ['kvm1'], topology });
      if (refused === undefined) {
        assert.deepEqual([code, stderr], [0, '']);
        return;
      }
      const file = join(inventory, 'host_vars', guest === undefined ? 'kvm1.yaml' : 'plc1.yaml');
      assert.equal(code, 2);
      assert.deepEqual(
        [...stderr.matchAll(/\[([A-Z_]+)\]$/gm)].map(([, name]) => name),
        [refused[0]],
      );
      assert.ok(stderr.includes(`${file}:${refused[1]}\n`), stderr);
    });
  });
});
