/**
 * No command lets a control character out that stood in a file, a name, a record or an answer of a host: not as text, not as JSON and
 * not on a terminal, where only the program's own sequences may come.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { Lab } from '../lab/lab.js';
import { type Ended, programPath, runProgram } from '../support/program.js';
import { patiently } from '../support/patience.js';

/** Blinking, a link (OSC 8) and a title, erasing, C1 and DEL, going back, and marks that reorder or hide text. */
const evil =
  '\x1b[5m\x1b]8;;x:y\x07\x1b]0;t\x1b\\\x1b[2J\b\x7f\x0c\v\u0085\u009b31m\u009d0;t\u009c\u061c\u200b\u200e\u202e\u2066\u2028\u2029\ufeff';
/** Without what YAML allows only as an escape: for places of a file that are shown as they are there. */
const marks = '\u061c\u200e\u202e\u2066\u2028';

// eslint-disable-next-line no-control-regex
const hostile = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
/** Colours, what the live part erases, and where readline puts the cursor after a question. */
// eslint-disable-next-line no-control-regex
const own = /\x1b\[(?:[01]|2[12]?|3[1-69]|90)m|\x1b\[(?:2K|1A|G|0J|\d+G|\?25[hl]|\?2004[hl])|\r+(?=\n)/g;

function holds(text: string, what: string): void {
  const at = hostile.exec(text)?.index;
  if (at !== undefined) assert.fail(`${what}: ${JSON.stringify(text.slice(Math.max(0, at - 200), at + 60))}`);
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** A JSON text with every such character as an escape: it is YAML, too. */
const yaml = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\x7f-\x9f\u061c\u200b-\u206f\ufeff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

describe('cli: a terminal', function () {
  this.timeout(120_000);
  let lab: Lab;
  let folder: string;
  let inventory: string;
  let env: Record<string, string>;
  let play: string;
  let asking: string;
  const hostName = 'h1';
  const group = `g${marks}`;

  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    programPath();
    const host = lab.host('h1');
    folder = join(mkdtempSync(join(tmpdir(), 'rtprov-terminal-')), `f${evil}`);
    mkdirSync(folder);
    env = { XDG_STATE_HOME: join(folder, `state${evil}`) };
    writeFileSync(join(host.rootDir, 'srv/told'), `line ${evil}\nlast\rline ${evil}\n`);
    mkdirSync(join(host.rootDir, 'etc/ansible/facts.d'), { recursive: true });
    writeFileSync(join(host.rootDir, 'etc/ansible/facts.d/planted.fact'), yaml({ [`k${evil}`]: evil }));
    inventory = file(
      `hosts${marks}.yml`,
      yaml({
        all: {
          vars: {
            ansible_user: 'root',
            ansible_host: host.address,
            ansible_port: host.port,
            ansible_ssh_private_key_file: lab.keyPath,
            ansible_ssh_common_args: `-o UserKnownHostsFile=${lab.knownHostsPath}`,
            planted: evil,
            ansible_hots: evil,
          },
          children: { [group]: { hosts: { [hostName]: { own: evil } } } },
        },
      }),
    );
    const name = `t${evil}`;
    const failing = `sh -c "cat /srv/told /srv/told >&2; cat /srv/told; exit 1"`;
    file(`of${evil}.txt`, evil);
    file(`inc${evil}.yml`, yaml([{ name, command: failing, ignore_errors: true }]));
    const tasks = [
      { name, tags: [name], command: 'cat /srv/told', register: 'r' },
      { name, copy: { dest: `/srv/f${marks}`, content: evil } },
      {
        name,
        copy: { dest: '/srv/g', src: `of${evil}.txt` },
        loop: [evil, 'b'],
        loop_control: { label: `{{ item }}${evil}` },
      },
      { name, debug: { msg: '{{ planted }} {{ r.stdout }}' } },
      { name, debug: { var: 'ansible_local' } },
      { name, command: `echo ${evil}`, undo: `echo ${evil}`, touches: [] },
      { name, include_tasks: `inc${evil}.yml` },
      { name, assert: { that: "planted == 'x'", fail_msg: evil }, ignore_errors: true },
      { name, fetch: { src: '/srv/told', dest: `out${evil}` } },
      { name, file: { path: `/srv/none${evil}/x`, state: 'touch' }, ignore_errors: true },
      { name, command: failing },
    ];
    play = file(`play${evil}.yml`, yaml([{ name: `p${evil}`, hosts: 'all', tasks }]));
    const vars_prompt = [
      { name: 'answer', prompt: evil },
      { name: 'hidden', prompt: evil, private: true },
    ];
    const pause = { name, pause: { prompt: evil } };
    asking = file(
      'asking.yml',
      yaml([{ name: evil, hosts: 'all', vars_prompt, gather_facts: false, tasks: [pause] }]),
    );
  });

  after(async () => {
    rmSync(join(folder, '..'), { recursive: true });
    await lab.down();
  });
  /** As text or JSON: no sequence at all may come. */
  const plain = async (...args: readonly string[]): Promise<Ended> => {
    const ended = await runProgram(args, { env, cwd: folder, timeoutMs: patiently(60_000) });
    holds(ended.stdout, `${JSON.stringify(args)} on standard output`);
    holds(ended.stderr, `${JSON.stringify(args)} on standard error`);
    assert.doesNotMatch(ended.stderr, /bug in rtprov/);
    return ended;
  };
  /** On a terminal of its own, which answers each question with `yes`. */
  const onTerminal = async (...args: readonly string[]): Promise<string> => {
    const command = [process.execPath, programPath(), ...args].map(quoted).join(' ');
    const { CI: _ci, NO_COLOR: _plain, ...outer } = process.env;
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      cwd: folder,
      env: { ...outer, ...env, TERM: 'xterm-256color', FORCE_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: 90_000,
    });
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      if (shown.slice(-200).replace(own, '').endsWith(': ')) child.stdin.write('yes\n');
    });
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    assert.equal(signal, null, shown);
    holds(shown.replace(own, ''), `${JSON.stringify(args)} on a terminal`);
    assert.ok(shown.includes('\x1b['), 'it has colours');
    return shown;
  };
  const few = pLimit(4);
  const each = (given: readonly (readonly string[])[], ...more: readonly string[]): Promise<Ended[]> =>
    Promise.all(given.map((args) => few(() => plain(...args, ...more))));

  it('gets nothing that was planted from a run, its plan or its questions', async () => {
    const text = await plain('run', play, '-i', inventory);
    assert.equal(text.code, 4, text.stderr);
    assert.match(text.stdout, /\\x1b\]8;;x:y\\x07/);
    const json = await plain('run', play, '-i', inventory, '--json', '-vvv');
    const events = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.stringify(JSON.parse(line)));
    assert.ok(
      events.some((event) => event.includes(JSON.stringify(evil).slice(1, -1))),
      'values are kept',
    );
    await plain('run', play, '-i', inventory, '--check', '--diff', '-vvv');
    await plain('run', play, '-i', inventory, '--check', '--diff', '-vvv', '--json');
    assert.match(await onTerminal('run', play, asking, '-i', inventory, '-vvv', '--diff', '--step'), /RECAP/);
    assert.match(await onTerminal('run', play, '-i', inventory, '--check'), /RECAP/);
  });

  it('gets nothing that was planted from what only reads', async () => {
    const given: readonly (readonly string[])[] = [
      ['run', play, '--list-tasks', '--list-hosts', '--list-tags'],
      ['run', play, '--syntax-check'],
      ['lint', play],
      ['inventory', '--list'],
      ['inventory', '--graph', '--vars'],
      ['inventory', '--host', hostName],
      ['facts', 'all'],
      ['facts', 'all', '-e', 'ansible_port=1'],
    ];
    await each(given, '-i', inventory);
    assert.match((await plain('lint', play, '-i', inventory)).stdout, /Warning/);
    await onTerminal('lint', play, '-i', inventory);
  });

  it('gets nothing that was planted from history and rollback', async () => {
    const runs = join(lab.host('h1').rootDir, 'var/lib/rtprov/runs');
    const [first = '', ...others] = readdirSync(runs)
      .filter((name) => name.startsWith('2'))
      .sort();
    const last = others.at(-1) ?? '';
    for (const run of [first, last]) {
      const path = join(runs, run, 'run.json');
      const parsed = JSON.parse(readFileSync(path, 'utf8')) as object;
      writeFileSync(path, JSON.stringify({ ...parsed, controller: evil, started: evil, playbooks: [evil] }));
    }
    writeFileSync(join(lab.host('h1').rootDir, `srv/f${marks}`), `changed ${evil}\n`);
    const asked: readonly (readonly string[])[] = [
      ['history'],
      ['history', 'show', first],
      ['history', 'all', '-i', inventory],
      ['history', 'show', first, 'all', '-i', inventory],
      ['rollback', 'all', '-i', inventory, '--to', first, '--check', '--diff'],
      ['rollback', 'all', '-i', inventory, '--to', first],
    ];
    await each(asked.slice(0, -1));
    await each(asked.slice(0, -1), '--json');
    await plain(...(asked.at(-1) ?? []));
    await onTerminal('history', 'all', '-i', inventory);
    assert.match(await onTerminal('rollback', 'all', '-i', inventory, '--to', first, '-v'), /ROLLBACK/);
    await plain('rollback', 'all', '-i', inventory, '--to', first, '--yes', '--force');
    await onTerminal('history', 'prune', 'all', '-i', inventory, '--keep', '1');
    writeFileSync(join(runs, last, 'run.json'), evil);
    await plain('history', 'all', '-i', inventory);
    await plain('history', 'prune', 'all', '-i', inventory, '--keep', '0', '--yes');
    await plain('rollback', 'all', '-i', inventory);
  });

  it('gets nothing that was planted from what is said of a wrong input', async () => {
    const broken: Readonly<Record<string, string>> = {
      'raw.ini': `[${evil}\nh1 x=${evil} ${evil}\n[g:${evil}]\n`,
      'raw.yml': `- hosts: ${evil}\n`,
      'names.yml': yaml({
        all: { vars: { [evil]: 1 }, hosts: { [`h${evil}`]: {}, [`h${evil.replaceAll('[', '')}`]: {} } },
      }),
      'marks.yml': `- hosts: all\n  tasks:\n    - commend: ${marks}\n`,
      'expression.yml': `- hosts: all\n  tasks:\n    - debug: { msg: "{{ x${marks} | }}" }\n`,
      'vars.yml': yaml({ [`bad ${evil}`]: evil }),
      'extra.json': `{"a": ${evil}}`,
    };
    for (const [name, content] of Object.entries(broken)) file(name, content);
    const given: readonly (readonly string[])[] = [
      ['run', 'marks.yml', '-i', 'raw.ini'],
      ['run', 'raw.yml', 'expression.yml', '-i', inventory],
      ['lint', 'marks.yml', '-i', 'names.yml'],
      ['run', play, '-i', inventory, '-e', '@vars.yml'],
      ['run', play, '-i', inventory, '-e', '@extra.json'],
      ['run', play, '-i', inventory, '-e', evil],
      ['run', play, '-i', inventory, '-l', evil],
      ['run', play, '-i', inventory, '-t', evil],
      ['run', play, '-i', inventory, '--ssh-common-args', `-o ${evil}`],
      ['run', play, '-i', inventory, `--check=${evil}`],
      ['run', play, '-i', inventory, '--forks', evil],
      ['run', play, '-i', inventory, `--${evil}`],
      ['run', evil, '-i', evil],
      ['run', play, '-i', inventory, '--check', '--plan', `none${evil}/plan`],
      [evil],
      ['inventory', '-i', inventory, '--host', evil],
      ['history', 'show', evil],
      ['history', 'prune', '--older-than', evil],
      ['rollback', 'all', '-i', inventory, '--to', evil],
      ['schema', evil],
    ];
    for (const { code, stdout } of await each(given)) assert.notEqual(code, 0, stdout);
    await onTerminal('run', 'marks.yml', 'expression.yml', '-i', 'raw.ini');
  });
});
