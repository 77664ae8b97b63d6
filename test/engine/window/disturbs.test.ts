import assert from 'node:assert/strict';
import { Disturbance, mayUndo } from '../../../src/engine/window/disturbs.js';
import type { WindowStep } from '../../../src/engine/window/steps.js';
import type { Change } from '../../../src/resources/resource.js';

type Step = WindowStep['step'];

const change = (key: string, from: object = {}, to: object = from): Change => {
  const [kind = '', name = ''] = key.split(/:(.*)/);
  return { id: { kind, name }, from, to } as unknown as Change;
};
const file = (path: string, owner = 'root', group = 'root'): Change =>
  change(`file:${path}`, { type: 'directory', mode: '0755', owner, group });
const step = (one: Change): Step => ({ type: 'change', change: one });
const restart = { type: 'action', label: 'restart' } as unknown as Step;
const command = { type: 'command' } as unknown as Step;

const cases: readonly (readonly [string, Step, Change, boolean])[] = [
  ['a command, anything', command, change('sysctl:vm.swappiness'), true],
  ['a restart, a unit', restart, change('unit:b.service'), true],
  ['a restart, a file', restart, file('/etc/b'), false],
  ['a file, itself', step(file('/etc/a')), file('/etc/a'), true],
  ['a file, a folder above it', step(file('/etc/a/b/c')), file('/etc/a'), true],
  ['a file, what is below it', step(file('/etc/a')), file('/etc/a/b/c'), true],
  ['a file, its neighbour', step(file('/etc/a')), file('/etc/ab'), false],
  ['a unit file, a unit', step(file('/etc/systemd/system/a.service')), change('unit:b.service'), true],
  ['a start script, a unit', step(file('/etc/init.d/a')), change('unit:b.service'), true],
  ['another file, a unit', step(file('/etc/a')), change('unit:b.service'), false],
  ['a unit, another unit', step(change('unit:a.service')), change('unit:b.service'), true],
  ['a package, a unit', step(change('package:a')), change('unit:b.service'), true],
  ['a package, a file', step(change('package:a')), file('/etc/b'), true],
  ['a package, another package', step(change('package:a')), change('package:b'), true],
  ['a package, a parameter', step(change('package:a')), change('sysctl:vm.swappiness'), false],
  ['a user, its file', step(change('user:a', { exists: false })), file('/etc/b', 'a'), true],
  ['a group, its file', step(change('group:a', { exists: false })), file('/etc/b', 'root', 'a'), true],
  ['a user, the file of another', step(change('user:a', { exists: false })), file('/etc/b'), false],
  ['a user, its group', step(change('user:a', {})), change('group:a'), true],
  ['a group, its member', step(change('group:a')), change('user:b', { groups: ['a'] }), true],
  ['a group, a user of a numbered group', step(change('group:a')), change('user:b', { group: '1001' }), true],
  ['a group, a user without it', step(change('group:a')), change('user:b', { groups: ['c'] }), false],
  ['a module, another module', step(change('module:a')), change('module:b'), true],
  ['a module, a parameter', step(change('module:a')), change('sysctl:net.a'), true],
  [
    'a parameter, one that the kernel keeps in step with it',
    step(change('sysctl:net.ipv4.ip_forward')),
    change('sysctl:net.ipv4.conf.eth0.forwarding'),
    true,
  ],
  [
    "the list of an interrupt's CPUs, their mask",
    step(change('kernel_setting:/proc/irq/24/smp_affinity_list')),
    change('kernel_setting:/proc/irq/24/smp_affinity'),
    true,
  ],
  [
    'the CPUs of an interrupt, those of another',
    step(change('kernel_setting:/proc/irq/24/smp_affinity')),
    change('kernel_setting:/proc/irq/25/smp_affinity'),
    false,
  ],
  [
    'the CPUs of a control group, the partition of another',
    step(change('kernel_setting:/sys/fs/cgroup/a/cpuset.cpus')),
    change('kernel_setting:/sys/fs/cgroup/b/cpuset.cpus.partition'),
    true,
  ],
  [
    'a parameter, the setting of the same name',
    step(change('sysctl:vm.nr_hugepages')),
    change('kernel_setting:/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages'),
    true,
  ],
  ['a service, a setting', step(change('unit:tuned.service')), change('kernel_setting:/sys/a/b'), true],
  ['a parameter, another one', step(change('sysctl:vm.swappiness')), change('sysctl:vm.dirty_ratio'), false],
];

describe('what an earlier step may have changed', () => {
  for (const [title, earlier, later, reached] of cases)
    it(`${title}: ${reached ? 'yes' : 'no'}`, () => {
      assert.equal(new Disturbance([earlier]).reaches(later), reached);
    });
});

const undone: readonly (readonly [string, readonly Step[], Change, boolean])[] = [
  ['a command, anything', [command], file('/etc/a'), true],
  ['a restart, a file', [restart], file('/etc/a'), true],
  ['a package, a file', [step(change('package:a'))], file('/etc/b'), true],
  ['a unit that starts, a file', [step(change('unit:a.service'))], file('/etc/b'), true],
  [
    'a parameter, its twin',
    [step(change('sysctl:net.ipv4.ip_forward'))],
    change('sysctl:net.ipv4.conf.all.forwarding'),
    true,
  ],
  ['a parameter, a file', [step(change('sysctl:vm.swappiness'))], file('/etc/b'), false],
  ['a file, the folder above it', [step(file('/etc/a/b'))], file('/etc/a'), false],
  ['a file, itself', [step(file('/etc/a'))], file('/etc/a'), false],
];

describe('what later steps of a window may change once more', () => {
  for (const [name, steps, earlier, may] of undone)
    it(`${may ? 'is' : 'is not'}, after ${name}`, () => assert.equal(mayUndo(steps, earlier), may));
});
