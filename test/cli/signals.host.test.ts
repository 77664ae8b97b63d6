/** SIGINT, SIGTERM and SIGHUP end the installed program within two seconds, wherever they meet it; nothing of it is left. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Project } from '../e2e/harness.js';
import { Lab } from '../lab/lab.js';
import { programPath } from '../support/program.js';
import { busyCases, idleCases, type SignalCase } from './signal-cases.js';

const promisedMs = 2000;
/** Other tests run beside these, and cases run side by side: what is promised for a quiet machine may take so much longer. */
const patience = 2;
/** What the shortest program of Node takes on a quiet machine. Where it takes longer, so may the program that is tested. */
const quietMs = 150;
/** Mebibytes; the program itself takes 90. */
const mostMemory = 400;
/** Long enough to be inside of what follows the mark, or of what prints nothing. */
const settleMs = 700;

const pauseFor = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

function processes(): ReadonlyMap<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state !== 'Z') parents.set(Number(name), Number(parent));
    } catch {
      // It has ended meanwhile.
    }
  }
  return parents;
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  return /^State:\s+[^Z\s]/m.test(statusOf(pid));
}

function descendants(pid: number): readonly number[] {
  const parents = processes();
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found.slice(1);
}

/** How many times slower than quiet the machine is at this moment. */
async function slowness(): Promise<number> {
  const began = performance.now();
  await new Promise((done) => spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }).on('close', done));
  return Math.max(1, (performance.now() - began) / quietMs);
}

describe('cli: signals end the installed program', function () {
  this.timeout(120_000);
  const project = new Project();
  const server = createServer(() => undefined);
  const nameServer = createSocket('udp4');
  const running: ChildProcess[] = [];
  const names: Record<string, string> = {};
  let lab: Lab;

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    await new Promise<void>((done) => nameServer.bind(53, '127.0.0.53', done));
    const { port } = server.address() as { port: number };
    const silent = `ansible_host=127.0.0.1 ansible_port=${port} ansible_timeout=60\n`;
    const proxy = `h1 ansible_host=192.0.2.1 ansible_ssh_common_args='-o ProxyCommand="sleep 600"'\n`;
    project.write('resolv.conf', 'nameserver 127.0.0.53\noptions timeout:20\n');
    Object.assign(names, {
      LOCAL: project.write('local.ini', 'h1 ansible_connection=local\n'),
      NOBODY: project.write('nobody.ini', `h1 ${silent}`),
      MANY: project.write('many.ini', Array.from({ length: 50 }, (_, at) => `h${at} ${silent}`).join('')),
      NAMELESS: project.write('nameless.ini', 'nobody.example\n'),
      PROXY: project.write('proxy.ini', proxy),
      LONG: project.write('long.ini', `${'a'.repeat(60)}0\n`),
      LAB: lab.inventoryPath,
      HUGE: project.write(
        'huge.yaml',
        `- hosts: all\n  tasks:\n${'    - debug: msg="{{ 1 | string }}"\n'.repeat(100_000)}`,
      ),
    });
  });

  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  after(async () => {
    server.close();
    nameServer.close();
    project.remove();
    await lab.down();
  });

  interface Started {
    readonly one: SignalCase;
    readonly child: ChildProcess;
    readonly ended: Promise<number | string | null>;
    readonly text: () => string;
  }

  let plays = 0;

  async function start(one: SignalCase): Promise<Started> {
    const head = '- hosts: all\n  gather_facts: false\n  tasks:\n    - debug: msg=mark\n';
    plays += 1;
    const play = project.write(`play${plays}.yaml`, one.play ?? `${head}${one.tasks ?? ''}`);
    const args = (one.args ?? ['run', 'PLAY', '-i', 'LOCAL']).map((word) =>
      word === 'PLAY' ? play : (names[word] ?? word),
    );
    let argv = [process.execPath, programPath(), ...args];
    // The terminal as the program left it is printed behind its end.
    const quoted = argv.map((word) => `'${word}'`).join(' ');
    if (one.terminal) argv = ['script', '-qefc', `${quoted}; echo "ended $?"; stty -a`, '/dev/null'];
    const dns = `mount --bind '${project.path('resolv.conf')}' /etc/resolv.conf && exec "$@"`;
    if (args.includes(names['NAMELESS'] ?? '')) argv = ['unshare', '-m', 'sh', '-c', dns, 'sh', ...argv];
    const [file = '', ...rest] = argv;
    const { CI: _ci, ...env } = process.env;
    const child = spawn(file, rest, {
      // `script` ends when its own input does.
      stdio: [one.terminal ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      env: { ...env, XDG_STATE_HOME: project.path('state'), RTPROV_TIME_LIMIT: '40', TERM: 'xterm' },
    });
    running.push(child);
    let text = '';
    const ended = new Promise<number | string | null>((done) =>
      child.on('exit', (code, signal) => done(code ?? signal)),
    );
    const mark = 'mark' in one ? one.mark : 'mark';
    const there = new Promise<void>((done, failed) => {
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (mark !== undefined && text.includes(mark)) done();
        });
      void ended.then(() => failed(new Error(`it ended before: ${text}`)));
    });
    if (mark === undefined) there.catch(() => undefined);
    else await there;
    return { one, child, ended, text: () => text };
  }

  async function endsInTime({ one, child, ended, text }: Started): Promise<void> {
    const top = child.pid ?? 0;
    const [program = top] = one.terminal
      ? descendants(top).filter((pid) =>
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`${process.execPath}\0`),
        )
      : [top];
    assert.equal(child.exitCode, null, `it ended before: ${text()}`);
    const children = descendants(program);
    const began = performance.now();
    const slow = slowness();
    process.kill(program, one.signal);
    if (one.twice) {
      await pauseFor(50);
      if (isAlive(program)) process.kill(program, one.signal);
    }
    let memory = 0;
    while (isAlive(program) && performance.now() - began < 20 * promisedMs) {
      await pauseFor(20);
      const [, kibibytes = '0'] = /VmHWM:\s+(\d+)/.exec(statusOf(program)) ?? [];
      memory = Math.max(memory, Number(kibibytes) / 1024);
    }
    const took = performance.now() - began;
    const bound = patience * promisedMs * Math.max(await slow, await slowness());
    assert.ok(took < bound, `it took ${took} ms of ${bound}: ${text()}`);
    assert.ok(memory < mostMemory, `it took ${memory} MiB`);
    const number = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[one.signal];
    const code = await ended;
    if (one.terminal) {
      assert.match(text(), new RegExp(`ended ${number}`));
      assert.match(text(), /[ ;]icanon[\s\S]*[ ;]echo /);
      assert.ok(
        text().lastIndexOf('\u001b[?25l') <= text().lastIndexOf('\u001b[?25h'),
        'the cursor is hidden',
      );
    } else assert.ok(code === number || code === one.signal, `it ended with ${code}: ${text()}`);
    for (let at = 0; at < 50 && children.some((pid) => isAlive(pid)); at += 1) await pauseFor(20);
    assert.deepEqual(
      children.filter((pid) => isAlive(pid)),
      [],
      'a child is left',
    );
  }

  /** Starts and signals cases together; reports all that failed. */
  async function together(cases: readonly SignalCase[]): Promise<void> {
    const named = async <T>(one: SignalCase, work: Promise<T>): Promise<T> =>
      work.catch((error: unknown) => assert.fail(`${one.signal} in ${one.what}: ${String(error)}`));
    const started = await Promise.all(cases.map((one) => named(one, start(one))));
    await pauseFor(settleMs);
    const done = await Promise.allSettled(started.map((each) => named(each.one, endsInTime(each))));
    const faults = done.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
    assert.deepEqual(faults, []);
  }

  const groups = (cases: readonly SignalCase[], size: number): readonly (readonly SignalCase[])[] =>
    cases.length === 0 ? [] : [cases.slice(0, size), ...groups(cases.slice(size), size)];

  for (const group of [...groups(busyCases, 2), ...groups(idleCases, 8)])
    it(group.map(({ what, signal }) => `${signal} in ${what}`).join('; '), () => together(group));

  it('a window that is being written is waited for, and nothing after it is begun', async () => {
    const tasks = ['touch /srv/begun; sleep 1; touch /srv/done', 'touch /srv/never']
      .map((text) => `    - shell: "${text}"\n`)
      .join('');
    const { child, ended } = await start({
      what: '',
      signal: 'SIGTERM',
      args: ['run', 'PLAY', '-i', 'LAB'],
      tasks,
    });
    const there = (name: string): boolean => existsSync(`${lab.host('h1').rootDir}/srv/${name}`);
    while (!there('begun')) await pauseFor(20);
    child.kill('SIGTERM');
    const code = await ended;
    assert.ok(code === 143 || code === 'SIGTERM', `it ended with ${code}`);
    assert.deepEqual([there('done'), there('never')], [true, false]);
  });

  it('SIGTERM while a large file is read and sent', async () => {
    const big = project.path('big');
    writeFileSync(big, '');
    truncateSync(big, 4 * 2 ** 30);
    await together([
      {
        what: 'a large file',
        signal: 'SIGTERM',
        args: ['run', 'PLAY', '-i', 'LAB'],
        tasks: `    - copy: { src: ${big}, dest: /srv/big }\n`,
      },
    ]);
  });
});
