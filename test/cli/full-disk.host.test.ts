/** The controller's own disk is full or cannot be written, and nobody reads what the program prints. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { Lab } from '../lab/lab.js';
import { run as command } from '../lab/process.js';
import { type Ended, type ProgramOptions, programPath, runProgram } from '../support/program.js';
import { Project } from '../e2e/harness.js';
import { patiently } from '../support/patience.js';

describe('cli: a full disk of the controller', function () {
  this.timeout(120_000);
  const project = new Project({
    'play.yaml': `- hosts: all
  gather_facts: false
  tasks:
    - copy: { dest: /srv/first, content: "x\\n" }
    - debug: { msg: "{{ 'line ' * 3000 }}" }
      loop: "{{ range(0, 100) | list }}"
    - command: /bin/true
    - copy: { dest: /srv/last, content: "x\\n" }
`,
    file: '',
  });
  let lab: Lab;
  let server: Server;
  let contacts = 0;
  const small = project.path('small');

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    server = createServer((socket) => {
      contacts += 1;
      socket.destroy();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    project.write('nobody.ini', `h1 ansible_host=127.0.0.1 ansible_port=${port}\n`);
    mkdirSync(small);
    await command('mount', ['-t', 'tmpfs', '-o', 'size=128k,mode=0755', 'tmpfs', small]);
  });

  after(async () => {
    await command('umount', [small]);
    await new Promise((done) => server.close(done));
    project.remove();
    await lab.down();
  });

  const run = (inventory: string, options: ProgramOptions, ...more: readonly string[]): Promise<Ended> =>
    runProgram(['run', project.path('play.yaml'), '-i', inventory, ...more], {
      timeoutMs: patiently(60_000),
      ...options,
    });

  const refused = async (
    what: RegExp,
    options: ProgramOptions,
    ...more: readonly string[]
  ): Promise<void> => {
    const ended = await run(project.path('nobody.ini'), options, ...more);
    assert.equal(ended.code, 2, ended.stdout + ended.stderr);
    assert.match(ended.stderr, what);
    assert.doesNotMatch(ended.stderr, /bug in rtprov|\n {4}at /);
    assert.equal(contacts, 0);
  };

  it('is reported before a host is contacted when it is full, no folder, or cannot hold one', async () => {
    writeFileSync(join(small, 'filler'), Buffer.alloc(120 << 10));
    await refused(/STATE_FOLDER.*no space left/s, { env: { XDG_STATE_HOME: small } });
    await command('rm', [join(small, 'filler')]);
    await refused(/STATE_FOLDER.*not a directory/s, { env: { XDG_STATE_HOME: project.path('file') } });
    await refused(/STATE_FOLDER.*\/proc/s, { env: { XDG_STATE_HOME: '/proc/none' } });
  });

  it('is reported before a host is contacted when a plan cannot be saved', async () => {
    for (const place of ['none/plan.json', '', 'file/plan.json'])
      await refused(/BAD_OPTION.*the plan cannot be saved/s, {}, '--check', '--plan', project.path(place));
    assert.equal(existsSync(project.path('none')), false);
  });

  it('does not end a run when it fills up on the way: one warning, once more at the end', async () => {
    const ended = await run(lab.inventoryPath, { env: { XDG_STATE_HOME: small } });
    assert.equal(ended.code, 0, ended.stdout.slice(-2000) + ended.stderr);
    assert.match(ended.stdout, /h1 +: ok=\d+ +changed=3/);
    assert.equal(
      (ended.stdout + ended.stderr).match(/record of this run .* is not complete: ENOSPC/g)?.length,
      2,
    );
    assert.ok(existsSync(join(lab.host('h1').rootDir, 'srv/last')));
    assert.deepEqual(readdirSync(join(lab.host('h1').rootDir, 'var/lib/rtprov')).includes('lock'), false);
    await command('rm', ['-rf', join(small, 'rtprov')]);
  });

  /** Runs with standard output at a file; gives what it ended with and what it said on standard error. */
  async function printingTo(
    path: string,
    ...args: readonly string[]
  ): Promise<{ code: number; stderr: string }> {
    const child = spawn(process.execPath, [programPath(), ...args], {
      stdio: ['ignore', openSync(path, 'w'), 'pipe'],
      env: { ...process.env, XDG_STATE_HOME: project.path('state') },
    });
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number>((done) => child.on('close', (status) => done(status ?? -1)));
    return { code, stderr };
  }

  it('goes on when what it prints cannot be written, and says so', async () => {
    await command('rm', ['-f', join(lab.host('h1').rootDir, 'srv/last')]);
    const args = ['run', project.path('play.yaml'), '-i', lab.inventoryPath];
    for (const more of [[], ['--json']]) {
      const { code, stderr } = await printingTo('/dev/full', ...args, ...more);
      assert.equal(code, 1, stderr);
      assert.equal(stderr.match(/standard output cannot be written/g)?.length, 1, stderr);
      assert.doesNotMatch(stderr, /bug in rtprov|\n {4}at /);
    }
    assert.ok(existsSync(join(lab.host('h1').rootDir, 'srv/last')));
    const listed = await printingTo('/dev/full', 'inventory', '--list', '-i', lab.inventoryPath);
    assert.equal(listed.code, 1);
    assert.match(listed.stderr, /standard output cannot be written/);
  });

  it('goes on when the reader of what it prints has left', async () => {
    await command('rm', ['-f', join(lab.host('h1').rootDir, 'srv/last')]);
    const text = `${process.execPath} ${programPath()} run ${project.path('play.yaml')} -i ${lab.inventoryPath} 2>${project.path('err')} | head -n 1; exit "\${PIPESTATUS[0]}"`;
    await command('bash', ['-c', text], { env: { XDG_STATE_HOME: project.path('state') } });
    assert.equal(readFileSync(project.path('err'), 'utf8'), '');
    assert.ok(existsSync(join(lab.host('h1').rootDir, 'srv/last')));
  });
});
