/** The variables of a partition plan in the schemas for editors: they take what the plan takes, and explain it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js';
import { inventorySchema, playbookSchema, varsSchema } from '../../../src/playbook/schema/schemas.js';
import { readWishes } from '../../../src/rt/partition/inputs/request.js';
import type { Value, Vars } from '../../../src/values/value.js';
import { toValue } from '../../../src/yaml/node.js';
import { parseYaml } from '../../../src/yaml/parse.js';

const ajv = new Ajv({ allowUnionTypes: true, strictTypes: false });
const vars = ajv.compile(varsSchema());

function data(text: string): Vars {
  const [node] = parseYaml(text, 'x.yml', new Diagnostics());
  return (node === undefined ? {} : toValue(node)) as Vars;
}

const vcpus = { rt: 1 };
const guest = (more: Record<string, Value>): Vars => ({ rt_guest: { vcpus, ...more } });
const host = (partition: Value): Vars => ({ rt_partition: partition });

const right: readonly Vars[] = [
  host({}),
  host({ housekeeping: 'auto', isolation: 'cgroup', smt: 'off', memory_reserve: '0 GiB' }),
  host({ housekeeping: '0-1,8' }),
  host({ housekeeping: 0 }),
  host({ housekeeping: { cores_per_package: 2 } }),
  guest({}),
  guest({ vcpus: { rt: 0, housekeeping: 4, placement: 'shared' }, threads: 2 }),
  guest({ memory: '2560MiB', page: '2M', hard_limit: '1.5g', node: 'auto', priority: 98, iothreads: 64 }),
  guest({ node: 1 }),
  guest({ node: [0, 1] }),
  guest({ node: { near: '0000:3b:00.0' } }),
  guest({ cache: { bytes: '3MiB', code: '1MiB', exclusive: true, by: 'resctrl' } }),
  guest({ cache: { percent: 12.5 } }),
  guest({ cache: { mask: '0xf0' } }),
  guest({ pins: [1, 2], emulator: '0', devices: ['virtio-net'] }),
  { rt_reservations: [{ name: 'ptp4l.service', cpus: 1, for: 'unit', node: 0 }] },
  { rt_strict_devices: true, rt_boot_manage: 'no' },
  { rt_housekeeping_cpus: 0, rt_isolated_cpus: '1-N' },
];

const wrong: readonly Vars[] = [
  host([]),
  host({ housekeping: 'auto' }),
  host({ housekeeping: [0, 1] }),
  host({ housekeeping: { cores_per_package: 0 } }),
  host({ housekeeping: { cores: 2 } }),
  host({ isolation: 'domain' }),
  host({ smt: true }),
  host({ memory_reserve: 6 }),
  host({ memory_reserve: '6GB!' }),
  { rt_guest: {} },
  { rt_guest: { vcpus: 4 } },
  guest({ vcpus: { rt: '3' } }),
  guest({ vcpus: { rt: 1, placement: 'here' } }),
  guest({ threads: 3 }),
  guest({ memory: '4' }),
  guest({ memroy: '4GiB' }),
  guest({ node: '0' }),
  guest({ node: [] }),
  guest({ node: { near: '3b:00.0' } }),
  guest({ priority: 99 }),
  guest({ cache: { mask: 'xyz' } }),
  guest({ cache: { percent: 0 } }),
  guest({ devices: 'virtio-net' }),
  guest({ pins: [] }),
  { rt_reservations: { name: 'a' } },
  { rt_reservations: [{ name: 'a', cpus: 0, for: 'unit' }] },
  { rt_reservations: [{ name: 'a', cpus: 1, for: 'units' }] },
  { rt_reservations: [{ cpus: 1, for: 'unit' }] },
  { rt_strict_devices: 'perhaps' },
  { rt_housekeeping_cpus: [0], rt_isolated_cpus: '1' },
];

/** Whether the plan can read the variables, of a host or of a guest. */
function planReads(given: Vars): boolean {
  const isGuest = given['rt_guest'] !== undefined;
  const { diagnostics } = readWishes(
    { name: 'kvm1', vars: isGuest ? {} : given },
    isGuest ? [{ name: 'plc1', vars: given }] : [],
    { lastCpu: 15, pageSizes: [] },
  );
  return diagnostics.length === 0;
}

describe('schemas of the variables of a plan', () => {
  for (const given of right) {
    it(`accept ${JSON.stringify(given)}, as the plan does`, () => {
      assert.ok(vars(given), ajv.errorsText(vars.errors));
      assert.equal(planReads(given), true);
    });
  }

  for (const given of wrong) {
    it(`refuse ${JSON.stringify(given)}, as the plan does`, () => {
      assert.equal(vars(given), false);
      assert.equal(planReads(given), false);
    });
  }

  it('let a template stand for a value and for each part of it', () => {
    for (const text of [
      'rt_guest: "{{ small }}"',
      'rt_guest: {vcpus: {rt: "{{ n }}"}, memory: "{{ size }}GiB", node: ["{{ a }}"], threads: "{{ t }}"}',
      'rt_reservations: ["{{ one }}"]',
      'rt_strict_devices: "{{ strict }}"',
    ])
      assert.ok(vars(data(text)), ajv.errorsText(vars.errors));
  });

  it('leave other variables alone', () => {
    assert.ok(vars(data('rt_guests: 1\nmine: {any: [thing]}\nrt_partition:\n')));
  });

  it('are in inventories, in groups of hosts and of groups', () => {
    const inventory = ajv.compile(inventorySchema());
    const text = (rt: string): string =>
      `all:\n  children:\n    rt_guests:\n      hosts:\n        plc1: {rt_host: kvm1, rt_guest: {vcpus: {rt: ${rt}}}}\n`;
    assert.ok(inventory(data(text('2'))), ajv.errorsText(inventory.errors));
    assert.equal(inventory(data(text('two'))), false);
    assert.equal(inventory(data('rt_hosts:\n  vars:\n    rt_partition: {smt: on}\n')), false);
    assert.equal(inventory(data('rt_hosts:\n  host: {}\n')), false);
  });

  it('are in the vars of plays and tasks', () => {
    const playbook = ajv.compile(playbookSchema());
    const play = (smt: string): unknown => data(`- hosts: all\n  vars: {rt_partition: {smt: ${smt}}}\n`);
    assert.ok(playbook(play('whole_core')), ajv.errorsText(playbook.errors));
    assert.equal(playbook(play('whole')), false);
  });

  it('accept every file of the example inventory', () => {
    const folder = 'inventory';
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) =>
      /_vars\/.*\.yaml$/.test(one),
    );
    assert.ok(files.length >= 10);
    for (const file of files)
      assert.ok(
        vars(data(readFileSync(join(folder, file), 'utf8'))),
        `${file}: ${ajv.errorsText(vars.errors)}`,
      );
    const inventory = ajv.compile(inventorySchema());
    assert.ok(
      inventory(data(readFileSync(join(folder, 'hosts.yaml'), 'utf8'))),
      ajv.errorsText(inventory.errors),
    );
  });

  it('describe each variable and each key of it, with what holds where nothing is written', () => {
    const undescribed: string[] = [];
    const look = (schema: Vars, path: string): void => {
      for (const [name, below] of Object.entries(
        (schema['properties'] ?? {}) as Readonly<Record<string, Vars>>,
      )) {
        if (typeof below['description'] !== 'string') undescribed.push(`${path}${name}`);
        look(below, `${path}${name}.`);
      }
      for (const form of (schema['anyOf'] ?? []) as readonly Vars[]) look(form, path);
      if (schema['items'] !== undefined) look(schema['items'] as Vars, `${path}[].`);
    };
    const schema = varsSchema() as Vars;
    look(schema, '');
    assert.deepEqual(undescribed, []);
    const text = JSON.stringify(schema);
    for (const usual of [
      '"default":"6GiB"',
      '"default":"1G"',
      '"default":"whole_core"',
      '"default":"isolated"',
    ])
      assert.ok(text.includes(usual), usual);
  });
});
