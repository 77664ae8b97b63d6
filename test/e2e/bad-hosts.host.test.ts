/**
 * One run over many hosts, each bad in a way of its own: each fails with its own message, and the good ones finish. All hosts
 * are users of one container: each has its own journal, and programs before the system's look at who starts them.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab } from '../lab/lab.js';
import { type Ended, runProgram } from '../support/program.js';
import { patiently } from '../support/patience.js';

interface Bad {
  /** Variables of the host. */
  readonly vars?: Readonly<Record<string, unknown>>;
  /** Shell text that root runs in the container first; `$home` is the user's home. */
  readonly setup?: string;
  /** Programs that do this for the host's user, by their names. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Where it failed and with which message, as the end of the run lists it. */
  readonly says: RegExp;
  /** How `rtprov facts` fails there, if it does. */
  readonly facts?: RegExp;
}

const bad: Readonly<Record<string, Bad>> = {
  'long-text': {
    vars: { value: "{{ 'x' * 300000000 }}" },
    says: /^a value .*The result of a template is too large/,
  },
  'slow-regex': {
    vars: { value: `{{ '${'a'.repeat(60)}!' | regex_search('^(a+)+$') }}` },
    says: /^a value .*"\^\(a\+\)\+\$" did not finish within 1 s on a text of 61 characters/,
  },
  'endless-command': {
    vars: { command: 'timeout 1 yes endless' },
    says: /^a command .*non-zero return code \(124\): timeout 1 yes endless$/,
  },
  'endless-facts': {
    programs: { ip: 'exec yes endless' },
    says: /^\(failed: OUTPUT_TOO_LARGE\) what was read on .* is more than 200000 bytes; it was stopped$/,
    facts: /^endless-facts: error OUTPUT_TOO_LARGE: /m,
  },
  'stalled-facts': {
    programs: { ip: 'exec sleep 600' },
    vars: { rtprov_read_timeout: 2 },
    says: /^\(failed: SCRIPT_TIMEOUT\) .* did not end within 2000 ms; it was stopped$/,
    facts: /^stalled-facts: error SCRIPT_TIMEOUT: /m,
  },
  'garbage-facts': {
    programs: { grep: 'exec head -c 5000 /dev/urandom' },
    says: /^\(failed: FACTS_FAILED\) .*: what uname prints is missing in the target's output: /,
    facts: /^garbage-facts: error FACTS_FAILED: /m,
  },
  'broken-journal': {
    setup: 'mkdir -p "$home/.local/state/rtprov"; echo x >"$home/.local/state/rtprov/runs"',
    says: /^\(failed: JOURNAL_FAILED\) .*rtprov\/runs': Not a directory$/,
  },
  'full-disk': {
    says: /^\(failed: JOURNAL_FAILED\) .*not enough room .* KiB are needed and \d+ KiB are free$/,
  },
};
/** The name of the first takes a pattern such as `(a+)+$` for ever. */
const good = [`${'a'.repeat(40)}-good`, 'good'];
const hosts = [...good, ...Object.keys(bad)].sort();
const userOf = (host: string): string => `u${hosts.indexOf(host)}`;

const playbook = `- hosts: all
  gather_facts: true
  tasks:
    - name: a value
      debug: { msg: "{{ value | length }}" }
    - name: a command
      command: "{{ command }}"
      changed_when: false
    - name: a file
      copy: { content: "x", dest: "{{ ansible_env.HOME }}/file" }
    - name: the end
      command: pwd
      changed_when: false
`;

describe('bad hosts', function () {
  this.timeout(120_000);
  let lab: Lab;
  let folder: string;
  let inventory: string;
  const homeOf = (name: string): string => join(lab.host('h1').rootDir, 'home', userOf(name));

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    folder = mkdtempSync(join(tmpdir(), 'rtprov-bad-hosts-'));
    const host = lab.host('h1');
    const setup = hosts.map((name) => {
      const user = userOf(name);
      return `home=/home/${user}
mkdir -p "$home"
${name === 'full-disk' ? 'mount -t tmpfs -o size=200k,mode=0755 tmpfs "$home"' : ''}
cp -r /root/.ssh "$home"
${bad[name]?.setup ?? ''}
useradd -d "$home" -s /bin/sh ${user}
chown -R ${user}: "$home"
`;
    });
    const done = await host.inside(['sh', '-euc', setup.join('')]);
    assert.equal(done.code, 0, done.stderr);
    for (const name of ['ip', 'grep']) {
      const cases = Object.entries(bad).flatMap(([of, { programs }]) =>
        programs?.[name] === undefined ? [] : [`${userOf(of)}) ${programs[name]} ;;`],
      );
      const text = `#!/bin/sh\ncase $(id -un) in ${cases.join(' ')} esac\nexec ${name === 'ip' ? '/sbin' : '/bin'}/${name} "$@"\n`;
      writeFileSync(join(host.rootDir, 'usr/local/sbin', name), text, { mode: 0o755 });
    }
    inventory = join(folder, 'inventory.json');
    const vars = {
      ansible_host: host.address,
      ansible_port: host.port,
      ansible_ssh_private_key_file: lab.keyPath,
      ansible_ssh_common_args: `-o UserKnownHostsFile=${lab.knownHostsPath}`,
      rtprov_max_output: 200_000,
      value: 'v',
      command: 'true',
    };
    const all = Object.fromEntries(
      hosts.map((name) => [name, { ansible_user: userOf(name), ...bad[name]?.vars }]),
    );
    writeFileSync(inventory, JSON.stringify({ all: { vars, hosts: all } }));
    writeFileSync(join(folder, 'play.yaml'), playbook);
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await lab.down();
  });

  const rtprov = async (...args: readonly string[]): Promise<Ended> => {
    const ended = await runProgram([...args, '-i', inventory], {
      env: { RTPROV_TIME_LIMIT: '1', XDG_STATE_HOME: join(folder, 'state') },
      timeoutMs: patiently(60_000),
    });
    const shown = ended.stdout + ended.stderr;
    assert.equal(ended.timedOut, false, shown);
    assert.doesNotMatch(shown, /bug in rtprov|^ +at .*:\d+:\d+\)?$/m);
    return ended;
  };

  it('fail each with its own message, and the good ones finish', async () => {
    const { code, stdout, stderr } = await rtprov('run', join(folder, 'play.yaml'));
    assert.equal(code, 4, stdout + stderr);
    assert.ok(stdout.length < 50_000, 'what is reported of it is short');
    const [, recap = '', failed = ''] = /^RECAP\n(.*?)\n\nFAILED\n(.*)/ms.exec(stdout) ?? [];
    assert.deepEqual(
      recap.split('\n').map((line) => line.split(' ')[0]),
      hosts,
    );
    for (const name of good)
      assert.match(recap, new RegExp(`^${name} +: ok=5 +changed=1 +unreachable=0 +failed=0 `, 'm'));
    for (const [name, { says }] of Object.entries(bad)) {
      assert.match(recap, new RegExp(`^${name} +: .* failed=1 `, 'm'));
      const [, where = '', message = ''] =
        new RegExp(`^\\[${name}\\] (.*)\n {2}(.*)$`, 'm').exec(failed) ?? [];
      assert.match(`${where} ${message}`, says, name);
    }
  });

  it('end no rollback of the others when their journals are damaged', async () => {
    const [first = '', last = ''] = good;
    const runs = join(homeOf(first), '.local/state/rtprov/runs');
    const [run = ''] = readdirSync(runs);
    writeFileSync(join(runs, run, 'run.json'), '{');
    const { code, stdout } = await rtprov('rollback', `${first},${last},broken-journal`);
    assert.equal(code, 7, stdout);
    assert.match(stdout, new RegExp(`^${first} +: undone=0 .*failed=1`, 'm'));
    assert.match(stdout, new RegExp(`^${last} +: undone=1 .*failed=0`, 'm'));
    assert.match(stdout, new RegExp(`^\\[${first}\\] \\(failed: JOURNAL_CORRUPT\\)$`, 'm'));
    assert.deepEqual(
      [first, last].map((name) => existsSync(join(homeOf(name), 'file'))),
      [true, false],
    );
  });

  it('end no reading of the facts of the others', async () => {
    const { code, stdout, stderr } = await rtprov('facts', 'all');
    assert.equal(code, 4, stderr);
    const read = Object.keys(JSON.parse(stdout) as object);
    const without = hosts.filter((name) => bad[name]?.facts !== undefined);
    assert.deepEqual([...read, ...without].sort(), hosts);
    for (const name of without) assert.match(stderr, bad[name]?.facts ?? /never/);
  });

  it('are not chosen by a pattern that finds no end: that is said before a host is contacted', async () => {
    const { code, stdout, stderr } = await rtprov('run', join(folder, 'play.yaml'), '-l', '~(a+)+$');
    assert.equal(code, 2, stdout + stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /--limit:1:1\n(.*\n)*.*did not finish within 1 s/);
  });
});
