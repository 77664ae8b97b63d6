/** The package's roles and templates, named by a user's playbook in a folder of the user's own, on a host. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab } from '../lab/lab.js';
import { type Ended, runProgram } from '../support/program.js';

describe("laws: the package's roles in a user's playbook", () => {
  let lab: Lab;
  let folder: string;

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    folder = mkdtempSync(join(tmpdir(), 'rtprov a project-'));
    writeFileSync(
      join(folder, 'play.yaml'),
      [
        '- hosts: h1',
        '  become: true',
        '  vars: { rt_isolated_cpus: "", rt_housekeeping_cpus: "0" }',
        '  roles: [rt_sysctl]',
        '  tasks:',
        '    - template: { src: systemd/slice.conf.j2, dest: /etc/package.conf }',
        '      vars: { item: { value: "0" } }',
        '    - template: { src: own.j2, dest: /etc/own.conf }',
        '',
      ].join('\n'),
    );
    mkdirSync(join(folder, 'templates'));
    writeFileSync(join(folder, 'templates/own.j2'), "{% include 'grub/zy-rtprov-menu.cfg.j2' %}mine\n");
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await lab.down();
  });

  const rtprov = async (...args: readonly string[]): Promise<Ended> => {
    const ended = await runProgram([...args, '-i', lab.inventoryPath], {
      cwd: folder,
      env: { XDG_STATE_HOME: join(folder, 'state') },
    });
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    return ended;
  };

  it('are found, do what they do, and are undone', async () => {
    const path = (name: string): string => join(lab.host('h1').rootDir, name);
    await rtprov('run', 'play.yaml', '-e', 'rt_grub_timeout=3');
    assert.match(readFileSync(path('etc/package.conf'), 'utf8'), /^\[Slice\]\nAllowedCPUs=0$/m);
    assert.match(readFileSync(path('etc/own.conf'), 'utf8'), /GRUB_TIMEOUT=3\n[^]*mine\n$/);
    assert.ok(existsSync(path('etc/sysctl.d/90-rtprov.conf')));
    const again = await rtprov('run', 'play.yaml', '-e', 'rt_grub_timeout=3');
    assert.match(again.stdout, /h1 +: ok=\d+ +changed=0/);
    await rtprov('rollback', 'h1');
    for (const name of ['etc/package.conf', 'etc/own.conf', 'etc/sysctl.d/90-rtprov.conf'])
      assert.ok(!existsSync(path(name)), name);
  });
});
