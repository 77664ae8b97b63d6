/** Secrets from every place they can come from, looked for in every byte that is left on the controller and on a host. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab, type LabHost } from '../lab/lab.js';
import { type Ended, runProgram } from '../support/program.js';

/** Variables of the playbook, by where the secret goes. All are unlike any usual word. */
const names =
  `prompted template content multiline planted_out planted_err environment failing line stdin item_a item_b fact undo mode broken slurped
  said failed asserted blocked included block_text url json looped_out condition quoted task_var scripted link`.split(
    /\s+/,
  );
const secrets: Readonly<Record<string, string>> = {
  ...Object.fromEntries(names.map((name, at) => [name, `${name.replaceAll('_', '')}Sx${at}k'7"`])),
  multiline: 'multiSx1-first7\nmultiSx1-second8\n',
  hash: '$6$saltSx2saltSx2$hashSx2hashSx2hashSx2hashSx2/xyz.',
  login: 'lab-login-pw',
  sudo: 'lab-sudo-pw',
};
/** Each line and each form in which one could be found again. */
const patterns = Object.values(secrets)
  .flatMap((secret) => secret.trim().split('\n'))
  .flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    // What is between quotes is the same in every way of quoting.
    ...secret.split(/['"]/).filter((part) => part.length > 6),
    Buffer.from(secret).toString('base64').slice(0, 10),
  ]);

const playbook = `- hosts: all
  gather_facts: true
  vars_prompt:
    - { name: prompted, prompt: pw, private: true }
  tasks:
    - { name: template, template: { src: one.j2, dest: /opt/sec/template, mode: '0600' }, no_log: true }
    - { name: content, copy: { content: "pw={{ content }} {{ multiline }}", dest: /opt/sec/content, mode: '0600' }, no_log: true }
    - { name: prompted, copy: { content: "{{ prompted }}", dest: /opt/sec/prompted, mode: '0600' }, no_log: true }
    - name: out
      shell: cat /opt/sec/planted_out; cat /opt/sec/planted_err >&2
      no_log: true
      register: out
    - { name: shown out, debug: { msg: "{{ out.stdout }} and {{ out.stderr | b64encode }} {{ out }}" } }
    - { name: environment, command: printenv MINE, environment: { MINE: "{{ environment_secret }}" }, no_log: true, register: env }
    - { name: shown env, debug: { var: env } }
    - { name: failing, shell: "cat /opt/sec/failing; exit 3", no_log: true, ignore_errors: true, register: failing_out }
    - { name: shown failing, debug: { msg: "{{ failing_out.stdout | upper | lower }} {{ failing_out.stdout }}" } }
    - { name: hash, user: { name: secuser, password: "{{ hash }}" } }
    - { name: shown hash, debug: { msg: "{{ hash }}" } }
    - { name: line, lineinfile: { path: /opt/sec/content, line: "{{ line }}" }, no_log: true }
    - { name: stdin, command: { cmd: cat, stdin: "{{ stdin }}" }, no_log: true, register: stdin_out }
    - { name: shown stdin, debug: { var: stdin_out.stdout_lines } }
    - name: loop
      copy: { content: "{{ item.pw }}", dest: "/opt/sec/loop-{{ item.n }}", mode: '0600' }
      loop: [ { n: a, pw: "{{ item_a }}" }, { n: b, pw: "{{ item_b }}" } ]
      no_log: true
    - { name: shown loop, debug: { msg: "{{ item_b }} in {{ [item_a] }}" } }
    - { name: fact, set_fact: { kept: "{{ fact }}" }, no_log: true }
    - { name: shown fact, debug: { msg: "{{ {'a': {kept: 1}} | to_nice_json }}" } }
    - { name: undo, command: "true", undo: "echo {{ undo | quote }}", no_log: true }
    - { name: mode, file: { path: /opt/sec/content, mode: "{{ mode }}" }, no_log: true, ignore_errors: true }
    - { name: broken, debug: { msg: "{{ ('brokenSx13k7' | from_json) }}" }, no_log: true, ignore_errors: true }
    - { name: slurp, slurp: { src: /opt/sec/slurped }, no_log: true, register: bytes }
    - { name: shown bytes, debug: { msg: "{{ bytes.content }} {{ bytes.content | b64decode }}" } }
    - { name: said, debug: { msg: "{{ said }}" }, no_log: true }
    - { name: said again, debug: { msg: "so {{ said | urlencode }}" } }
    - block:
        - { name: failed, fail: { msg: "{{ failed_secret }}" }, no_log: true }
      rescue:
        - { name: shown failed, debug: { var: ansible_failed_result } }
    - { name: asserted, assert: { that: "1 == 2", fail_msg: "{{ asserted }}" }, no_log: true, ignore_errors: true }
    - no_log: true
      block:
        - { name: blocked, copy: { content: "{{ blocked }}", dest: /opt/sec/blocked, mode: '0600' } }
        - { name: block_text, blockinfile: { path: /opt/sec/content, block: "{{ block_text }}" } }
    - { name: included, include_tasks: part.yaml, vars: { text: "{{ included }}" } }
    - { name: url, command: echo, environment: { A: "{{ url }}", B: "{{ json }}", C: "{{ quoted }}" }, no_log: true, changed_when: false }
    - { name: shown forms, debug: { msg: "{{ url | urlencode }} {{ {'j': json} | to_json | to_json }} {{ quoted | quote }}" } }
    - { name: looped out, command: "cat {{ item }}", loop: [/opt/sec/looped_out], no_log: true, register: loops, changed_when: false }
    - { name: shown loops, debug: { msg: "{{ loops.results[0].stdout }}" } }
    - { name: condition, debug: { msg: never }, when: condition == 'conditionSx26k', no_log: true }
    - { name: task var, copy: { content: "{{ mine }}", dest: /opt/sec/var, mode: '0600' }, vars: { mine: "{{ task_var }}" }, no_log: true }
    - { name: line behind a template, lineinfile: { path: /opt/sec/template, line: more } }
    - { name: shown parts, debug: { msg: "{{ content }} {{ multiline }}" } }
    - { name: script, script: tool.sh, environment: { A: "x{{ scripted }}" }, no_log: true, register: script_out }
    - { name: shown script, debug: { msg: "{{ script_out.stdout }} {{ scripted | b64encode | b64encode }}" } }
    - { name: link, set_fact: { site: "https://user:{{ link }}@example.org/" }, no_log: true }
    - { name: shown link, debug: { msg: "{{ site | urlsplit('password') }}" } }
    - { name: passwords, shell: "echo lab-sudo-pw; printf lab-sudo-pw | base64; echo lab-login-pw >&2", changed_when: false, register: pws }
    - { name: not known before, debug: { msg: "{{ pws.stdout }}" } }
`;

describe('cli: secrets', function () {
  // Ten programs one after the other. On a slow machine each takes most of a minute.
  this.timeout(900_000);
  let lab: Lab;
  let host: LabHost;
  let folder: string;

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    host = lab.host('h1');
    folder = mkdtempSync(join(tmpdir(), 'rtprov-secrets-'));
    const vars = { ...secrets, environment_secret: secrets['environment'], failed_secret: secrets['failed'] };
    const connection = {
      ansible_user: 'opspw',
      ansible_password: secrets['login'],
      ansible_become_password: secrets['sudo'],
    };
    const { environment: _e, ...usable } = vars as Record<string, string>;
    writeFileSync(join(folder, 'vars.json'), JSON.stringify({ ...usable, ...connection }));
    writeFileSync(join(folder, 'play.yaml'), playbook);
    writeFileSync(join(folder, 'tool.sh'), '#!/bin/sh\necho "$A"\n');
    writeFileSync(join(folder, 'one.j2'), 'password {{ template }}\n');
    writeFileSync(
      join(folder, 'part.yaml'),
      '- { name: part, copy: { content: "{{ text }}", dest: /opt/sec/part, mode: "0600" }, no_log: true }\n- { name: shown part, debug: { msg: "{{ text }}" } }\n',
    );
    const planted = join(host.rootDir, 'opt/sec');
    mkdirSync(planted, { mode: 0o700 });
    for (const name of ['planted_out', 'planted_err', 'failing', 'slurped', 'looped_out'])
      writeFileSync(join(planted, name), `${secrets[name] ?? ''}\n`, { mode: 0o600 });
    writeFileSync(join(planted, 'content'), 'before: contentOldSx99k7\n', { mode: 0o600 });
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await lab.down();
  });

  const outputs: [string, string][] = [];
  async function rtprov(what: string, ...args: readonly string[]): Promise<Ended> {
    const trace = join(folder, 'trace.jsonl');
    const ended = await runProgram(
      [...args, '-i', lab.inventoryPath, '-b', '-e', `@${join(folder, 'vars.json')}`, '--trace', trace],
      {
        env: { XDG_STATE_HOME: join(folder, 'state') },
        cwd: folder,
      },
    );
    const traced = readFileSync(trace, 'utf8');
    assert.match(traced, /"operation":"script"/);
    outputs.push(
      [`${what}: stdout`, ended.stdout],
      [`${what}: stderr`, ended.stderr],
      [`${what}: trace`, traced],
    );
    return ended;
  }

  function found(text: string): readonly string[] {
    return [...patterns, 'contentOldSx99k7'].filter((pattern) => text.includes(pattern));
  }

  it('32 secrets are in no byte that is left on the controller, and on the host nowhere but where they belong', async () => {
    const sampling = host.inside([
      'sh',
      '-c',
      'until [ -e /root/sampled ]; do cat /proc/[0-9]*/cmdline; done >/root/argv 2>/dev/null; :',
    ]);
    const run = ['run', 'play.yaml', '-vvv', '--diff'];
    assert.equal((await rtprov('check', ...run, '--check')).code, 0, outputs.at(-1)?.[1]);
    assert.equal((await rtprov('plan', ...run, '--check', '--json', '--plan', 'saved.plan')).code, 0);
    assert.equal(
      (await rtprov('run', ...run, '--plan', 'saved.plan')).code,
      0,
      outputs.map(([, text]) => text).join(''),
    );
    assert.equal((await rtprov('rerun', ...run, '--json')).code, 0);
    await rtprov('facts', 'facts', 'h1');
    await rtprov('history', 'history', 'h1');
    await host.inside(['sh', '-c', 'echo tampered >>/opt/sec/content; touch /root/sampled']);
    await sampling;
    await rtprov('planned rollback', 'rollback', 'h1', '--check', '--diff', '-vv');
    const conflict = await rtprov('rollback', 'rollback', 'h1', '--diff', '--json');
    assert.equal(conflict.code, 7, conflict.stdout);
    assert.equal((await rtprov('forced', 'rollback', 'h1', '--diff', '-vv', '--force')).code, 0);

    const files = readdirSync(join(folder, 'state'), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile(),
    );
    assert.ok(files.length > 2);
    for (const { parentPath, name } of files)
      outputs.push([name, readFileSync(join(parentPath, name), 'utf8')]);
    outputs.push(['the plan', readFileSync(join(folder, 'saved.plan'), 'utf8')]);
    const leaks = outputs.flatMap(([what, text]) =>
      found(text).map(
        (pattern) =>
          `${what} has ${pattern}: ${new RegExp(`.{0,80}${escaped(pattern)}`).exec(text)?.[0] ?? ''}`,
      ),
    );
    assert.deepEqual(leaks, []);
  });

  it('what other users of the host can read, logs and argument lists hold none', async () => {
    await host.inside(['sh', '-c', 'cat >/root/patterns'], `${patterns.join('\n')}\n`);
    const grep =
      'grep -raF -f - /var /tmp /run /opt /srv /home /etc 2>/dev/null | grep -v "^/proc" | head -c 2000';
    const readable = await host.inside(['sh', '-c', `runuser -u ops -- sh -c '${grep}' </root/patterns`]);
    assert.equal(readable.stdout, '');
    const logged = await host.inside([
      'sh',
      '-c',
      'grep -raF -f /root/patterns /var/log /run/log /tmp /var/tmp | head -c 2000',
    ]);
    assert.equal(logged.stdout, '');
    // What a task's own command says in its words is its author's affair.
    const written = ['undo', 'sudo', 'login'].map((name) => secrets[name] ?? '');
    const argv = readFileSync(join(host.rootDir, 'root/argv'), 'latin1');
    assert.ok(argv.length > 1000);
    const seen = patterns.filter(
      (pattern) => argv.includes(pattern) && !written.some((own) => own.includes(pattern)),
    );
    assert.deepEqual(seen, []);
  });

  it('a rollback shows old texts from the host, of conflicts also without --diff, never of no_log, and records keep none', async () => {
    const place = join(host.rootDir, 'opt/texts');
    mkdirSync(place);
    for (const name of ['open', 'hidden', 'both']) writeFileSync(join(place, name), `old text of ${name}\n`);
    const copy = (name: string, more = ''): string =>
      `    - copy: { content: "new text of ${name}\\n", dest: /opt/texts/${name} }\n${more}`;
    writeFileSync(
      join(folder, 'texts.yaml'),
      `- hosts: all\n  gather_facts: false\n  tasks:\n${copy('open')}${copy('hidden', '      no_log: true\n')}${copy('both', '      no_log: true\n')}    - lineinfile: { path: /opt/texts/both, line: more }\n`,
    );
    assert.equal((await rtprov('texts', 'run', 'texts.yaml')).code, 0);
    const shown = await rtprov('look', 'rollback', 'h1', '--check', '--diff');
    assert.match(shown.stdout, /-new text of open\n.*\+old text of open/);
    assert.match(shown.stdout, /hidden: no_log/);
    assert.doesNotMatch(shown.stdout, /text of (?:hidden|both)/);
    for (const name of ['open', 'hidden', 'both'])
      writeFileSync(join(place, name), `somebody's text of ${name}\n`);
    const conflict = await rtprov('conflict', 'rollback', 'h1', '--check');
    assert.match(conflict.stdout, /-somebody's text of open\n.*\+old text of open/);
    assert.doesNotMatch(conflict.stdout, /text of (?:hidden|both)/);
    assert.equal((await rtprov('forced', 'rollback', 'h1', '--force', '--diff', '--json')).code, 0);
    assert.equal(readFileSync(join(place, 'hidden'), 'utf8'), 'old text of hidden\n');
    const kept = readdirSync(join(folder, 'state'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
      .join('');
    assert.doesNotMatch(kept, /(?:old|body.s) text of/);
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
