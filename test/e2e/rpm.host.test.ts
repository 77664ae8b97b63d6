/** Whole runs on hosts like RHEL and SLES: the real-time kernel, other packages, a crash, and the way back. */
import assert from 'node:assert/strict';
import type { Fingerprint } from '../lab/fingerprint.js';
import { Lab, type LabHost } from '../lab/lab.js';
import { changedTasks, converge, differences, Project, rollBack, troubles } from './harness.js';
import { killWhen } from './one-host.js';
import { oneOf } from '../support/slow.js';

const kernels = {
  rhel: { packages: ['kernel-rt', 'kernel-rt-core'], release: '5.14.0-503.el9_5.x86_64+rt' },
  sles: { packages: ['kernel-rt'], release: '5.14.21-150500.13.8-rt' },
} as const;

const tasks = [
  { name: 'kernel', rt_kernel: { boot_room_mb: 1 }, register: 'kernel' },
  { name: 'release', copy: { dest: '/srv/release', content: '{{ kernel.release }}\n' } },
  { name: 'packages', package: { name: 'rtprov-demo-b', state: 'present' } },
  { name: 'configuration', lineinfile: { path: '/etc/rtprov-demo-a.conf', line: 'edited=1' } },
];

for (const family of oneOf(['rhel', 'sles'] as const)) {
  describe(`a run on a host like ${family}`, function () {
    this.timeout(300_000);
    const { packages, release } = kernels[family];
    const project = new Project();
    let lab: Lab;
    let host: LabHost;
    let initial: Fingerprint;

    const inside = async (command: string): Promise<string> => {
      const done = await host.inside(['sh', '-c', command]);
      assert.equal(done.code, 0, `${command}: ${done.stderr}`);
      return done.stdout;
    };
    const run = (list: readonly unknown[], options = {}): ReturnType<typeof converge> =>
      converge(
        lab,
        [project.write('play.yaml', JSON.stringify([{ hosts: 'all', gather_facts: false, tasks: list }]))],
        options,
      );
    const fresh = async (): Promise<void> => {
      await host.reset();
      await inside(`/usr/local/sbin/lab-become ${family}`);
      initial = await host.fingerprint();
    };
    const back = async (): Promise<void> => {
      const undone = await rollBack(lab, 'h1');
      assert.equal(undone?.result.complete ?? true, true, JSON.stringify(undone?.events));
      assert.equal(differences(initial, await host.fingerprint()), '');
      assert.equal(await inside('rpm -qa'), 'lab-release-9.4-1.noarch\n');
    };

    before(async () => {
      lab = await Lab.up({ hosts: 1, layer: 'rpm' });
      host = lab.host('h1');
      await inside(`/usr/local/sbin/lab-become ${family}`);
      initial = await host.fingerprint();
    });
    after(async () => {
      project.remove();
      await lab.down();
    });

    it('is checked without a trace, done, done again without a change, and rolled back', async () => {
      const check = await run(tasks, { check: true });
      assert.equal(check.exitCode, 0, troubles(check));
      assert.equal(differences(initial, await host.fingerprint()), '');
      const outcome = await run(tasks);
      assert.equal(outcome.exitCode, 0, troubles(outcome));
      assert.deepEqual(
        changedTasks(outcome.results),
        changedTasks(check.results),
        'the plan listed all of it',
      );
      assert.equal(changedTasks(outcome.results).length, tasks.length);
      assert.equal(await inside('cat /srv/release'), `${release}\n`);
      assert.equal(
        await inside(`ls -d /lib/modules/${release}; rpm -q --qf '%{NAME}\\n' ${packages.join(' ')}`),
        `/lib/modules/${release}\n${packages.join('\n')}\n`,
      );
      const second = await run(tasks);
      assert.equal(second.exitCode, 0, troubles(second));
      assert.deepEqual(changedTasks(second.results), []);
      await back();
    });

    it('reports which repository is missing', async () => {
      await fresh();
      await inside(
        'rm -rf /srv/rpms/*/kernel-rt*; for d in /srv/rpms/*; do rm -rf "$d/repodata"; createrepo_c -q "$d"; done',
      );
      const outcome = await run([{ name: 'kernel', rt_kernel: { boot_room_mb: 1 } }]);
      assert.equal(outcome.exitCode, 4);
      assert.match(
        troubles(outcome),
        family === 'rhel'
          ? /RHEL for Real Time and NFV \(rhel-9-server-nfv-rpms\)/
          : /SUSEConnect -p sle-module-rt/,
      );
    });

    for (const [what, when] of oneOf([
      ['as the files are laid out', '[ -e /usr/share/rtprov-demo-b/data.txt ]'],
      ['as a script runs', '[ -e /etc/rtprov-demo-b.made ]'],
    ] as const)) {
      it(`that is killed ${what} is rolled back, and a further run converges`, async () => {
        await fresh();
        const killed = async (): Promise<void> => {
          await run(tasks, {
            rewrite: (text: string) =>
              /^rtp_seq=/m.test(text) && text.includes('rtp_package_') ? `${killWhen(when)}\n${text}` : text,
          });
        };
        await killed();
        await back();
        await killed();
        const again = await run(tasks);
        assert.equal(again.exitCode, 0, troubles(again));
        const second = await run(tasks);
        assert.deepEqual(changedTasks(second.results), []);
        await back();
      });
    }
  });
}
