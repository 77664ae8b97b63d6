/** `--trace FILE` of the installed program: as many records as round trips, no secret, and what happens when its file gives trouble. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, statSync, unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';
import { Project } from '../e2e/harness.js';
import { Lab } from '../lab/lab.js';
import { run as command } from '../lab/process.js';
import { type Ended, runProgram, startProgram } from '../support/program.js';

/** With quotes of both kinds, since scripts quote what they send. */
const hidden = `hid'den Ab7"value`;
const login = 'lab-sudo-pw';

interface Line {
  readonly event: string;
  readonly id?: number;
  readonly host?: string;
  readonly operation?: string;
  readonly become?: string;
  readonly sent?: string;
  readonly withheld?: string;
  readonly path?: string;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly ms?: number;
}

const tasks = `- hosts: all
  gather_facts: false
  tasks:
    - { name: plain, copy: { content: "words of a plain file\\n", dest: /srv/plain } }
    - { name: command, command: "echo the-command-that-was-sent", changed_when: false }
    - { name: hidden file, copy: { content: "{{ hidden }}", dest: /srv/hidden, mode: '0600' }, no_log: true }
    - { name: hidden command, command: { cmd: cat, stdin: "{{ hidden }}" }, no_log: true, changed_when: false }
    - { name: spoken, shell: "echo {{ hidden | quote }}; echo {{ hidden | b64encode }}", changed_when: false }
    - { name: in JSON, shell: "echo {{ {'a': hidden} | to_json | quote }}", changed_when: false }
    - { name: login, shell: "echo ${login}", changed_when: false }
    - { name: hash, user: { name: traced, password: "$6$tracedsalt$tracedhash/0.x" } }
    - { name: script, script: tool.sh, changed_when: false }
`;

describe('cli: --trace', function () {
  this.timeout(300_000);
  const project = new Project({
    'play.yaml': tasks,
    'large.yaml': `- hosts: all
  gather_facts: false
  tasks:
    - { name: large, copy: { src: large, dest: /srv/large } }
    - { name: hidden and large, copy: { src: large2, dest: /srv/large2 }, no_log: true }
`,
    'sleep.yaml':
      '- hosts: all\n  gather_facts: false\n  tasks:\n    - { name: sleeps, command: sleep 54321, changed_when: false }\n',
    'tool.sh': '#!/bin/sh\necho words of the tool\n',
    large: Buffer.alloc(700_000, 'large words '),
    large2: Buffer.alloc(700_001, 'hidden words '),
  });
  const file = project.path('trace.jsonl');
  const small = project.path('small');
  let lab: Lab;

  before(async () => {
    lab = await Lab.up({ hosts: 1, user: 'opspw' });
    mkdirSync(small);
    await command('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=0755', 'tmpfs', small]);
  });
  after(async () => {
    await command('umount', [small]);
    project.remove();
    await lab.down();
  });

  const rtprov = (trace: string, ...args: readonly string[]): Promise<Ended> =>
    runProgram([...args, '-i', lab.inventoryPath, '--trace', trace, '-e', JSON.stringify({ hidden })], {
      cwd: project.dir,
      env: { XDG_STATE_HOME: project.path('state') },
    });
  const linesOf = (path: string): readonly Line[] =>
    readFileSync(path, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  const sentIn = (lines: readonly Line[], ...operations: readonly string[]): readonly Line[] =>
    lines.filter(({ event, operation = '' }) => event === 'sent' && operations.includes(operation));

  /** A run that must go well, and its trace. */
  async function run(playbook: string): Promise<{ readonly lines: readonly Line[]; readonly text: string }> {
    const { code, stdout, stderr } = await rtprov(file, 'run', playbook, '--json');
    assert.equal(code, 0, stdout + stderr);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const lines = linesOf(file);
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { readonly roundTrips: number };
    assert.ok(last.roundTrips > 2);
    assert.equal(sentIn(lines, 'script', 'upload').length, last.roundTrips);
    const answered = lines.filter(({ event }) => event === 'answered').map(({ id }) => id);
    const sent = lines.filter(({ event }) => event === 'sent').map(({ id }) => id);
    assert.deepEqual([...answered].sort(), [...sent].sort());
    return { lines, text: readFileSync(file, 'utf8') };
  }

  it('has a record for each round trip, and no secret in any form', async () => {
    const { lines, text } = await run('play.yaml');
    assert.deepEqual(
      sentIn(lines, 'connect').map(({ host }) => host),
      ['h1'],
    );
    const scripts = sentIn(lines, 'script');
    assert.ok(
      scripts.some(
        ({ sent = '', become }) => become === 'root' && sent.includes('the-command-that-was-sent'),
      ),
    );
    assert.ok(scripts.some(({ sent = '' }) => /\(content: \d+ bytes\)/.test(sent)));
    assert.ok(scripts.some(({ withheld }) => withheld === 'no_log'));
    assert.ok(scripts.some(({ withheld }) => withheld === 'secrets'));
    for (const word of [
      login,
      hidden,
      ...hidden.split(/['"]/).filter((part) => part.length > 6),
      Buffer.from(hidden).toString('base64').slice(0, 12),
      Buffer.from(login).toString('base64').slice(0, 10),
      'tracedhash',
      'words of',
      Buffer.from('words of the tool').toString('base64').slice(4, 16),
    ])
      assert.ok(!text.includes(word), `${word} stands in the trace`);
  });

  it('has uploads with their size and checksum, of no_log only the size', async () => {
    const { lines, text } = await run('large.yaml');
    const uploads = lines.filter(({ operation }) => operation === 'upload');
    assert.deepEqual(
      uploads.map(({ event, bytes, path, sha256, withheld }) =>
        event === 'sent' ? { path, withheld } : { bytes, sha256 },
      ),
      [
        { path: undefined, withheld: 'no_log' },
        { bytes: 700_000, sha256: undefined },
        { path: undefined, withheld: 'no_log' },
        { bytes: 700_001, sha256: undefined },
      ],
    );
    assert.doesNotMatch(text, /words/);
  });

  it('is there for each command that contacts a host', async () => {
    for (const args of [
      ['facts', 'h1'],
      ['history', 'h1'],
      ['history', 'show', '2', 'h1'],
      ['rollback', 'h1', '--check'],
      ['rollback', 'h1'],
      ['history', 'prune', 'h1', '--keep', '100', '--yes'],
    ]) {
      await rtprov(file, ...args);
      assert.ok(sentIn(linesOf(file), 'script').length > 0, args.join(' '));
    }
  });

  it('leaves the file of another user alone, and contacts no host', async () => {
    const path = project.write('foreign', '');
    chownSync(path, 1, 1);
    const { code, stderr, stdout } = await rtprov(path, 'run', 'play.yaml');
    assert.equal(code, 2, stdout);
    assert.match(stderr, /BAD_OPTION: the trace cannot be written to \S+foreign: it belongs to another user/);
    assert.equal(readFileSync(path, 'utf8'), '');
  });

  it('warns once when its disk is full, and the run goes on to its end', async () => {
    const { code, stdout, stderr } = await rtprov(join(small, 'trace'), 'run', 'play.yaml');
    assert.equal(code, 0, stdout + stderr);
    assert.equal(stderr.split('warning: the trace is not complete: no space left for').length, 2, stderr);
    assert.equal(statSync(join(small, 'trace')).size, 16_384);
  });

  it('has what was sent last when the program is killed', async () => {
    const path = project.path('killed.jsonl');
    const { child, ended } = startProgram(['run', 'sleep.yaml', '-i', lab.inventoryPath, '--trace', path], {
      cwd: project.dir,
      env: { XDG_STATE_HOME: project.path('state') },
    });
    const sent = new Promise<void>((resolve) => {
      watchFile(path, { interval: 50 }, () => {
        if (existsSync(path) && readFileSync(path, 'utf8').includes('54321')) resolve();
      });
    });
    await Promise.race([sent, once(child, 'exit')]);
    unwatchFile(path);
    child.kill('SIGKILL');
    assert.equal((await ended).signal, 'SIGKILL');
    const last = linesOf(path).at(-1);
    assert.equal(last?.event, 'sent');
    assert.match(last.sent ?? '', /54321/);
  });
});
