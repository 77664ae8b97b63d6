import assert from 'node:assert/strict';
import { kernelPackages, type System } from '../../../src/rt/kernel/kernel-packages.js';

const names = (
  id: string,
  versionId?: string,
  machine = 'x86_64',
): readonly (readonly string[])[] | undefined => {
  const system: System = { id, machine, ...(versionId === undefined ? {} : { versionId }) };
  const found = kernelPackages(system);
  return found && [found.packages, found.kvmPackages];
};

describe('packages of real-time kernels', () => {
  for (const [id, version, machine, packages, kvm] of [
    ['debian', '12', 'x86_64', ['linux-image-rt-amd64'], []],
    ['debian', undefined, 'aarch64', ['linux-image-rt-arm64'], []],
    ['ubuntu', '24.04', 'x86_64', ['ubuntu-realtime'], []],
    ['rhel', '9.4', 'x86_64', ['kernel-rt'], ['kernel-rt-kvm']],
    ['rhel', '10.0', 'x86_64', ['kernel-rt'], ['kernel-rt-kvm']],
    ['rhel', '10.1', 'aarch64', ['kernel-rt'], []],
    ['centos', '10', 'x86_64', ['kernel-rt'], []],
    ['sles', '15.6', 'x86_64', ['kernel-rt'], []],
  ] as const) {
    it(`are known for ${id} ${version ?? '(rolling)'} on ${machine}`, () => {
      assert.deepEqual(names(id, version, machine), [packages, kvm]);
    });
  }

  it('are not known for others', () => {
    assert.equal(names('fedora', '41'), undefined);
    assert.equal(names('debian', '12', 'riscv64'), undefined);
    assert.equal(names('ubuntu', '20.04'), undefined);
    assert.equal(names('rhel', '7.9'), undefined);
    assert.equal(names('sles', '15.6', 'aarch64'), undefined);
  });

  it('say what they need, and which were tried', () => {
    const of = (id: string, versionId: string): ReturnType<typeof kernelPackages> =>
      kernelPackages({ id, versionId, machine: 'x86_64' });
    assert.match(of('ubuntu', '22.04')?.needs ?? '', /Ubuntu Pro/);
    assert.equal(of('ubuntu', '26.04')?.needs, undefined);
    assert.match(of('rhel', '10.0')?.needs ?? '', /rhel-10-server-nfv-rpms/);
    assert.equal(of('debian', '12')?.tried, true);
    assert.equal(of('debian', '13')?.tried, false);
    assert.equal(of('rhel', '9.4')?.tried, false);
  });
});
