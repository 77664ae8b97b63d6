/** A run that left nothing to undo says so in the journal, so that a rollback passes over it. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ShellHosts } from './shell-hosts.js';

describe('engine/run: a run that left nothing to undo', () => {
  let hosts: ShellHosts;
  before(() => (hosts = new ShellHosts()));
  beforeEach(() => hosts.reset());
  after(() => hosts.remove());

  const cases: readonly (readonly [string, boolean, Readonly<Record<string, unknown>>])[] = [
    [
      'whose command says that it changed nothing',
      true,
      { changed_when: "'new' in out.stdout", register: 'out' },
    ],
    ['whose command changed something', false, { changed_when: "'same' in out.stdout", register: 'out' }],
    [
      'whose command changed something in one of its turns',
      false,
      { changed_when: 'item == 2', loop: [1, 2, 3] },
    ],
    [
      'whose command failed',
      false,
      { failed_when: true, changed_when: "'new' in out.stdout", register: 'out' },
    ],
    ['whose command changed nothing of what it touches', true, { touches: ['{{ dir }}/a'] }],
  ];
  for (const [what, unchanged, keywords] of cases)
    it(`is ${unchanged ? '' : 'not '}one ${what}`, async () => {
      await hosts.play(
        JSON.stringify([
          { hosts: 'all', gather_facts: false, tasks: [{ name: 'x', command: 'echo same', ...keywords }] },
        ]),
        { hosts: ['h1'] },
      );
      const runs = join(hosts.dir, 'h1', 'login', 'runs');
      const [run = ''] = readdirSync(runs);
      assert.equal(existsSync(join(runs, run, 'unchanged')), unchanged);
    });
});
