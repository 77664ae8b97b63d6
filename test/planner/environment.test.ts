/** The environment of a command is the command's alone, and its names are data. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { shellHosts } from '../engine/shell-hosts.js';

describe('planner/environment', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const play = (tasks: string, files: Readonly<Record<string, string>> = {}, check = false) =>
    hosts.play(`- hosts: h1\n  gather_facts: false\n  tasks:\n${tasks.replace(/^(?=.)/gm, '    ')}`, {
      hosts: ['h1'],
      files,
      check,
    });

  it('runs none of its own steps with the PATH, locale or functions of the task', async () => {
    mkdirSync(hosts.path('bin'));
    for (const name of ['cat', 'stat', 'sha256sum', 'base64', 'mkdir', 'rm', 'sync', 'chmod', 'id']) {
      writeFileSync(hosts.path(`bin/${name}`), `#!/bin/sh\necho ${name} >>${hosts.path('stolen')}\n`);
      chmodSync(hosts.path(`bin/${name}`), 0o755);
    }
    const { lines, results } = await play(
      `- { name: before, shell: "printf old >{{ dir }}/f" }
- name: touching
  shell: printf new >{{ dir }}/f
  touches: ["{{ dir }}/f"]
  environment: { PATH: "{{ dir }}/bin", IFS: "/r", LC_ALL: tr_TR.UTF-8, POSIXLY_CORRECT: "1", TMPDIR: /nowhere, HOME: /nowhere, ENV: "{{ dir }}/bin/cat" }
- name: script
  script: tool.sh
  environment: { PATH: "{{ dir }}/bin", TMPDIR: /nowhere, IFS: "/r" }
  register: said
- { name: shown, debug: { msg: "{{ said.stdout }}" } }
`,
      { 'tool.sh': '#!/bin/sh\necho "$PATH $TMPDIR"\n' },
    );
    assert.deepEqual(lines, ['h1 before changed', 'h1 touching changed', 'h1 script changed', 'h1 shown ok']);
    assert.equal(results.at(-1)?.msg, `${hosts.path('bin')} /nowhere`);
    assert.equal(hosts.has('stolen'), false);
    assert.deepEqual(hosts.journalled('h1'), ['f']);
  });

  it('puts a script where nobody else can exchange it, whatever TMPDIR says, and removes it', async () => {
    const { results } = await play(
      `- { script: where.sh a, environment: { TMPDIR: "{{ dir }}" }, register: said }\n- debug: { msg: "{{ said.stdout }}" }\n`,
      { 'where.sh': '#!/bin/sh\ncd "${0%/*}" && pwd -P && stat -c %a . "$0" && ls -d ../..\n' },
    );
    const [place = '', ...modes] = (results.at(-1)?.msg ?? '').split('\n');
    assert.match(place, /\/h1\/login\/stage\/[^/]+\/script$/);
    assert.deepEqual(modes.slice(0, 2), ['700', '700']);
    assert.deepEqual(readdirSync(hosts.files), []);
    assert.equal(readdirSync(place.slice(0, place.indexOf('/stage/'))).includes('script'), false);
  });

  it('takes a name that is none for a fault of the task, and runs nothing of it, in a plan too', async () => {
    for (const [key, text] of [
      ['A;touch {{ dir }}/planted;B', 'x'],
      ['$(touch {{ dir }}/planted)', 'x'],
      ['BASH_FUNC_cat%%', '() { :; }'],
      ['', 'x'],
      ['GOOD', '{{ "AGEA" | b64decode }}'],
    ] as const) {
      const tasks = `- { name: t, command: "true", environment: "{{ {key: text} }}", vars: { key: ${JSON.stringify(key)}, text: ${JSON.stringify(text)} } }\n`;
      for (const check of [false, true]) {
        const { results } = await play(tasks, {}, check);
        assert.deepEqual([results[0]?.status, hosts.has('planted')], ['failed', false], key);
        assert.match(
          results[0]?.msg ?? '',
          key === 'GOOD' ? /the value of GOOD has a NUL character/ : /is not a variable name/,
        );
      }
    }
  });

  it('that cannot be evaluated fails its task alone', async () => {
    const { lines } = await play(
      `- { name: broken, command: "true", environment: { A: "{{ 1 / zero }}" }, vars: { zero: 0 }, ignore_errors: true }\n- { name: next, command: "true" }\n`,
    );
    assert.deepEqual(lines, ['h1 broken ignored', 'h1 next changed']);
  });
});
