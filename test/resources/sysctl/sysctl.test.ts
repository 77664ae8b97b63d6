import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { foldValue, sysctlKind } from '../../../src/resources/sysctl/kind.js';
import { sysctlPath } from '../../../src/resources/sysctl/name.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import { KindTarget, onThisMachine, shells } from '../kind-shell.js';

const store = new MemoryContentStore();
const request = (name: string) => ({ kind: 'sysctl', name }) as const;

describe('names of kernel parameters', () => {
  const names: readonly (readonly [string, string])[] = [
    ['vm.swappiness', 'vm/swappiness'],
    ['net/ipv4/ip_forward', 'net/ipv4/ip_forward'],
    ['net.ipv4.conf.eth0/1.forwarding', 'net/ipv4/conf/eth0.1/forwarding'],
    ['net/ipv4/conf/eth0.1/forwarding', 'net/ipv4/conf/eth0.1/forwarding'],
  ];
  for (const [name, path] of names) {
    it(`${name} is ${path}`, () => {
      assert.equal(sysctlPath(name), path);
    });
  }

  it('never lead out of /proc/sys', () => {
    for (const name of [
      '',
      '..',
      '../../etc/passwd',
      'vm/../../x',
      '/vm/x',
      'vm..x',
      'vm.',
      'a b',
      'a\nb',
      './a',
    ]) {
      assert.throws(() => sysctlPath(name), { code: 'BAD_NAME' }, name);
    }
    fc.assert(
      fc.property(fc.string(), (name) => {
        let path: string;
        try {
          path = sysctlPath(name);
        } catch {
          return;
        }
        assert.ok(!path.startsWith('/') && !path.split('/').includes('..'));
      }),
    );
  });
});

describe('the sysctl kind', () => {
  it('folds white space', () => {
    assert.equal(foldValue(' 4096\t87380 \n 6291456\n'), '4096 87380 6291456');
  });

  it('joins the lines of one value and reports a read-only one', () => {
    const output = 'writable\nreadonly\nabsent\nvm/a:1\t2\nvm/a:3\nkernel/b:|/usr/lib/x %P:%u\n';
    const states = sysctlKind.parse(['vm.a', 'kernel.b', 'c.d'].map(request), Buffer.from(output), store);
    assert.deepEqual(Object.fromEntries(states), {
      'vm.a': { value: '1 2 3', writable: true },
      'kernel.b': { value: '|/usr/lib/x %P:%u', writable: false },
      'c.d': { writable: false },
    });
  });

  it('refuses output that it did not ask for', () => {
    assert.throws(() => sysctlKind.parse([request('vm.a')], Buffer.from('yes\n'), store), {
      code: 'READ_FAILED',
    });
  });

  it('cannot remove a parameter', () => {
    const change = { id: request('vm.a'), from: { value: '1', writable: true }, to: { writable: true } };
    assert.throws(() => sysctlKind.write([change]), { code: 'BAD_STATE' });
  });

  it('says that a parameter which cannot be read cannot be put back', () => {
    const change = {
      id: request('net.ipv4.route.flush'),
      from: { value: '', writable: true },
      to: { value: '1', writable: true },
    };
    assert.match(sysctlKind.notUndoable?.(change) ?? '', /cannot be read/);
  });

  for (const shell of shells) {
    it(`reads this machine's values in ${shell}`, async () => {
      const names = [
        'vm.swappiness',
        'kernel.ostype',
        'net.ipv4.ip_local_port_range',
        'nothing.here',
        'kernel.pid_max',
      ];
      const states = await new KindTarget(sysctlKind, onThisMachine, shell, '/tmp/rtprov-none').read(
        ...names,
      );
      assert.equal(
        states.get('vm.swappiness')?.value,
        readFileSync('/proc/sys/vm/swappiness', 'utf8').trim(),
      );
      assert.equal(
        states.get('kernel.pid_max')?.value,
        readFileSync('/proc/sys/kernel/pid_max', 'utf8').trim(),
      );
      assert.equal(states.get('kernel.ostype')?.value, 'Linux');
      assert.match(states.get('net.ipv4.ip_local_port_range')?.value ?? '', /^\d+ \d+$/);
      assert.deepEqual(states.get('nothing.here'), { writable: false });
    });
  }
});
