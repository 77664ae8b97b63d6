/** The commands as users call them, against a lab host: what they print and how they end. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab } from '../lab/lab.js';
import { type Ended, runProgram } from '../support/program.js';

describe('cli: commands', () => {
  let lab: Lab;
  let folder: string;
  let playbook: string;

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    folder = mkdtempSync(join(tmpdir(), 'rtprov-commands-'));
    playbook = join(folder, 'play.yaml');
    writeFileSync(
      playbook,
      '- hosts: all\n  tasks:\n    - name: a file\n      copy: { content: "one\\n", dest: /srv/one }\n      tags: [files]\n    - name: a listing\n      command: ls /srv\n      changed_when: false\n',
    );
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await lab.down();
  });

  const rtprov = (...args: readonly string[]): Promise<Ended> => {
    return runProgram(args, { env: { XDG_STATE_HOME: join(folder, 'state') } });
  };
  const inventory = (): readonly string[] => ['-i', lab.inventoryPath];

  it('run --check --detailed-exitcode ends with 3 while changes are pending, and with 0 after the run', async () => {
    assert.equal(
      (await rtprov('run', playbook, ...inventory(), '--check', '--detailed-exitcode', '-t', 'files')).code,
      3,
    );
    const run = await rtprov('run', playbook, ...inventory());
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /h1 +: ok=3 +changed=1/);
    assert.equal(readFileSync(join(lab.host('h1').rootDir, 'srv/one'), 'utf8'), 'one\n');
    assert.equal(
      (await rtprov('run', playbook, ...inventory(), '--check', '--detailed-exitcode', '-t', 'files')).code,
      0,
    );
  });

  it('history lists the run, here and on the host, and rollback takes it back', async () => {
    const here = await rtprov('history');
    assert.match(here.stdout, /\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{6} +run +1 host, 1 task changed: 1 resource/);
    const [run = ''] = here.stdout
      .split('\n')
      .filter((line) => line.includes(' run '))
      .map((line) => line.split(' ')[0]);
    const there = await rtprov('history', 'h1', ...inventory());
    assert.match(there.stdout, new RegExp(run));
    assert.equal((await rtprov('rollback', 'h1', ...inventory(), '--to', run)).code, 0);
    assert.throws(() => readFileSync(join(lab.host('h1').rootDir, 'srv/one')));
    assert.match((await rtprov('history', 'h1', ...inventory())).stdout, /rolled back \d{4}-/);
    assert.match(
      (await rtprov('history')).stdout,
      new RegExp(`rollback +1 host, 1 resource undone +undid ${run} on h1 +by `),
    );
    const shown = await rtprov('history', 'show', run);
    assert.match(shown.stdout, /rolled back on h1 by /);
    assert.match(shown.stdout, /a file\n +file:\/srv\/one\n/);
    assert.match(
      (await rtprov('history', 'show', run, 'h1', ...inventory())).stdout,
      /file:\/srv\/one {2}undone\n/,
    );
    assert.equal((await rtprov('history', 'show', '1999')).code, 2);
  });

  it('history prune names what can no longer be undone, asks, and frees hosts and records; a host that is gone ends no other', async () => {
    const journal = join(lab.host('h1').rootDir, 'var/lib/rtprov');
    assert.equal((await rtprov('run', playbook, ...inventory())).code, 0);
    const open = readdirSync(join(journal, 'runs')).sort().at(-1) ?? '';
    const asked = await rtprov('history', 'prune', 'h1', ...inventory(), '--keep', '0');
    assert.equal(asked.code, 2);
    assert.match(asked.stdout, new RegExp(`${open} can no longer be undone`));
    assert.equal((await rtprov('history', 'prune', 'h1', ...inventory())).code, 2);
    const gone = join(folder, 'gone.yaml');
    writeFileSync(gone, 'all: { hosts: { gone: { ansible_host: 127.0.0.1, ansible_port: 1 } } }\n');
    const pruned = await rtprov('history', 'prune', ...inventory(), '-i', gone, '--keep', '1', '--yes');
    assert.equal(pruned.code, 5);
    assert.match(pruned.stdout, /h1: 1 run pruned, .* freed/);
    assert.match(pruned.stderr, /gone: error UNREACHABLE/);
    assert.deepEqual(readdirSync(join(journal, 'runs')), [open]);
    // What could not be read was not shown to who agrees, so nothing goes there.
    const runJson = join(journal, 'runs', open, 'run.json');
    const said = readFileSync(runJson);
    writeFileSync(runJson, '{');
    const damaged = await rtprov('history', 'prune', ...inventory(), '--keep', '0', '--yes');
    assert.equal(damaged.code, 4);
    assert.match(damaged.stderr, /h1: error JOURNAL_CORRUPT/);
    assert.deepEqual(readdirSync(join(journal, 'runs')), [open]);
    const unread = await rtprov('rollback', 'h1', ...inventory());
    assert.equal(unread.code, 7);
    assert.match(unread.stdout, /^h1 : undone=0 .*failed=1/m);
    assert.match(unread.stdout, /JOURNAL_CORRUPT/);
    writeFileSync(runJson, said);
    // A run whose undo is gone is not one that changed nothing.
    const undo = join(journal, 'runs', open, '00001.undo');
    const steps = readFileSync(undo, 'utf8');
    for (const damage of [() => rmSync(undo), () => writeFileSync(undo, steps.slice(0, -20))]) {
      damage();
      const lost = await rtprov('rollback', 'h1', ...inventory());
      assert.equal(lost.code, 7, lost.stdout);
      assert.match(lost.stdout, /damaged/);
    }
    writeFileSync(undo, steps);
    assert.equal((await rtprov('rollback', 'h1', ...inventory())).code, 0);
    assert.equal((await rtprov('history', 'prune', 'h1', ...inventory(), '--keep', '0', '--yes')).code, 0);
    assert.deepEqual([readdirSync(join(journal, 'runs')), readdirSync(join(journal, 'blobs'))], [[], []]);
    assert.doesNotMatch((await rtprov('history')).stdout, new RegExp(open));
    const again = await rtprov('rollback', 'h1', ...inventory());
    assert.equal(again.code, 0);
    assert.match(again.stdout, /no run to roll back/);
  });

  it('rollback --to a run that is not there says which there are', async () => {
    const done = await rtprov('rollback', 'h1', ...inventory(), '--to', '19990101');
    assert.equal(done.code, 4);
    assert.match(done.stdout + done.stderr, /NO_SUCH_RUN|has no run 19990101/);
  });

  it('facts prints Ansible’s names as JSON', async () => {
    const facts = JSON.parse((await rtprov('facts', 'h1', ...inventory())).stdout) as Record<
      string,
      Record<string, unknown>
    >;
    const { h1 = {} } = facts;
    assert.equal(h1['ansible_distribution'], 'Debian');
    assert.equal(h1['ansible_hostname'], 'h1');
  });

  it('inventory --list and --graph show the host', async () => {
    const list = JSON.parse((await rtprov('inventory', '--list', ...inventory())).stdout) as {
      _meta: { hostvars: Record<string, unknown> };
    };
    assert.deepEqual(Object.keys(list._meta.hostvars), ['h1']);
    assert.match((await rtprov('inventory', '--graph', ...inventory())).stdout, /@all:\n(.*\n)*.*\|--h1/);
  });

  it('schema prints a draft-07 schema, lint finds nothing wrong, lists contact nobody', async () => {
    const schema = JSON.parse((await rtprov('schema')).stdout) as { $schema: string };
    assert.match(schema.$schema, /draft-07/);
    assert.match((await rtprov('lint', playbook, ...inventory())).stdout, /No problems found/);
    assert.match(
      (await rtprov('run', playbook, ...inventory(), '--list-tasks')).stdout,
      /a file\tTAGS: \[files\]/,
    );
    assert.match(
      (await rtprov('run', playbook, ...inventory(), '--list-hosts')).stdout,
      /hosts \(1\):\n +h1/,
    );
    assert.match(
      (await rtprov('run', playbook, ...inventory(), '--list-tags')).stdout,
      /TASK TAGS: \[files\]/,
    );
    assert.equal((await rtprov('run', playbook, ...inventory(), '--syntax-check')).code, 0);
  });

  it('a host that cannot be reached ends with 5, an unknown host key too', async () => {
    const gone = join(folder, 'gone.ini');
    writeFileSync(gone, 'h9 ansible_host=127.0.0.1 ansible_port=1\n');
    assert.equal((await rtprov('run', playbook, '-i', gone)).code, 5);
    const stranger = join(folder, 'stranger.ini');
    writeFileSync(
      stranger,
      `h1 ansible_host=${lab.host('h1').address} ansible_ssh_private_key_file=${lab.keyPath} ansible_user=root ansible_ssh_common_args="-o UserKnownHostsFile=${join(folder, 'none')}"\n`,
    );
    const refused = await rtprov('run', playbook, '-i', stranger);
    assert.equal(refused.code, 5);
    assert.match(refused.stdout, /HOST_KEY_UNKNOWN/);
    assert.equal((await rtprov('run', playbook, '-i', stranger, '--accept-new', '--check')).code, 0);
  });

  it('secrets of connections and no_log tasks are nowhere in what is printed or recorded', async () => {
    const secret = 'correct-horse-battery';
    const play = join(folder, 'secret.yaml');
    writeFileSync(
      play,
      `- hosts: all\n  gather_facts: false\n  tasks:\n    - name: a secret file\n      copy: { content: "{{ password }}\\n", dest: /srv/secret, mode: "0600" }\n      no_log: true\n    - name: a secret command\n      command: "echo {{ password }}"\n      no_log: true\n`,
    );
    const done = await rtprov('run', play, ...inventory(), '-e', `password=${secret}`, '--diff', '-vvv');
    assert.equal(done.code, 0);
    assert.doesNotMatch(done.stdout + done.stderr, new RegExp(secret));
    const record = /Record: (.*)/.exec(done.stdout)?.[1] ?? '';
    assert.doesNotMatch(readFileSync(join(record, 'events.jsonl'), 'utf8'), new RegExp(secret));
    assert.equal((await rtprov('rollback', 'h1', ...inventory())).code, 0);
  });
});
