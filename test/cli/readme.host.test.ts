/** The first playbook of README.md, on a host as Debian installs it: what a newcomer tries has to work. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab } from '../lab/lab.js';
import { type Ended, runProgram } from '../support/program.js';

describe('cli: README', () => {
  let lab: Lab;
  let folder: string;

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    folder = mkdtempSync(join(tmpdir(), 'rtprov-readme-'));
    const [, text] = /^```yaml\n(.*?)^```$/ms.exec(readFileSync('README.md', 'utf8')) ?? [];
    writeFileSync(join(folder, 'play.yaml'), text ?? '');
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await lab.down();
  });

  const rtprov = async (...args: readonly string[]): Promise<Ended> => {
    const ended = await runProgram([...args, '-i', lab.inventoryPath], {
      env: { XDG_STATE_HOME: join(folder, 'state') },
    });
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    return ended;
  };

  it('its first playbook is planned, applied from the saved plan, run again, and rolled back', async () => {
    const playbook = join(folder, 'play.yaml');
    const plan = join(folder, 'plan.json');
    const file = join(lab.host('h1').rootDir, 'etc/systemd/system.conf.d/90-rt.conf');
    await rtprov('run', playbook, '--check', '--diff');
    await rtprov('run', playbook, '--check', '--plan', plan);
    await rtprov('run', playbook, '--plan', plan);
    assert.equal(readFileSync(file, 'utf8'), '[Manager]\nCPUAffinity=0\n');
    const again = await rtprov('run', playbook, '--ssh-common-args', '-o ServerAliveInterval=7');
    assert.match(again.stdout, /h1 +: ok=\d+ +changed=0/);
    const unnamed = await lab.host('h1').inside(['sh', '/var/lib/rtprov/undo.sh']);
    assert.match(unnamed.stderr, /no run "" here\. Usage: sh undo\.sh RUN .*:\n\d{8}T\d{6}\./);
    assert.equal(unnamed.code, 1);
    await rtprov('rollback', 'h1');
    assert.throws(() => readFileSync(file));
  });
});
