import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const main = resolve('src/cli/main.ts');

/** From the signal to the end; the promise is two seconds, and a machine that runs other tests is slow. */
const boundMs = 10_000;

describe('signals end a run', function () {
  this.timeout(60_000);
  let folder: string;
  let child: ChildProcess | undefined;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'rtprov-signals-'))));
  afterEach(() => child?.kill('SIGKILL'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Starts a play of localhost, and waits until `mark` was printed: the task behind it is what is interrupted. */
  async function start(
    tasks: string,
    inventory = 'h1 ansible_connection=local\n',
    mark = 'mark',
  ): Promise<ChildProcess> {
    const play = join(folder, 'play.yaml');
    writeFileSync(join(folder, 'hosts'), inventory);
    writeFileSync(play, `- hosts: all\n  gather_facts: false\n  tasks:\n    - debug: msg=mark\n${tasks}`);
    const started = spawn(
      process.execPath,
      ['--import=tsx', main, 'run', play, '-i', join(folder, 'hosts')],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, XDG_STATE_HOME: join(folder, 'state'), RTPROV_TIME_LIMIT: '40' },
      },
    );
    child = started;
    started.stderr.on('data', () => undefined);
    await new Promise<void>((done, failed) => {
      let text = '';
      started.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes(mark)) done();
      });
      started.on('exit', () => failed(new Error(`it ended before: ${text}`)));
    });
    // Long enough to be inside of what follows.
    await new Promise((done) => setTimeout(done, 500));
    return started;
  }

  function childrenOf(pid: number): readonly number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => {
        try {
          return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(pid);
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  async function endsBy(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', running: ChildProcess): Promise<void> {
    const pid = running.pid ?? 0;
    const children = childrenOf(pid);
    const ended = new Promise<{ code: number | null; signal: string | null }>((done) =>
      running.on('exit', (code, how) => done({ code, signal: how })),
    );
    const began = performance.now();
    running.kill(signal);
    const end = await ended;
    assert.ok(performance.now() - began < boundMs, `it took ${performance.now() - began} ms`);
    // Where the program was too busy to answer, the signal had its usual effect; a shell sees the same number.
    if (end.signal === null) assert.equal(end.code, { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
    else assert.equal(end.signal, signal);
    const left = (): readonly number[] =>
      children.filter((one) => readdirSync('/proc').includes(String(one)));
    while (left().length > 0 && performance.now() - began < boundMs)
      await new Promise((done) => setTimeout(done, 50));
    assert.deepEqual(left(), [], 'a child is left');
  }

  const many = '    - debug: msg=x\n      loop: "{{ range(4000) | list }}"\n'.repeat(400);
  const busy: Readonly<Record<string, string>> = {
    'a busy template':
      '    - debug: msg="{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"\n',
    'a regular expression without end': `    - debug: msg="{{ '${'a'.repeat(60)}!' is match('^(a+)+$') }}"\n`,
    'many tasks that touch no target': many,
    'a pause': '    - pause: seconds=600\n',
    'an until without delay':
      '    - debug: msg=x\n      register: r\n      until: false\n      retries: 100000000\n      delay: 0\n',
    'an until with a delay':
      '    - debug: msg=x\n      register: r\n      until: false\n      retries: 100\n      delay: 100\n',
    'waiting for a time': '    - wait_for: timeout=600\n',
  };
  for (const [what, tasks] of Object.entries(busy))
    it(`in ${what}`, async () => {
      await endsBy('SIGTERM', await start(tasks));
    });

  for (const signal of ['SIGINT', 'SIGHUP'] as const)
    for (const what of ['a busy template', 'a regular expression without end', 'a pause'])
      it(`${signal} in ${what}`, async () => {
        await endsBy(signal, await start(busy[what] ?? ''));
      });

  it('while a host does not answer', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const inventory = `h1 ansible_host=127.0.0.1 ansible_port=${port} ansible_timeout=60\n`;
      await endsBy('SIGTERM', await start('    - command: "true"\n', inventory));
    } finally {
      server.close();
    }
  });

  it('behind the window that is being written, whose end is waited for', async () => {
    const done = join(folder, 'done');
    const running = await start(
      `    - shell: "sleep 2; echo yes >${done}"\n    - shell: "echo no >${done}"\n`,
      'h1 ansible_connection=local\n',
    );
    await endsBy('SIGTERM', running);
    assert.equal(readFileSync(done, 'utf8'), 'yes\n');
  });
});
