/** Where in the inventory a variable of a plan is wrong: file, line and column, as a person sees them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partition, write, writeMachine } from './made-up.js';

const hosts = `all:
  children:
    rt_hosts:
      hosts:
        kvm1:
    rt_guests:
      hosts:
        plc1: {rt_host: kvm1}
`;

const guest = 'rt_guest:\n  vcpus: {rt: 1}\n';

interface Case {
  readonly title: string;
  readonly file: string;
  readonly text: string;
  /** Line and column in the file. */
  readonly at: string;
  readonly says: string;
}

const inHost = (title: string, text: string, at: string, says: string): Case => ({
  title,
  file: 'host_vars/kvm1.yaml',
  text,
  at,
  says,
});
const inGuest = (title: string, text: string, at: string, says: string): Case => ({
  title,
  file: 'host_vars/plc1.yaml',
  text,
  at,
  says,
});

const cases: readonly Case[] = [
  inHost('an unknown key', 'rt_partition:\n  houskeeping: auto\n', '2:3', 'Did you mean "housekeeping"?'),
  inHost(
    'a form that housekeeping does not have',
    'rt_partition:\n  smt: whole_core\n  housekeeping:\n    - 0\n    - 1\n',
    '3:3',
    'must be auto, {cores_per_package: N} or a CPU list as text',
  ),
  inHost(
    'an unknown key below housekeeping',
    'rt_partition:\n  housekeeping:\n    cores: 2\n',
    '3:5',
    'Known keys: cores_per_package.',
  ),
  inHost(
    'a CPU list with a name in it',
    'rt_partition: {housekeeping: NODE0}\n',
    '1:16',
    '"NODE0" is not a CPU list',
  ),
  inHost('one list alone', 'x: 1\nrt_isolated_cpus: "1-3"\n', '2:1', 'is given without rt_housekeeping_cpus'),
  inHost(
    'a broken list',
    'rt_housekeeping_cpus: "0"\nrt_isolated_cpus: "1-"\n',
    '2:1',
    '"1-" is not a CPU list',
  ),
  inHost(
    'a list beside rt_partition.housekeeping',
    'rt_housekeeping_cpus: "0"\nrt_isolated_cpus: "1-15"\nrt_partition:\n  housekeeping: auto\n',
    '4:3',
    'Remove rt_partition.housekeeping, or both lists.',
  ),
  inHost(
    'a reservation of no core',
    'rt_reservations:\n  - name: a\n    cpus: 1\n    for: unit\n  - {name: b, cpus: 0, for: irq}\n',
    '5:15',
    'rt_reservations[1].cpus: must be 1 or more, not 0',
  ),
  inHost(
    'an unknown use of a reservation',
    'rt_reservations:\n  - name: a\n    cpus: 1\n    for: container\n',
    '4:5',
    'must be unit, slice or irq, not "container"',
  ),
  inHost(
    'a flag that is none',
    'rt_strict_devices: perhaps\n',
    '1:1',
    'must be true or false, not "perhaps"',
  ),
  inGuest('a misspelt key', `${guest}  memroy: 4GiB\n`, '3:3', 'Did you mean "memory"?'),
  inGuest('no memory', `${guest}  memory: 0GiB\n`, '3:3', 'must be more than 0, not "0GiB"'),
  inGuest('an odd page', `${guest}  page: 3M\n`, '3:3', 'no machine has pages of 3M'),
  inGuest(
    'a page that the machine does not have',
    `${guest}  page: 64K\n`,
    '3:3',
    'the machine has no pages of 64K, but 2M',
  ),
  inGuest('a node in quotes', `${guest}  node: "0"\n`, '3:3', 'must be auto, a node number'),
  inGuest(
    'a misspelt key of a node',
    `${guest}  node:\n    naer: "0000:3b:00.0"\n`,
    '4:5',
    'Did you mean "near"?',
  ),
  inGuest('a word for a number', 'rt_guest:\n  vcpus:\n    rt: two\n', '3:5', 'must be a number, not "two"'),
  inGuest('no rt_guest, beside a variable', 'x: 1\n', '', 'rt_guest of plc1: is missing'),
];

describe('cli: what is wrong with the variables of a plan', () => {
  let folder: string;
  let topology: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-inputs-'));
    topology = writeMachine(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  cases.forEach(({ title, file, text, at, says }, index) => {
    it(`stands at its place: ${title}`, async () => {
      const inventory = join(folder, String(index));
      write(inventory, { 'hosts.yaml': hosts, 'host_vars/plc1.yaml': guest, [file]: text });
      const { code, stderr } = await partition({ inventory: [inventory], hosts: ['kvm1'], topology });
      const place = at === '' ? `${join(inventory, 'hosts.yaml')}:8:9` : `${join(inventory, file)}:${at}`;
      assert.equal(code, 2);
      assert.match(stderr, /^Error: .* \[PLAN_INPUT\]$/m);
      assert.ok(stderr.includes(`${place}\n`), stderr);
      assert.ok(stderr.replaceAll(/\s+/g, ' ').includes(says), stderr);
      const line =
        at === '' ? '        plc1: {rt_host: kvm1}' : text.split('\n')[Number(at.split(':')[0]) - 1];
      assert.ok(stderr.includes(`| ${line ?? '?'}\n`), stderr);
    });
  });
});
