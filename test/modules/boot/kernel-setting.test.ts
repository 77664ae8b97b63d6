import assert from 'node:assert/strict';
import { kernelSetting } from '../../../src/modules/boot/kernel-setting.js';
import type { KernelSettingState } from '../../../src/resources/kernel-setting/state.js';
import type { Value } from '../../../src/values/value.js';
import { FakeTarget, facts } from '../context.js';

const thp = '/sys/kernel/mm/transparent_hugepage/enabled';

function targetOf(states: Readonly<Record<string, KernelSettingState | string>>): FakeTarget {
  const target = new FakeTarget();
  for (const [path, state] of Object.entries(states))
    target.states.set(
      `kernel_setting:${path}`,
      typeof state === 'string' ? { value: state, writable: true } : state,
    );
  return target;
}

/** The message of a task that fails; fails where it does not. */
function fault(
  states: Readonly<Record<string, KernelSettingState | string>>,
  args: Readonly<Record<string, Value>>,
): string {
  const { plan } = targetOf(states).plan(kernelSetting, args);
  assert.equal(plan.type, 'failed');
  return plan.msg;
}

describe('the module kernel_setting', () => {
  it('changes the setting, and nothing the second time', () => {
    const target = targetOf({ [thp]: '[always] madvise never' });
    const args = { path: thp, value: 'never' };
    const first = target.plan(kernelSetting, args);
    assert.equal(first.changed, true);
    assert.deepEqual(first.plan, {
      type: 'states',
      steps: [
        {
          type: 'change',
          id: { kind: 'kernel_setting', name: thp },
          to: { value: 'always madvise [never]', writable: true },
        },
      ],
      result: { path: thp, value: 'never', paths: [thp] },
    });
    target.apply(first.steps);
    assert.equal(target.plan(kernelSetting, args).changed, false);
    assert.equal(target.plan(kernelSetting, { path: thp, value: 'often' }).plan.type, 'failed');
  });

  it('takes a value that means the same for the one that is there', () => {
    const target = targetOf({ '/proc/irq/9/smp_affinity': '00000000,0000000f' });
    assert.equal(
      target.plan(kernelSetting, { path: '/proc/irq/9/smp_affinity', value: '0F' }).changed,
      false,
    );
    const form = { path: '/proc/irq/9/smp_affinity', value: '0F', form: 'word' };
    assert.equal(target.plan(kernelSetting, form).changed, true);
  });

  it('sets all that a pattern stands for', () => {
    const path = '/sys/devices/cpu*/governor';
    const [one, two, three] = ['0', '1', '2'].map((cpu) => `/sys/devices/cpu${cpu}/governor`) as [
      string,
      string,
      string,
    ];
    const target = targetOf({
      [path]: { writable: false, matches: [one, two, three] },
      [one]: 'powersave',
      [two]: 'performance',
      [three]: { writable: false, why: 'absent' },
    });
    const args = { path, value: 'performance', state: 'if_present' };
    const { plan, steps } = target.plan(kernelSetting, args);
    assert.deepEqual(plan.type === 'states' && plan.result, {
      path,
      value: 'performance',
      paths: [one, two],
    });
    assert.deepEqual(
      steps.map((step) => step.type === 'change' && step.id.name),
      [one],
    );
    const { plan: strict } = target.plan(kernelSetting, { path, value: 'performance' });
    assert.match(strict.type === 'failed' ? strict.msg : '', /has no \/sys\/devices\/cpu2\/governor/);
  });

  it('fails where a pattern stands for nothing, and does nothing with if_present', () => {
    const path = '/sys/devices/cpu*/governor';
    const none = { [path]: { writable: false, matches: [] } };
    const { plan } = targetOf(none).plan(kernelSetting, { path, value: 'x' });
    assert.deepEqual(plan, {
      type: 'failed',
      msg: `the running kernel has no file ${path} (state: if_present leaves it out)`,
      afterPending: true,
    });
    const left = targetOf(none).plan(kernelSetting, { path, value: 'x', state: 'if_present' });
    assert.equal(left.changed, false);
    assert.equal(left.plan.type === 'states' && left.plan.msg, `the running kernel has no file ${path}`);
  });

  it('fails where the kernel has no such file, as what is planned before may bring it, and does nothing with if_present', () => {
    const { plan } = targetOf({}).plan(kernelSetting, { path: thp, value: 'never' });
    assert.equal(plan.type === 'failed' && plan.afterPending, true);
    assert.match(
      plan.type === 'failed' ? plan.msg : '',
      /has no .*: perhaps the kernel is built without it, .*\(state: if_present leaves it out\)$/,
    );
    const left = targetOf({}).plan(kernelSetting, { path: thp, value: 'never', state: 'if_present' });
    assert.deepEqual(left.plan, {
      type: 'states',
      steps: [],
      result: { path: thp, value: 'never', paths: [] },
    });
    assert.match(fault({}, { path: '/sys/kernel/debug/x', value: 0 }), /perhaps debugfs is not mounted/);
  });

  const file = '/sys/kernel/debug/sched/fair_server/cpu1/runtime';
  const broken: readonly (readonly [KernelSettingState | string, Value, RegExp])[] = [
    [{ writable: false, why: 'not-a-file' }, 0, /is a folder, a device or a symbolic link/],
    [{ writable: false, why: 'outside' }, 0, /a link in its path leads out of \/sys and \/proc\/irq$/],
    [{ writable: true, why: 'not-a-setting' }, 0, /does not hold one line of plain text/],
    [
      { writable: true, why: 'unreadable' },
      0,
      /cannot be read, so its value can be neither compared nor put back$/,
    ],
    [
      { writable: true, why: 'unreadable', reason: 'Invalid argument' },
      0,
      /cannot be read: Invalid argument, so .* back$/,
    ],
    [
      { writable: true, why: 'unreadable', reason: 'Operation not permitted' },
      0,
      /cannot be read: Operation not permitted, .*\. The kernel is locked down \(Secure Boot, or `lockdown=`\), which closes debugfs$/,
    ],
    [{ value: '50000000', writable: false }, 0, /is read-only here \(a container\?\): it stays "50000000"$/],
    ['1', '', /^"" is not a value for .*: it must not be empty\. It is "1" now$/],
  ];
  for (const [present, value, why] of broken)
    it(`says why not: ${why.source}`, () => {
      assert.match(fault({ [file]: present }, { path: file, value }), why);
    });

  it('does not mind a file that is read-only and has the value', () => {
    const target = targetOf({ [file]: { value: '0', writable: false } });
    assert.equal(target.plan(kernelSetting, { path: file, value: 0 }).changed, false);
  });

  const paths: readonly (readonly [string, RegExp])[] = [
    ['/proc/sys/vm/swappiness', /the module `sysctl` sets parameters below \/proc\/sys$/],
    ['/sys/fs/resctrl/schemata', /groups of the cache/],
    ['/sys/firmware/efi/efivars/x', /variables of the firmware/],
    ['/sys/../etc/passwd', /has an empty part, `\.` or `\.\.`$/],
    ['/sys//a', /empty part/],
    ['/sys/a/', /empty part/],
    ['/etc/passwd', /settings are files below \/sys and \/proc\/irq$/],
    ['sys/a/b', /settings are files/],
    ['/proc/1/oom_score_adj', /settings are files/],
    ['/sys/a\nb/c', /has a line break or another control character$/],
    ['/sys/a/$(x)*', /a pattern has letters/],
    ['/sys/*/a', /the first two parts of a pattern are without `\*`$/],
  ];
  for (const [path, why] of paths)
    it(`refuses the path ${JSON.stringify(path)} before anything is read`, () => {
      assert.match(fault({}, { path, value: '1' }), why);
    });

  it('refuses values that are no text on one line', () => {
    for (const value of [true, 'a\nb', '\u001b', ['a']])
      assert.throws(() => targetOf({}).plan(kernelSetting, { path: thp, value }), /value/);
  });

  it('names what it may touch where a value is not known, unless it is a pattern', () => {
    assert.deepEqual(kernelSetting.touches?.({ path: thp }, facts), [{ kind: 'kernel_setting', name: thp }]);
    assert.equal(kernelSetting.touches({ path: '/sys/a/b*/c' }, facts), undefined);
    assert.equal(kernelSetting.touches({}, facts), undefined);
  });
});
