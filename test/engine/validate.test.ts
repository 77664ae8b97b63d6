/** `validate` in a plan. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { shellHosts } from './shell-hosts.js';

describe('engine: validate in a check', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const copy = (name: string, content: string, validate: string, more = ''): string =>
    `    - { name: ${name}, copy: { content: "${content}", dest: "{{ dir }}/${name}", validate: "${validate}" }${more} }\n`;
  const plan = async (tasks: string): Promise<readonly (readonly string[])[]> => {
    const result = await hosts.play(`- hosts: h1\n  gather_facts: false\n  tasks:\n${tasks}`, {
      check: true,
    });
    return result.results.map(({ task, status, msg, reason }) => [
      task.name,
      status,
      ...[msg ?? reason].flatMap((text) => (text === undefined ? [] : [text])),
    ]);
  };

  it('is tried with the very bytes: what cannot pass fails in the plan', async () => {
    writeFileSync(hosts.path('check'), `echo "$1" >${hosts.path('where')}; grep -q it.s "$1"\n`);
    assert.deepEqual(
      await plan(
        copy('bad', 'x', 'sh -c \\"echo no good; exit 3\\" %s', ', ignore_errors: true') +
          copy('good', "it's ä", `sh ${hosts.path('check')} %s`),
      ),
      [
        ['bad', 'ignored', 'no good\nrtprov: failed to validate'],
        ['good', 'changed'],
      ],
    );
    assert.equal(existsSync(dirname(hosts.read('where').trim())), false, 'nothing is left');
  });

  it('is unknown where earlier tasks may mend it', async () => {
    const tasks = `    - { name: first, copy: { content: x, dest: "{{ dir }}/needed" } }\n${copy('needs', 'x', 'test -e {{ dir }}/needed -a -e %s')}${copy('behind', 'x', 'true %s')}`;
    const [, needs, behind] = await plan(tasks);
    assert.ok(needs !== undefined);
    assert.deepEqual(needs.slice(0, 2), ['needs', 'unknown']);
    assert.match(needs[2] ?? '', /does not pass now, but earlier tasks may repair that/);
    assert.deepEqual(behind, ['behind', 'changed']);
  });

  it('is unknown where it passes now and earlier tasks change what it names', async () => {
    writeFileSync(hosts.path('there'), 'x');
    const tasks = `    - { name: first, file: { path: "{{ dir }}/there", state: absent } }\n${copy('names', 'x', 'test -e {{ dir }}/there -a -e %s')}${copy('other', 'x', 'test -e %s -a -e %s')}`;
    const [, names, other] = await plan(tasks);
    assert.deepEqual(names?.slice(0, 2), ['names', 'unknown']);
    assert.match(names[2] ?? '', /passes now, but earlier tasks change .*there/);
    assert.deepEqual(other, ['other', 'changed']);
  });

  it('fails in the plan without a place for the path, and where its command is not there', async () => {
    assert.deepEqual(
      await plan(
        copy('none', 'x', 'true', ', ignore_errors: true') +
          copy('absent', 'x', '/nowhere/visudo -cf %s', ', ignore_errors: true'),
      ).then((results) =>
        results.map((result) => [...result.slice(0, 2), /%s|not found/.exec(result[2] ?? '')?.[0]]),
      ),
      [
        ['none', 'ignored', '%s'],
        ['absent', 'ignored', 'not found'],
      ],
    );
  });
});
