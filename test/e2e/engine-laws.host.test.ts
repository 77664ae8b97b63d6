/** Tasks beside the window: repeated, delegated, done once for all, looked at only, waiting. Two hosts, since one delegates. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lab, type LabHost } from '../lab/lab.js';
import { converge, Project, troubles, type ConvergeOptions, type Outcome } from './harness.js';
import { patiently } from '../support/patience.js';

/** Kills the sshd process above a shell, and with it the connection. */
const dropConnection =
  'p=$$; while [ "$p" -gt 1 ]; do p=$(cut -d" " -f4 /proc/$p/stat); case $(cat /proc/$p/comm) in sshd*) kill -9 "$p"; break;; esac; done';

describe('laws: tasks beside the window', function () {
  this.timeout(120_000);
  let lab: Lab;
  let first: LabHost;
  let second: LabHost;
  const project = new Project();

  before(async () => {
    lab = await Lab.up({ hosts: 2 });
    first = lab.host('h1');
    second = lab.host('h2');
  });

  beforeEach(() => {
    for (const host of [first, second]) {
      rmSync(join(host.rootDir, 'srv'), { recursive: true, force: true });
      mkdirSync(join(host.rootDir, 'srv'));
    }
  });

  after(async () => {
    project.remove();
    await lab.down();
  });

  const there = (host: LabHost, name: string): boolean => existsSync(join(host.rootDir, 'srv', name));

  function run(tasks: string, options: ConvergeOptions = {}): Promise<Outcome> {
    const play = `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks.trim().replace(/^/gm, '    ')}\n`;
    return converge(lab, [project.write('play.yaml', play)], options);
  }

  const statusOf = (outcome: Outcome, name: string): readonly string[] =>
    outcome.results.filter(({ task }) => task.name === name).map(({ status }) => status);

  it('keeps facts that are set once for all, on behalf of another host, or by a task that is repeated', async () => {
    project.write('vars/more.yaml', 'included: yes it is\n');
    const result = await run(`
- set_fact: { once: 1 }
  run_once: true
- include_vars: more.yaml
  run_once: true
- set_fact: { mine: "{{ inventory_hostname }}" }
  delegate_to: h2
- set_fact: { again: 1 }
  until: again == 1
  delay: 0
- setup: { filter: "*host[!a-m]ame" }
  until: true
- set_fact: { given: "of {{ inventory_hostname }}" }
  run_once: true
  delegate_to: h2
  delegate_facts: true
- assert:
    that:
      - once == 1 and included == 'yes it is' and again == 1
      - mine == inventory_hostname
      - ansible_hostname is defined
      - (given | default('-')) == ('of h1' if inventory_hostname == 'h2' else '-')
      - hostvars['h2'].given == 'of h1'`);
    assert.equal(troubles(result), '');
  });

  it('shows in hostvars what holds now, not what held when the play began', async () => {
    const result = await run(`
- set_fact: { fact: 1 }
- command: echo out
  changed_when: false
  register: out
- set_fact: { fact: 2 }
- assert:
    that:
      - hostvars[inventory_hostname].fact == 2
      - hostvars[inventory_hostname].out.stdout == 'out'`);
    assert.equal(troubles(result), '');
    const alone = await run("- assert: { that: \"hostvars['h2'].inventory_hostname == 'h2'\" }", {
      limit: 'h1',
    });
    assert.equal(troubles(alone), '');
  });

  it('rolls back what tasks wrote that run alone, on delegates too', async () => {
    const result = await run(
      `
- copy: { content: x, dest: /srv/until }
  register: r
  until: r is succeeded
- copy: { content: x, dest: /srv/delegated }
  delegate_to: h2
- fail:`,
      { limit: 'h1', rollback: true },
    );
    assert.equal(result.rolledBack, true);
    assert.equal(there(first, 'until') || there(second, 'delegated'), false);
  });

  it('does not take back what hosts wrote on a delegate that are well, and says so', async () => {
    const result = await run(
      `
- copy: { content: x, dest: "/srv/for-{{ inventory_hostname }}" }
  delegate_to: h2
- fail:
  when: inventory_hostname == 'h1'`,
      { rollback: true },
    );
    assert.equal(result.rolledBack, false);
    assert.ok(there(second, 'for-h1') && there(second, 'for-h2'));
    const warned = result.events.find((event) => event.type === 'warning' && event.host === 'h2');
    assert.match(warned?.type === 'warning' ? warned.msg : '', /not rolled back/);
  });

  it('rolls back when the connection drops within the first window', async () => {
    const result = await run(`- copy: { content: x, dest: /srv/a }\n- shell: '${dropConnection}; sleep 5'`, {
      limit: 'h1',
      rollback: true,
    });
    assert.equal(result.finished?.totals['h1']?.unreachable, 1, troubles(result));
    assert.equal(result.rolledBack, true, troubles(result));
    assert.equal(there(first, 'a'), false);
  });

  it('journals a run whose first window has nothing to undo', async () => {
    const result = await run(
      `- command: /bin/true\n  changed_when: false\n- copy: { content: x, dest: /srv/a }\n- fail:`,
      { limit: 'h1', rollback: true },
    );
    assert.equal(result.rolledBack, true);
    assert.equal(there(first, 'a'), false);
  });

  it('writes what an earlier task only looked at with check_mode', async () => {
    const copy = 'copy: { content: x, dest: /srv/c }';
    const result = await run(
      `- name: look\n  ${copy}\n  check_mode: true\n- name: look again\n  ${copy}\n  check_mode: true\n  until: true\n- name: write\n  ${copy}`,
      { limit: 'h1' },
    );
    assert.deepEqual(
      result.results.map(({ task, status }) => `${task.name} ${status}`),
      ['look changed', 'look again changed', 'write changed'],
    );
    assert.ok(there(first, 'c'));
  });

  it('waits for ports at the host that the task is delegated to', async () => {
    try {
      const result = await run(
        `
- command: systemctl stop ssh.service
- wait_for: { port: 22, timeout: 2 }
  delegate_to: h2
- wait_for: { port: 22, timeout: 2, state: stopped }`,
        { limit: 'h1' },
      );
      assert.equal(troubles(result), '');
    } finally {
      await first.inside(['systemctl', 'start', 'ssh.service']);
    }
  });

  it('waits for hosts that are down, and for a connection that was lost', async () => {
    await second.powerCut();
    const started = new Promise((done) => setTimeout(done, 1500)).then(() => second.start());
    const waiting = 'wait_for_connection: { timeout: 240, connect_timeout: 60 }';
    const result = await run(
      `
- debug: { msg: nobody is asked }
- ${waiting}
- ${waiting}
  delegate_to: h2
- copy: { content: x, dest: /srv/up }
- shell: (sleep 0.2; ${dropConnection}) >/dev/null 2>&1 &
- wait_for_connection: { timeout: 240, connect_timeout: 60, delay: 5 }
- copy: { content: x, dest: /srv/again }`.replace(/shell: (.*)/, (_, text: string) => `shell: '${text}'`),
    );
    await started;
    assert.equal(troubles(result), '');
    for (const host of [first, second]) assert.ok(there(host, 'up') && there(host, 'again'));
  });

  it('ends a wait between attempts at once when the run is stopped', async () => {
    const stop = new AbortController();
    let began = 0;
    const looking = setInterval(() => {
      if (began !== 0 || !there(first, 'tried')) return;
      began = performance.now();
      stop.abort();
    }, 100);
    const result = await run(
      `
- name: try
  command: sh -c 'echo x >/srv/tried; exit 1'
  register: r
  until: r.rc == 0
  failed_when: false
  delay: 600
- copy: { content: x, dest: /srv/never }`,
      { limit: 'h1', stop: stop.signal },
    ).finally(() => clearInterval(looking));
    assert.ok(began > 0 && performance.now() - began < patiently(20_000));
    assert.equal(result.exitCode, 130);
    assert.match(result.results[0]?.warnings.join() ?? '', /stopped before until became true/);
    assert.equal(there(first, 'never'), false);
    await first.inside(['rm', '/srv/tried']);
  });

  it('plans over what tasks that run alone would leave', async () => {
    const result = await run(
      `
- command: touch /srv/t
  touches: [/srv/t]
  register: r
  until: r is succeeded
- name: behind
  copy: { content: x, dest: /srv/t }
- file: { path: /srv/dir, state: directory }
  delegate_to: h2
- name: into
  copy: { content: x, dest: /srv/dir/f }
  delegate_to: h2
- command: hostname
  changed_when: false
  register: name
- name: somewhere
  copy: { content: x, dest: /srv/s }
  delegate_to: "{{ name.stdout }}"`,
      { limit: 'h1', check: true },
    );
    assert.deepEqual(statusOf(result, 'behind'), ['unknown']);
    assert.deepEqual(statusOf(result, 'into'), ['changed']);
    assert.deepEqual(statusOf(result, 'somewhere'), ['unknown']);
  });

  it('applies of a saved plan what it says of tasks that run alone, and nothing else', async () => {
    const tasks = '- copy: { content: x, dest: /srv/p }\n  until: true';
    const args = ['--plan', project.path('plan.json')];
    const path = join(first.rootDir, 'srv', 'p');
    writeFileSync(path, 'x');
    await run(tasks, { limit: 'h1', check: true, args });
    // The file goes when the plan has been compared: at the script that takes the lock, which the comparison does not.
    const rewrite = (text: string): string => {
      if (/^rtp_lock [^(]/m.test(text)) rmSync(path, { force: true });
      return text;
    };
    const result = await run(tasks, { limit: 'h1', args, rewrite });
    assert.match(troubles(result), /PLAN_DRIFT/);
    assert.equal(there(first, 'p'), false);
  });

  it('calls a copy unknown, and does not stumble, when its condition is not known', async () => {
    project.write('files/motd', 'welcome\n');
    const tasks = `
- command: /bin/true
  register: x
- name: known source
  copy: { src: motd, dest: /srv/motd }
  when: x is changed
- name: no source
  copy: { src: "{{ 'no' }}where", dest: /srv/nowhere }
  when: x.stdout == 'never'
- set_fact: { perhaps: 1 }
  when: x is changed
- name: of it
  copy: { content: "{{ perhaps }}", dest: /srv/perhaps }`;
    const plan = await run(tasks, { limit: 'h1', check: true });
    for (const name of ['known source', 'no source', 'of it'])
      assert.deepEqual(statusOf(plan, name), ['unknown'], `${name}: ${troubles(plan)}`);
    const result = await run(tasks, { limit: 'h1' });
    assert.equal(troubles(result), '');
    assert.equal(readFileSync(join(first.rootDir, 'srv/motd'), 'utf8'), 'welcome\n');
  });

  it('masks secrets in what it reports of includes', async () => {
    writeFileSync(project.path('secret.yaml'), '- fail:\n');
    const result = await run(
      '- command: /bin/true\n- include_tasks: "{{ ansible_password }}-{{ inventory_hostname }}.yaml"',
      { limit: 'h1', extraVars: ['ansible_password=hunter2222'] },
    );
    assert.match(troubles(result), /\*{8}-h1/);
    assert.doesNotMatch(JSON.stringify(result.results), /hunter2222/);
  });
});
