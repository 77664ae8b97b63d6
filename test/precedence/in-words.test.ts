/** Rules of who wins that are easily got wrong, each by itself. `layers.test.ts` holds them all, as ansible-core 2.19 has them. */
import assert from 'node:assert/strict';
import { shellHosts } from '../engine/shell-hosts.js';
import { isMapping, type Value } from '../../src/values/value.js';

type Files = Readonly<Record<string, string>>;

const SAY = '- debug: {msg: "{{ x | default(\'nothing\') }}"}\n';
const PLAY = 'hosts: all\n  gather_facts: false\n';

describe('precedence, rule by rule', () => {
  const hosts = shellHosts();

  /** What the tasks with `debug` say, in their order. */
  async function said(playbook: string, files: Files = {}): Promise<readonly Value[]> {
    const { results } = await hosts.play(playbook, { hosts: ['h1'], files });
    for (const { status, msg } of results) assert.notEqual(status, 'failed', msg);
    return results
      .filter(({ task }) => task.module === 'debug')
      .map(({ result }) => (isMapping(result) ? (result['msg'] ?? null) : null));
  }

  /** `outer` depends on `inner`, and tasks of both say what x is. `entry`: what more the dependency's entry says. */
  const roles = (files: Files, entry = ''): Files => ({
    'roles/inner/tasks/main.yml': SAY,
    'roles/outer/tasks/main.yml': SAY,
    'roles/outer/meta/main.yml': `dependencies: [{role: inner${entry}}]\n`,
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`roles/${name}`, text])),
  });

  describe('from play to play', () => {
    it('what include_vars read lasts into the next play, as facts do', async () => {
      const playbook = `- ${PLAY}  tasks: [{include_vars: x.yml}]\n- ${PLAY}  tasks:\n  ${SAY}`;
      assert.deepEqual(await said(playbook, { 'x.yml': 'x: read\n' }), ['read']);
    });

    it('and there covers the variables of that play, but not what set_fact set', async () => {
      const next = (vars: string): string => `- ${PLAY}  vars: {${vars}}\n  tasks:\n  ${SAY}`;
      const include = `- ${PLAY}  tasks: [{include_vars: x.yml}]\n${next('x: play')}`;
      assert.deepEqual(await said(include, { 'x.yml': 'x: read\n' }), ['read']);
      const both = `- ${PLAY}  tasks: [{set_fact: {x: set}}, {include_vars: x.yml}]\n${next('x: play')}`;
      assert.deepEqual(await said(both, { 'x.yml': 'x: read\n' }), ['set']);
    });

    it('variables of a play, and of its roles, do not', async () => {
      const playbook = `- ${PLAY}  vars: {x: play}\n  roles: [r]\n- ${PLAY}  tasks:\n  ${SAY}`;
      const files = { 'roles/r/vars/main.yml': 'x: role\n', 'roles/r/tasks/main.yml': SAY };
      assert.deepEqual(await said(playbook, files), ['role', 'nothing']);
    });
  });

  describe('import_playbook', () => {
    it('its variables cover those of the plays in it', async () => {
      const files = { 'plays.yml': `- ${PLAY}  vars: {x: play}\n  tasks:\n  ${SAY}` };
      assert.deepEqual(await said('- {import_playbook: plays.yml, vars: {x: import}}\n', files), ['import']);
    });

    it('of imports in imports the outermost one counts', async () => {
      const files = {
        'middle.yml': '- {import_playbook: plays.yml, vars: {x: middle}}\n',
        'plays.yml': `- ${PLAY}  tasks:\n  ${SAY}`,
      };
      assert.deepEqual(await said('- {import_playbook: middle.yml, vars: {x: outermost}}\n', files), [
        'outermost',
      ]);
    });

    it('vars_files of a play and variables of roles cover them', async () => {
      const files = {
        'plays.yml': `- ${PLAY}  vars_files: [x.yml]\n  roles: [r]\n  tasks:\n  ${SAY}`,
        'x.yml': 'x: file\ny: file\n',
        'roles/r/vars/main.yml': 'y: role\n',
        'roles/r/tasks/main.yml': '- debug: {msg: "{{ x }} {{ y }}"}\n',
      };
      const playbook = '- {import_playbook: plays.yml, vars: {x: import, y: import}}\n';
      assert.deepEqual(await said(playbook, files), ['file role', 'file']);
    });
  });

  describe('a role and its dependency', () => {
    const inRoles = `- ${PLAY}  roles: [{role: outer}]\n  post_tasks:\n  ${SAY}`;

    for (const kind of ['defaults', 'vars'])
      it(`each has its own ${kind}, and the role's count in the rest of the play`, async () => {
        const files = roles({
          [`inner/${kind}/main.yml`]: 'x: inner\n',
          [`outer/${kind}/main.yml`]: 'x: outer\n',
        });
        const imported = `- ${PLAY}  tasks: [{import_role: {name: outer}}]\n  post_tasks:\n  ${SAY}`;
        assert.deepEqual(await said(inRoles, files), ['inner', 'outer', 'outer']);
        assert.deepEqual(await said(imported, files), ['inner', 'outer', 'outer']);
      });

    it("a role sees its dependency's variables above those of roles that come later", async () => {
      const files = roles({ 'inner/vars/main.yml': 'x: inner\n' });
      const playbook = inRoles.replace('{role: outer}', '{role: outer}, {role: later}');
      const later = { 'roles/later/vars/main.yml': 'x: later\n', 'roles/later/tasks/main.yml': SAY };
      assert.deepEqual(await said(playbook, { ...files, ...later }), ['inner', 'inner', 'later', 'later']);
    });

    it("`vars` of an entry cover the role's own, and not those of its dependencies", async () => {
      const files = roles({ 'inner/vars/main.yml': 'x: inner\n', 'outer/vars/main.yml': 'x: outer\n' });
      const playbook = inRoles.replace('{role: outer}', '{role: outer, vars: {x: entry}}');
      assert.deepEqual(await said(playbook, files), ['inner', 'entry', 'outer']);
    });

    it("in a dependency without variables the role's own cover the `vars` of its entry", async () => {
      const files = roles({ 'outer/vars/main.yml': 'x: outer\n' });
      const playbook = inRoles.replace('{role: outer}', '{role: outer, vars: {x: entry}}');
      assert.deepEqual(await said(playbook, files), ['outer', 'entry', 'outer']);
    });

    it("`vars` of a dependency's entry cover the dependency's own, and hold in it only", async () => {
      const files = roles({ 'inner/vars/main.yml': 'x: inner\n' }, ', vars: {x: entry}');
      assert.deepEqual(await said(inRoles, files), ['entry', 'inner', 'inner']);
    });
  });

  describe('include_role', () => {
    const files = roles({ 'inner/defaults/main.yml': 'x: inner\n', 'inner/vars/main.yml': 'y: inner\n' });
    const say = SAY.replace("default('nothing')", "default('nothing') ~ ' ' ~ (y | default('nothing'))");
    const both = { ...files, 'roles/outer/tasks/main.yml': say, 'roles/inner/tasks/main.yml': say };
    const playbook = (more: string): string =>
      `- ${PLAY}  tasks: [{include_role: {name: outer${more}}}]\n  post_tasks:\n  ${say}`;

    it("later tasks do not see the variables of a role's dependency, as they do not see the role's", async () => {
      assert.deepEqual(await said(playbook(''), both), ['inner inner', 'inner inner', 'nothing nothing']);
    });

    it('but with `public` they do', async () => {
      const expected = ['inner inner', 'inner inner', 'inner inner'];
      assert.deepEqual(await said(playbook(', public: true'), both), expected);
    });
  });
});
