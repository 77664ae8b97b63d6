/** What is wrong with the variables of a plan, in words. */
import assert from 'node:assert/strict';
import { readWishes } from '../../../../src/rt/partition/inputs/request.js';
import type { Vars } from '../../../../src/values/value.js';

const limits = { lastCpu: 7, pageSizes: [2 * 1024 ** 2] };

function told(host: Vars, guest?: Vars): readonly string[] {
  const guests = guest === undefined ? [] : [{ name: 'plc1', vars: guest }];
  const { diagnostics } = readWishes({ name: 'kvm1', vars: host }, guests, limits);
  assert.ok(diagnostics.every(({ code, severity }) => code === 'PLAN_INPUT' && severity === 'error'));
  return diagnostics.map(({ message, hint }) => `${message} | ${hint ?? ''}`);
}

/** With the usual hint. */
const usual = (message: string): string => `${message} | docs/partition.md says what it may hold.`;
const quoted = 'Write it as text such as "0-1,8".';
const pages = 'Write 1G or 2M, or 4K for a guest without huge pages.';

type Case = readonly [title: string, vars: Vars, messages: readonly string[]];

const vcpus = { rt: 1 };

const ofGuests: readonly Case[] = [
  [
    'text for a number',
    { rt_guest: { vcpus: { rt: 'three' } } },
    [usual('rt_guest.vcpus.rt of plc1: must be a number, not "three"')],
  ],
  [
    'a part of a vCPU',
    { rt_guest: { vcpus: { rt: 1.5 } } },
    [usual('rt_guest.vcpus.rt of plc1: must be a whole number, not 1.5')],
  ],
  [
    'fewer than none',
    { rt_guest: { vcpus: { rt: -1 } } },
    [usual('rt_guest.vcpus.rt of plc1: must be 0 or more, not -1')],
  ],
  [
    'none at all',
    { rt_guest: { vcpus: { rt: 0, housekeeping: 0 } } },
    [usual('rt_guest.vcpus of plc1: must have one vCPU or more: rt and housekeeping are both 0')],
  ],
  [
    'too high a priority',
    { rt_guest: { vcpus, priority: 99 } },
    [usual('rt_guest.priority of plc1: must be 98 or less, not 99')],
  ],
  ['no vCPUs', { rt_guest: {} }, [usual('rt_guest.vcpus of plc1: is missing')]],
  [
    'a number of vCPUs alone',
    { rt_guest: { vcpus: 4 } },
    [usual('rt_guest.vcpus of plc1: must be a mapping such as {rt: 3, housekeeping: 1}, not 4')],
  ],
  [
    'a key without a value',
    { rt_guest: { vcpus: null } },
    [
      usual(
        'rt_guest.vcpus of plc1: must be a mapping such as {rt: 3, housekeeping: 1}, but nothing is given',
      ),
    ],
  ],
  [
    'nothing at all',
    {},
    ['rt_guest of plc1: is missing | Say what plc1 needs, such as rt_guest: {vcpus: {rt: 1}}.'],
  ],
  [
    'a word that is none of the choices',
    { rt_guest: { vcpus: { rt: 1, placement: 'anywhere' } } },
    [usual('rt_guest.vcpus.placement of plc1: must be isolated or shared, not "anywhere"')],
  ],
  [
    'a number that is none of the choices',
    { rt_guest: { vcpus, threads: 3 } },
    [usual('rt_guest.threads of plc1: must be 1 or 2, not 3')],
  ],
  [
    'a number for a size',
    { rt_guest: { vcpus, memory: 4096 } },
    [usual('rt_guest.memory of plc1: must be a size with its unit, such as "4GiB", not 4096')],
  ],
  [
    'a decimal unit',
    { rt_guest: { vcpus, memory: '4GB' } },
    [usual('rt_guest.memory of plc1: "4GB" has a decimal unit; write 4GiB')],
  ],
  [
    'sizes of 0',
    { rt_guest: { vcpus, memory: '0GiB', page: '0K', hard_limit: '0M', cache: { bytes: '0MiB' } } },
    [
      usual('rt_guest.memory of plc1: must be more than 0, not "0GiB"'),
      usual('rt_guest.page of plc1: must be more than 0, not "0K"'),
      usual('rt_guest.cache.bytes of plc1: must be more than 0, not "0MiB"'),
      usual('rt_guest.hard_limit of plc1: must be more than 0, not "0M"'),
    ],
  ],
  [
    'pages of a size that no machine has',
    { rt_guest: { vcpus, page: '3M' } },
    [`rt_guest.page of plc1: no machine has pages of 3M | ${pages}`],
  ],
  [
    'pages below the smallest',
    { rt_guest: { vcpus, page: '1K' } },
    [`rt_guest.page of plc1: no machine has pages of 1K | ${pages}`],
  ],
  [
    'pages of a size that this machine does not have',
    { rt_guest: { vcpus, page: '32M' } },
    [`rt_guest.page of plc1: the machine has no pages of 32M, but 2M | ${pages}`],
  ],
  [
    'keys that nobody knows',
    { rt_guest: { vcpus, memroy: '4GiB', colour: 1 } },
    [
      'rt_guest.memroy of plc1: is not known here | Did you mean "memory"?',
      'rt_guest.colour of plc1: is not known here | Known keys: vcpus, threads, memory, page, node, cache, devices, priority, pins, emulator, hard_limit, iothreads.',
    ],
  ],
  [
    'a misspelt key that has to be there, once',
    { rt_guest: { vpcus: { rt: 1 } } },
    ['rt_guest.vpcus of plc1: is not known here | Did you mean "vcpus"?'],
  ],
  [
    'a misspelt key of a mapping below',
    { rt_guest: { vcpus: { rt: 1, housekeping: 1 }, cache: { byts: '1M' } } },
    [
      'rt_guest.vcpus.housekeping of plc1: is not known here | Did you mean "housekeeping"?',
      'rt_guest.cache.byts of plc1: is not known here | Did you mean "bytes"?',
      usual('rt_guest.cache of plc1: takes exactly one of bytes, ways, percent and mask'),
    ],
  ],
  [
    'a node in quotes',
    { rt_guest: { vcpus, node: '1' } },
    [
      usual(
        'rt_guest.node of plc1: must be auto, a node number, a list of node numbers or {near: PCI-ADDRESS}, not "1"',
      ),
    ],
  ],
  [
    'a node below 0',
    { rt_guest: { vcpus, node: -1 } },
    [usual('rt_guest.node of plc1: must be 0 or more, not -1')],
  ],
  [
    'no node of a list',
    { rt_guest: { vcpus, node: [] } },
    [usual('rt_guest.node of plc1: must not be empty')],
  ],
  [
    'a word in a list of nodes',
    { rt_guest: { vcpus, node: [0, 'one'] } },
    [usual('rt_guest.node[1] of plc1: must be a number, not "one"')],
  ],
  [
    'a misspelt near',
    { rt_guest: { vcpus, node: { nera: '0000:3b:00.0' } } },
    ['rt_guest.node.nera of plc1: is not known here | Did you mean "near"?'],
  ],
  [
    'a PCI address that YAML read as a number',
    { rt_guest: { vcpus, node: { near: 60 }, devices: [60] } },
    [
      usual('rt_guest.node.near of plc1: must be a PCI address in quotes, such as "0000:3b:00.0", not 60'),
      usual(
        'rt_guest.devices[0] of plc1: must be a PCI address or a name in quotes, such as "0000:3b:00.0", not 60',
      ),
    ],
  ],
  [
    'a list for the CPUs of the emulator',
    { rt_guest: { vcpus, emulator: [0, 1] } },
    [usual('rt_guest.emulator of plc1: must be a CPU list as text, such as "0-1,8", not a list')],
  ],
  [
    'a word for the CPUs of the emulator',
    { rt_guest: { vcpus, emulator: 'NONE' } },
    [
      `rt_guest.emulator of plc1: "NONE" is not a CPU list: "O" is not a comma or the end, which is expected here | ${quoted}`,
    ],
  ],
  [
    'a mask that YAML read as a number',
    { rt_guest: { vcpus, cache: { mask: 18 } } },
    [usual('rt_guest.cache.mask of plc1: must be a hexadecimal mask in quotes, such as "f0", not 18')],
  ],
  [
    'two wishes for cache',
    { rt_guest: { vcpus, cache: { ways: 1, percent: 5 } } },
    [usual('rt_guest.cache of plc1: takes exactly one of bytes, ways, percent and mask')],
  ],
  [
    'no percent',
    { rt_guest: { vcpus, cache: { percent: 0 } } },
    [usual('rt_guest.cache.percent of plc1: must be more than 0, not 0')],
  ],
];

const ofHosts: readonly Case[] = [
  ['a list for a mapping', { rt_partition: [] }, [usual('rt_partition: must be a mapping, not a list')]],
  [
    'a misspelt key',
    { rt_partition: { houskeeping: 'auto' } },
    ['rt_partition.houskeeping: is not known here | Did you mean "housekeeping"?'],
  ],
  [
    'a list of CPUs that is none',
    { rt_partition: { housekeeping: [0, 1] } },
    [
      usual(
        'rt_partition.housekeeping: must be auto, {cores_per_package: N} or a CPU list as text, such as "0-1,8", not a list',
      ),
    ],
  ],
  [
    'a misspelt number of cores',
    { rt_partition: { housekeeping: { cores_per_pakage: 2 } } },
    ['rt_partition.housekeeping.cores_per_pakage: is not known here | Did you mean "cores_per_package"?'],
  ],
  [
    'no core',
    { rt_partition: { housekeeping: { cores_per_package: 0 } } },
    [usual('rt_partition.housekeeping.cores_per_package: must be 1 or more, not 0')],
  ],
  [
    'a size in a unit that there is not',
    { rt_partition: { memory_reserve: '8Pages' } },
    [usual('rt_partition.memory_reserve: "8Pages" has an unknown unit; write 8MiB, or KiB, GiB or TiB')],
  ],
  [
    'a word for the housekeeping CPUs',
    { rt_partition: { housekeeping: 'Auto' } },
    [
      `rt_partition.housekeeping: "Auto" is not a CPU list: "A" stands where a CPU number is expected | ${quoted}`,
    ],
  ],
  [
    'a mode of isolation that there is not',
    { rt_partition: { isolation: 'domain' } },
    [usual('rt_partition.isolation: must be auto, boot or cgroup, not "domain"')],
  ],
  [
    'smt: on, which YAML reads as true',
    { rt_partition: { smt: true } },
    [usual('rt_partition.smt: must be whole_core or off, not true')],
  ],
  [
    'one list without the other',
    { rt_isolated_cpus: '1-3' },
    [
      'rt_isolated_cpus: is given without rt_housekeeping_cpus | Give both lists, or remove rt_isolated_cpus and let the plan choose.',
    ],
  ],
  [
    'lists that are none',
    { rt_housekeeping_cpus: [0], rt_isolated_cpus: '1-' },
    [
      usual('rt_housekeeping_cpus: must be a CPU list as text, such as "0-1,8", not a list'),
      `rt_isolated_cpus: "1-" is not a CPU list: the text ends where a CPU number is expected | ${quoted}`,
    ],
  ],
  [
    'lists beside a wish for housekeeping',
    { rt_housekeeping_cpus: 0, rt_isolated_cpus: '1-N', rt_partition: { housekeeping: 'auto' } },
    [
      'rt_partition.housekeeping: is given beside rt_housekeeping_cpus and rt_isolated_cpus | Remove rt_partition.housekeeping, or both lists.',
    ],
  ],
  [
    'reservations that are no list',
    { rt_reservations: { name: 'a' } },
    [usual('rt_reservations: must be a list, not a mapping')],
  ],
  [
    'all that can be wrong with a reservation',
    { rt_reservations: [{ name: 'a b', cpu: 2, for: 'units', node: '0' }] },
    [
      usual('rt_reservations[0].name: must be a name of letters, digits and :_.@-, not "a b"'),
      usual('rt_reservations[0].for: must be unit, slice or irq, not "units"'),
      usual('rt_reservations[0].node: must be a number, not "0"'),
      'rt_reservations[0].cpu: is not known here | Did you mean "cpus"?',
    ],
  ],
  [
    'two reservations of one name',
    {
      rt_reservations: [
        { name: 'a', cpus: 1, for: 'unit' },
        { name: 'a', cpus: 2, for: 'irq' },
      ],
    },
    [usual('rt_reservations[1].name: "a" is the name of two reservations; each needs a name of its own')],
  ],
  [
    'flags that are none',
    { rt_strict_devices: 'perhaps', rt_boot_manage: [] },
    [
      usual('rt_strict_devices: must be true or false, not "perhaps"'),
      usual('rt_boot_manage: must be true or false, not a list'),
    ],
  ],
];

describe('what is wrong with the variables of a plan', () => {
  for (const [title, vars, messages] of ofGuests)
    it(`of a guest: ${title}`, () => assert.deepEqual(told({}, vars), messages));

  for (const [title, vars, messages] of ofHosts)
    it(`of a host: ${title}`, () => assert.deepEqual([...told(vars)].sort(), [...messages].sort()));
});

describe('what a plan reads', () => {
  const hostOf = (vars: Vars) => {
    const { host, diagnostics } = readWishes({ name: 'kvm1', vars }, [], limits);
    assert.deepEqual(diagnostics, []);
    return host;
  };

  it('N and all in CPU lists as the kernel does', () => {
    const listed = (text: string) => hostOf({ rt_partition: { housekeeping: text } })?.housekeeping;
    assert.deepEqual(listed('6-N'), { kind: 'list', cpus: [6, 7] });
    assert.deepEqual(listed('N'), { kind: 'list', cpus: [7] });
    assert.deepEqual(listed('ALL:1/4'), { kind: 'list', cpus: [0, 4] });
  });

  it('smt: off without quotes, which YAML reads as false', () => {
    for (const smt of ['off', false]) assert.equal(hostOf({ rt_partition: { smt } })?.smt, 'off');
  });

  it('binary units in all the ways that people write them', () => {
    for (const memory_reserve of ['2G', '2Gi', '2GiB', '2 g', '2048M', '2097152KiB'])
      assert.equal(
        hostOf({ rt_partition: { memory_reserve } })?.memoryReserveBytes,
        2 * 1024 ** 3,
        memory_reserve,
      );
  });

  it('flags as the filter bool does', () => {
    for (const value of [true, 1, 'yes', 'True', ' on ', '1', 'y', 't'])
      assert.equal(hostOf({ rt_strict_devices: value })?.strictDevices, true, JSON.stringify(value));
    for (const value of [false, 0, 'no', 'FALSE', 'off', '0', 'n', 'f', null])
      assert.equal(hostOf({ rt_strict_devices: value })?.strictDevices, false, JSON.stringify(value));
    assert.equal(hostOf({ rt_boot_manage: 'no' })?.bootManaged, false);
  });

  it('page sizes that the machine lists, and 1G and 4K on every machine', () => {
    const page = (text: string) =>
      readWishes(
        { name: 'kvm1', vars: {} },
        [{ name: 'plc1', vars: { rt_guest: { vcpus, page: text } } }],
        limits,
      ).guests.map(({ pageBytes }) => pageBytes);
    assert.deepEqual(['1G', '2M', '4K', '1048576K'].flatMap(page), [
      1024 ** 3,
      2 * 1024 ** 2,
      4096,
      1024 ** 3,
    ]);
  });
});
