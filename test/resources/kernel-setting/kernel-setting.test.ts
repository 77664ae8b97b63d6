import { strict as assert } from 'node:assert';
import { mkdirSync, symlinkSync } from 'node:fs';
import fc from 'fast-check';
import { canonicalText } from '../../../src/resources/kernel-setting/canon.js';
import { kernelSettingKind } from '../../../src/resources/kernel-setting/kind.js';
import type { KernelSettingState } from '../../../src/resources/kernel-setting/state.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import { KindTarget, onThisMachine, shells } from '../kind-shell.js';
import { Tree } from './tree.js';

const store = new MemoryContentStore();
const boot = '01234567-89ab-cdef-0123-456789abcdef\n';
const request = (name: string) => ({ kind: 'kernel_setting', name }) as const;
const is = (value: string): KernelSettingState => ({ value, writable: true });
const parse = (names: readonly string[], output: string) =>
  Object.fromEntries(kernelSettingKind.parse(names.map(request), Buffer.from(output, 'latin1'), store));

const irq = '/proc/irq/24/smp_affinity';
const thp = '/sys/kernel/mm/transparent_hugepage/enabled';
const partition = '/sys/fs/cgroup/a.slice/cpuset.cpus.partition';

describe('the kernel_setting kind: what is read', () => {
  it('takes each value from between the ids of the boot', () => {
    const output = `writable\nreadonly\nabsent\nwritable\n${boot}1\t2 \n${boot}no line end${boot}${boot}\0${boot}\n`;
    assert.deepEqual(parse(['/sys/a/b', '/sys/a/c', '/sys/a/d', '/sys/a/e'], output), {
      '/sys/a/b': { value: '1 2', writable: true },
      '/sys/a/c': { value: 'no line end', writable: false },
      '/sys/a/d': { writable: false, why: 'absent' },
      '/sys/a/e': { value: '', writable: true },
    });
  });

  it('keeps what the kernel says of a file that it does not let be read, in words of GNU and busybox', () => {
    const names = ['/sys/a/b', '/sys/a/b:c', "/sys/a/it's"];
    const complaints = `head: /sys/a/b: Operation not permitted\nhead: error reading "/sys/a/it's": Invalid argument\n`;
    const output = `writable\nwritable\nreadonly\n${boot}${boot}7\n${boot}${boot}${complaints}`;
    assert.deepEqual(parse(names, output), {
      '/sys/a/b': { writable: true, why: 'unreadable', reason: 'Operation not permitted' },
      '/sys/a/b:c': { value: '7', writable: true },
      "/sys/a/it's": { writable: false, why: 'unreadable', reason: 'Invalid argument' },
    });
  });

  it('refuses output that it did not ask for', () => {
    for (const output of [
      '',
      'yes\n',
      'writable\n',
      `writable\n${boot}1\n`,
      `odd\n${boot}1\n${boot}\n`,
      `writable\n${boot}1\n${boot}2\n${boot}\n`,
      `matches /sys/a/b\n${boot}1\n${boot}\n`,
    ])
      assert.throws(() => parse(['/sys/a/b'], output), { code: 'READ_FAILED' }, output);
    for (const line of [
      '/sys/a/b',
      'matches /etc/passwd',
      'matches /sys/a/x/y',
      'matches /sys/a/*',
      'matches /sys/a/',
    ])
      assert.throws(() => parse(['/sys/a/*'], `${line}\n${boot}${boot}\n`), { code: 'READ_FAILED' }, line);
  });

  it('shows values before and after as they are compared, and removes nothing', () => {
    const change = { id: request(thp), from: is('[always] madvise never'), to: is('always madvise [never]') };
    assert.deepEqual(kernelSettingKind.diff(change, store), {
      type: 'fields',
      fields: [{ field: 'value', before: 'always', after: 'never' }],
    });
    const gone = { ...change, to: { writable: false, why: 'absent' } as const };
    assert.throws(() => kernelSettingKind.write([gone]), { code: 'BAD_STATE' });
    assert.deepEqual(kernelSettingKind.diff(gone, store), {
      type: 'fields',
      fields: [{ field: 'value', before: 'always', after: undefined }],
    });
  });
});

describe('the kernel_setting kind on a target', function () {
  this.timeout(240_000);
  let tree: Tree;
  beforeEach(() => {
    tree = new Tree();
    tree.put(irq, '00000000,0000000f\n');
    tree.put(thp, '[always] madvise never\n');
    tree.put(partition, 'member\n');
    tree.put('/sys/module/m/parameters/busy', 'N\n');
    tree.put('/sys/kernel/mm/ksm/run', '0\n');
    tree.put('/sys/kernel/mm/ksm/mode', '1\n');
  });
  afterEach(() => tree.remove());

  for (const shell of shells) {
    it(`reads, writes and undoes in ${shell}`, async () => {
      const target = tree.target(shell);
      const states = await target.read(irq, thp, '/sys/kernel/mm/ksm/run');
      assert.deepEqual(Object.fromEntries(states), {
        [irq]: is('00000000,0000000f'),
        [thp]: is('[always] madvise never'),
        '/sys/kernel/mm/ksm/run': is('0'),
      });
      const to = { [irq]: '3', [thp]: 'always madvise [never]', '/sys/kernel/mm/ksm/run': '2' };
      const changes = Object.entries(to).map(([name, value]) =>
        target.change(name, states.get(name) ?? is(''), is(value)),
      );
      await target.holdsLaws(...changes);
      assert.equal(tree.text(irq), '00000000,0000000f\n');
      assert.equal(tree.text(thp), '[always] madvise never\n');
      await target.write(...changes);
      // Zeros in front may mean octal: a text is written as it is.
      await target.write(target.change('/sys/kernel/mm/ksm/mode', is('1'), is('0644')));
      assert.equal(tree.text('/sys/kernel/mm/ksm/mode'), '0644\n');
      assert.equal(tree.text(irq), '00000000,00000003\n');
      assert.equal(tree.text(thp), 'always madvise [never]\n');
    });

    it(`says in ${shell} why the kernel refuses a write, what it was and what it is`, async () => {
      const target = tree.target(shell);
      for (const [name, value, said] of [
        [
          irq,
          'many',
          `${irq}: the kernel does not accept "many" (Invalid argument): it was "f" before and is "f" now`,
        ],
        [
          thp,
          'often',
          `${thp}: the kernel does not accept "often" (Invalid argument): it was "always" before and is "always" now`,
        ],
        [
          '/sys/module/m/parameters/busy',
          'Y',
          '/sys/module/m/parameters/busy: the kernel does not accept "Y" (Device or resource busy): it was "N" before and is "N" now',
        ],
        [
          partition,
          'isolated',
          `${partition}: the kernel does not accept "isolated": it was "member" before and is "isolated invalid (Cpu list in cpuset.cpus not exclusive)" now`,
        ],
        ['/sys/none/x', '1', '/sys/none/x: the running kernel has no such setting'],
      ] as const) {
        const done = await target.exec(
          kernelSettingKind.write([target.change(name, is(''), is(value))]),
          true,
        );
        assert.equal(done.status, 1);
        assert.equal(done.stderr, `rtprov: ${said}\n`);
      }
    });

    it(`stops in ${shell} at the first write that is refused`, async () => {
      const target = tree.target(shell);
      const done = await target.exec(
        kernelSettingKind.write([
          target.change('/sys/module/m/parameters/busy', is('N'), is('Y')),
          target.change('/sys/kernel/mm/ksm/run', is('0'), is('2')),
        ]),
      );
      assert.equal(done.status, 1);
      assert.equal(tree.text('/sys/kernel/mm/ksm/run'), '0\n');
    });

    it(`puts a partition back in ${shell} that was not valid before either`, async () => {
      const target = tree.target(shell);
      const invalid = 'root invalid (Cpu list in cpuset.cpus not exclusive)';
      tree.put(partition, 'member\n');
      await target.undo(target.change(partition, is(invalid), is('member')));
      assert.equal(tree.text(partition), `${invalid}\n`);
    });

    it(`keeps off what is not a setting in ${shell}`, async () => {
      const target = tree.target(shell);
      mkdirSync(tree.real('/etc/deep'), { recursive: true });
      tree.put('/etc/deep/secret', 'secret\n');
      tree.put('/sys/fs/resctrl/schemata', 'L3:0=ff\n');
      symlinkSync(tree.real('/etc/deep'), tree.real('/sys/way-out'));
      symlinkSync(tree.real('/sys/kernel/mm/ksm/run'), tree.real('/sys/kernel/link'));
      symlinkSync(tree.real('/sys/kernel/mm/ksm'), tree.real('/sys/kernel/folder'));
      symlinkSync(tree.real('/sys/fs/resctrl'), tree.real('/sys/cache'));
      tree.put('/sys/a/lines', '1\n2\n');
      tree.put('/sys/a/long', `${'x'.repeat(40_000)}\n`);
      tree.put('/sys/a/huge', Buffer.alloc(5_000_000, 'y'));
      tree.put('/sys/a/bytes', Buffer.from([0x31, 0xff, 0x0a]));
      tree.put('/sys/a/escape', '\u001b[2J\n');
      tree.put('/sys/a/empty', '');
      tree.put('/sys/a/nul', 'a\0\0');
      tree.put("/sys/a/it's odd $(x) \\x2d", '5');
      const none = (why: string, writable = false): object => ({ writable, why });
      const wanted = {
        '/sys/way-out/secret': none('outside'),
        '/sys/cache/schemata': none('outside'),
        '/sys/kernel/link': none('not-a-file'),
        '/sys/kernel/folder/run': is('0'),
        '/sys/kernel/mm': none('not-a-file'),
        '/sys/none/x': none('absent'),
        '/sys/a/lines': none('not-a-setting', true),
        '/sys/a/long': none('not-a-setting', true),
        '/sys/a/huge': none('not-a-setting', true),
        '/sys/a/bytes': none('not-a-setting', true),
        '/sys/a/escape': none('not-a-setting', true),
        '/sys/a/empty': is(''),
        '/sys/a/nul': is('a'),
        "/sys/a/it's odd $(x) \\x2d": is('5'),
      };
      const states = await target.read(...Object.keys(wanted));
      assert.deepEqual(Object.fromEntries(states), wanted);
      const done = await target.exec(
        kernelSettingKind.write([target.change('/sys/way-out/secret', is(''), is('stolen'))]),
      );
      assert.match(done.stderr, /has no such setting/);
      assert.equal(tree.text('/etc/deep/secret'), 'secret\n');
    });

    it(`finds in ${shell} what a pattern stands for`, async () => {
      const target = tree.target(shell);
      for (const name of ['cpu0', 'cpu1', 'cpu10', 'cpu odd', 'cpu\nline', 'other'])
        tree.put(`/sys/devices/${name}/governor`, 'x\n');
      mkdirSync(tree.real('/sys/devices/cpu2/governor'), { recursive: true });
      const { matches } = await target.readOne('/sys/devices/cpu*/governor');
      assert.deepEqual(
        matches,
        ['cpu0', 'cpu1', 'cpu10'].map((name) => `/sys/devices/${name}/governor`),
      );
      assert.deepEqual((await target.readOne('/sys/devices/nothing*/governor')).matches, []);
    });

    it(`compares texts in ${shell} as the controller does`, async () => {
      const word = fc.oneof(
        fc.constantFrom(
          '0',
          '00',
          '0000000f',
          'f,00000000',
          '00000000,00000000',
          '0f,1',
          '123456789',
          '[a]',
          '[]',
          '[',
          '[[b]]',
          '[c]d',
        ),
        fc.constantFrom(
          '[0a]',
          ',',
          ',00000000',
          '0,',
          'a,,00000000',
          '0-3,8',
          '-1',
          '*',
          '~',
          '\\',
          '$x',
          '"',
          "'",
          '0x1f',
        ),
        fc.stringMatching(/^[0af,[\]9\-*g]{0,6}$/),
      );
      const texts = fc.sample(
        fc.array(word, { maxLength: 4 }).map((words) => words.join(' \t')),
        { numRuns: 150, seed: 7 },
      );
      texts.forEach((text, at) => tree.put(`/sys/t/${at}`, `${text}\n`));
      // `read` of the target compares `show` of each with `canon`.
      const states = await tree.target(shell).read(...texts.map((_, at) => `/sys/t/${at}`));
      assert.equal([...states.values()].filter(({ value }) => value !== undefined).length, texts.length);
    });

    it(`reads this machine's settings in ${shell}`, async () => {
      const target = new KindTarget(kernelSettingKind, onThisMachine, shell, '/tmp/rtprov-none');
      const states = await target.read(
        '/proc/irq/default_smp_affinity',
        '/sys/devices/system/cpu/online',
        '/sys/devices/system/cpu/power/no_such',
        '/sys/kernel/uevent_seqnum',
      );
      assert.match(states.get('/proc/irq/default_smp_affinity')?.value ?? '', /^[0-9a-f,]+$/);
      assert.match(states.get('/sys/devices/system/cpu/online')?.value ?? '', /^[0-9,-]+$/);
      assert.deepEqual(states.get('/sys/devices/system/cpu/power/no_such'), {
        writable: false,
        why: 'absent',
      });
      const { matches } = await target.readOne('/sys/devices/system/cpu/cpu*/topology/core_id');
      assert.ok(matches !== undefined && matches.length > 0);
    });
  }
});

describe('the kernel_setting kind: the canonical text', () => {
  it('stays when it is made canonical again', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0af,[\] 9\-\tg]{0,10}$/), (text) => {
        const once = canonicalText(text);
        assert.equal(canonicalText(once), once);
      }),
    );
  });
});
