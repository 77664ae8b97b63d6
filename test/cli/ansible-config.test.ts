/** Where roles_path comes from. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readAnsibleConfig, type AnsibleConfig } from '../../src/cli/ansible-config.js';
import { readRunFiles } from '../../src/cli/inputs.js';
import { DiagnosticError, Diagnostics } from '../../src/diagnostics/diagnostic.js';

describe('ansible.cfg', () => {
  let dir: string;
  const write = (name: string, text: string): string => {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rtprov-config-'));
    for (const folder of ['cwd', 'home', 'etc']) mkdirSync(join(dir, folder));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const read = (
    env: Readonly<Record<string, string>> = {},
    option?: string,
    diagnostics = new Diagnostics(),
  ): AnsibleConfig =>
    readAnsibleConfig(
      option,
      { env, cwd: join(dir, 'cwd'), home: join(dir, 'home'), system: join(dir, 'etc/ansible.cfg') },
      diagnostics,
    );
  const roles = (...args: Parameters<typeof read>): readonly string[] | undefined =>
    read(...args).rolesPath?.map((path) => path.replace(`${dir}/`, ''));

  it('is looked for in the order of Ansible', () => {
    assert.deepEqual(read(), {});
    for (const [name, expected] of [
      ['etc/ansible.cfg', 'etc/r'],
      ['home/.ansible.cfg', 'home/r'],
      ['cwd/ansible.cfg', 'cwd/r'],
    ] as const) {
      const path = write(name, '[defaults]\nroles_path = r\n');
      assert.deepEqual([read().file, roles()], [path, [expected]]);
    }
    write('other/ansible.cfg', '[defaults]\nroles_path=~/a:$X/b:/c ; comment\n');
    for (const named of [join(dir, 'other'), '../other/ansible.cfg'])
      assert.deepEqual(roles({ ANSIBLE_CONFIG: named, X: '/x' }), ['home/a', '/x/b', '/c']);
  });

  it('gives way to ANSIBLE_ROLES_PATH, and that to --roles-path', () => {
    write('cwd/ansible.cfg', '[defaults]\nroles_path = r\n');
    assert.deepEqual(roles({ ANSIBLE_ROLES_PATH: 'e:/f' }), ['cwd/e', '/f']);
    assert.deepEqual(roles({ ANSIBLE_ROLES_PATH: 'e' }, 'o'), ['cwd/o']);
  });

  it('is not read from a folder that anybody can write', () => {
    write('cwd/ansible.cfg', '[defaults]\nroles_path = r\n');
    chmodSync(join(dir, 'cwd'), 0o777);
    const diagnostics = new Diagnostics();
    assert.deepEqual(read({}, undefined, diagnostics), {});
    assert.deepEqual(
      diagnostics.all.map(({ code }) => code),
      ['CONFIG_NOT_READ'],
    );
    assert.deepEqual(roles({ ANSIBLE_CONFIG: 'ansible.cfg' }), ['cwd/r']);
  });

  it('that is broken is one clear fault', () => {
    write('cwd/ansible.cfg', 'roles_path = r\n');
    const diagnostics = new Diagnostics();
    read({}, undefined, diagnostics);
    assert.match(
      diagnostics.all.map(({ code, detail }) => `${code} ${detail}`).join(),
      /^CONFIG_UNREADABLE .*line 1/,
    );
  });

  it('finds the roles of a playbook, for run, list and lint', () => {
    const site = write('site.yml', '- hosts: all\n  roles: [far]\n');
    write('shared/far/tasks/main.yml', '- ping_nothing:\n'.replace('ping_nothing', 'debug'));
    const files = (rolesPath: string): unknown =>
      readRunFiles(
        [site],
        { inventory: ['h1,'], extraVars: [], rolesPath },
        { chosen: { tags: [], skipTags: [] } },
      );
    assert.throws(() => files(join(dir, 'nowhere')), DiagnosticError);
    assert.ok(files(`${dir}/nowhere:${dir}/shared`));
  });
});
