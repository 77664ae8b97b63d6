/** A tag that no task has: reported before a host is contacted. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readRunFiles } from '../../src/cli/inputs.js';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { removeProjects, write } from '../playbook/project.js';

describe('--tags and --skip-tags', () => {
  afterEach(removeProjects);

  const PLAYS = `- hosts: all
  tags: [play]
  tasks:
    - { command: id, tags: [deploy] }
    - include_tasks: "{{ which }}.yml"
    - import_role: { name: r }
  handlers:
    - { name: h, command: id, tags: [of handler] }
`;
  const read = (
    tags: readonly string[],
    skipTags: readonly string[] = [],
    files: Readonly<Record<string, string>> = { 'inc.yml': '- { command: id, tags: [included] }\n' },
    startAtTask?: string,
  ): readonly string[] => {
    const role = { 'roles/r/tasks/main.yml': '- { name: in role, command: id, tags: [of role] }\n' };
    const folder = write({ ...role, ...files, 'site.yml': PLAYS, hosts: 'h1 which=inc\n' });
    try {
      const chosen = { tags, skipTags, ...(startAtTask === undefined ? {} : { startAtTask }) };
      const options = { inventory: [join(folder, 'hosts')], extraVars: [] };
      const { warnings } = readRunFiles([join(folder, 'site.yml')], options, { chosen });
      return warnings.map(({ code }) => `warning ${code}`);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      return error.diagnostics.map(({ code, detail, hint }) => `${code} ${detail} ${hint ?? ''}`);
    }
  };

  it('may be those of plays, tasks, roles and includes, and the special ones', () => {
    assert.deepEqual(
      read(
        ['play', 'deploy', 'of role', 'included', 'all', 'tagged', 'untagged', 'always', 'never'],
        ['play'],
      ),
      [],
    );
  });

  it('are an error with the nearest name otherwise', () => {
    assert.deepEqual(read(['deplyo'], ['of handler']), [
      'UNKNOWN_TAG --tags names "deplyo", and no known task has this tag. Did you mean "deploy"?',
      'UNKNOWN_TAG --skip-tags names "of handler", and no known task has this tag. The tags are: deploy, included, of role, play.',
    ]);
  });

  it('and a task to start at that is not there: an error in the same form', () => {
    const start = (name: string): readonly string[] => read([], [], undefined, name);
    assert.deepEqual(start('r : in role'), []);
    assert.deepEqual(start('in rloe'), [
      'UNKNOWN_TASK --start-at-task names "in rloe", and no known task has this name. Did you mean "in role"?',
    ]);
    assert.deepEqual(start('something else'), [
      'UNKNOWN_TASK --start-at-task names "something else", and no known task has this name. See `rtprov run PLAYBOOK --list-tasks`.',
    ]);
  });

  it('are a warning where files are included that are not known', () => {
    assert.deepEqual(read(['other'], [], {}), ['warning UNKNOWN_TAG']);
  });
});
