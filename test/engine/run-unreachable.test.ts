/** `ignore_unreachable`: a host that cannot be reached stays in its play. */
import assert from 'node:assert/strict';
import { type Before, shellHosts, unreachable } from './shell-hosts.js';

describe('engine/run: hosts that cannot be reached', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const tasks = (text: string, keywords = 'gather_facts: false', on = 'h1'): string =>
    `- hosts: ${on}\n  ${keywords.replaceAll('; ', '\n  ')}\n  tasks:\n${text.trim().replace(/^/gm, '    ')}\n`;
  const down =
    (...names: readonly string[]): Before =>
    (host) => {
      if (names.includes(host)) throw unreachable(host);
    };
  const copy = (name: string, more = ''): string =>
    `- { name: ${name}, copy: { content: x, dest: "{{ dir }}/${name}" }${more} }\n`;
  const ignore = ', ignore_unreachable: true';

  it('stay in the play with ignore_unreachable, and are asked again by each task that is not skipped', async () => {
    const outcome = await hosts.play(
      tasks(`
${copy('first', `${ignore}, register: r, loop: [a, b]`)}
- name: say
  debug: { msg: "{{ r is unreachable }} {{ r.results | map(attribute='unreachable') | list }} {{ r.results[0] is failed }}" }
${copy('skipped', ', when: "r.results[0] is not unreachable"')}
- block:
    ${copy('second').trim()}
  rescue:
    - { name: rescue, debug: {} }
  always:
    - { name: always, debug: {} }
  ignore_unreachable: true
- { name: repeated, command: "true", register: u, until: u is succeeded, delay: 0, ignore_unreachable: true }
${copy('last')}
- { name: behind, debug: {} }`),
      { before: down('h1') },
    );
    assert.deepEqual(outcome.lines, [
      'h1 first [a] ignored',
      'h1 first [b] ignored',
      'h1 say ok',
      'h1 skipped skipped',
      'h1 second ignored',
      'h1 always ok',
      'h1 repeated ignored',
    ]);
    const said = JSON.stringify(outcome.results.find(({ task }) => task.name === 'say')?.result);
    assert.match(said, /\[True, True\] False/);
    const { failed, unreachable: lost, totals } = outcome.summary.hosts.get('h1') ?? {};
    assert.deepEqual([failed, lost], [false, true]);
    // As ansible-core 2.14 counts: what is ignored is ok too, and unreachable is what ended the host.
    assert.deepEqual(totals, {
      ok: 5,
      changed: 0,
      unreachable: 1,
      failed: 0,
      skipped: 1,
      rescued: 0,
      ignored: 3,
      unknown: 0,
    });
  });

  for (const check of [false, true])
    it(`are used again once they are there${check ? ', in a check too' : ''}`, async () => {
      let asked = 0;
      const outcome = await hosts.play(
        tasks(copy('first', ignore) + copy('second', ignore) + copy('third')),
        {
          check,
          before: (host) => {
            asked += 1;
            if (asked <= 2) throw unreachable(host);
          },
        },
      );
      assert.deepEqual(outcome.lines, ['h1 first ignored', 'h1 second ignored', 'h1 third changed']);
      assert.equal(outcome.summary.hosts.get('h1')?.unreachable, false);
      assert.deepEqual(hosts.journalled('h1'), check ? [] : ['third']);
    });

  it('stay in the play of which all tasks ignore it, without facts', async () => {
    const play = tasks(copy('first'), 'ignore_unreachable: true');
    const outcome = await hosts.play(play, { before: down('h1') });
    assert.deepEqual(outcome.lines, ['h1 Gathering Facts ignored', 'h1 first ignored']);
    assert.equal(outcome.summary.hosts.get('h1')?.unreachable, false);
    const other = await hosts.play(
      tasks(copy('first', ', ignore_unreachable: false'), 'ignore_unreachable: true'),
      { before: down('h1') },
    );
    assert.deepEqual(other.lines, ['h1 Gathering Facts ignored']);
    assert.equal(other.summary.hosts.get('h1')?.unreachable, true);
  });

  it('do nothing twice when the connection drops while they write, and keep their handlers', async () => {
    let dropped = false;
    const drops: Before = (host, text) => {
      if (dropped || !text.includes('echo once')) return;
      dropped = true;
      throw unreachable(host, 'CONNECTION_LOST');
    };
    const outcome = await hosts.play(
      tasks(
        `${copy('first')}- { name: command, shell: "echo once >>{{ dir }}/ran", ignore_unreachable: true, register: r, notify: handle }\n${copy('behind', ', when: r is unreachable')}- { name: lost, shell: "echo once more >>{{ dir }}/ran" }\n`,
      ).concat('  handlers:\n    - { name: handle, command: "true" }\n'),
      { before: drops },
    );
    assert.deepEqual(outcome.lines, [
      'h1 first changed',
      'h1 command ignored',
      'h1 behind changed',
      'h1 lost changed',
      'h1 handle changed',
    ]);
    assert.equal(hosts.read('ran'), 'once more\n');
  });

  it('end a host whose own window was lost, whatever the task after it ignores', async () => {
    const outcome = await hosts.play(tasks(copy('first') + copy('second', ignore)), {
      before: (host, text) => {
        if (text.includes('rtp_prepare || exit 1')) throw unreachable(host, 'CONNECTION_LOST');
      },
    });
    assert.deepEqual(outcome.lines, []);
    assert.equal(outcome.summary.hosts.get('h1')?.unreachable, true);
    assert.deepEqual(
      outcome.events.flatMap((event) => (event.type === 'host_unreachable' ? [event.code] : [])),
      ['CONNECTION_LOST'],
    );
  });

  it('are delegates that are ignored, or end the host whose task it is; what is skipped asks none', async () => {
    const each = '- { name: each, command: echo x, loop: [h2, h1], delegate_to: "{{ item }}"';
    const outcome = await hosts.play(
      tasks(`
- { name: ignored, command: "true", delegate_to: h2, ignore_unreachable: true, register: r }
- { name: skipped, command: "true", delegate_to: h2, when: r is not unreachable }
${each}, ignore_unreachable: true, register: r }
- { name: say, debug: { msg: "{{ r.results | map(attribute='unreachable', default='no') | list }}" } }
${each} }
- { name: behind, debug: {} }`),
      { before: down('h2') },
    );
    assert.deepEqual(outcome.lines, [
      'h1 ignored ignored',
      'h1 skipped skipped',
      'h1 each [h2] ignored',
      'h1 each [h1] changed',
      'h1 say ok',
      'h1 each [h2] unreachable',
      'h1 each [h1] changed',
    ]);
    assert.match(JSON.stringify(outcome.results[4]?.result), /\[true,"no"\]/);
    assert.equal(outcome.summary.hosts.get('h1')?.unreachable, true);
    assert.deepEqual(outcome.results[5]?.delegate, 'h2');
  });

  it('take no further part when they are lost in a trial boot, whatever is ignored', async () => {
    const outcome = await hosts.play(
      tasks(`- { name: trial, reboot: { trial: true }${ignore} }\n${copy('behind', ignore)}`),
      { before: down('h1') },
    );
    assert.deepEqual(outcome.lines, []);
    assert.equal(outcome.summary.hosts.get('h1')?.unreachable, true);
  });
});
