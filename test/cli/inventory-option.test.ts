/** What is taken when no inventory is given. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readRunFiles } from '../../src/cli/inputs.js';
import { hasNoInventory, readInventory, warnOfUnread } from '../../src/cli/inventory-option.js';
import { DiagnosticError, Diagnostics } from '../../src/diagnostics/diagnostic.js';
import { removeProjects, write } from '../playbook/project.js';

describe('cli: no inventory', () => {
  const outer = process.cwd();
  afterEach(() => {
    process.chdir(outer);
    removeProjects();
  });
  const reported = (diagnostics: Diagnostics): readonly string[] =>
    diagnostics.all.map(({ code, hint }) => `${code} ${hint ?? ''}`);

  it('is one error, which names the inventory of ansible.cfg', () => {
    process.chdir(write({ 'other.yaml': '' }));
    assert.ok(hasNoInventory(['inventory']));
    const plain = new Diagnostics();
    readInventory({ inventory: ['inventory'] }, plain, {});
    assert.deepEqual(reported(plain), [
      'NO_INVENTORY Name one with -i; a list of hosts needs a comma: -i host1,',
    ]);
    const configured = new Diagnostics();
    readInventory({ inventory: ['inventory'] }, configured, { file: '/a/ansible.cfg', inventory: 'hosts' });
    assert.deepEqual(reported(configured), [
      'NO_INVENTORY /a/ansible.cfg names hosts, which rtprov does not read: give it with -i hosts',
    ]);
  });

  it('does not matter where one is given', () => {
    process.chdir(write({ hosts: 'h1\n' }));
    assert.ok(!hasNoInventory(['hosts']));
    const diagnostics = new Diagnostics();
    assert.deepEqual(
      readInventory({ inventory: ['hosts'] }, diagnostics, { inventory: 'x' }).hosts.map(({ name }) => name),
      ['h1'],
    );
    assert.deepEqual(reported(diagnostics), []);
  });

  it('settings of ansible.cfg that are not read are reported where they would count', () => {
    process.chdir(write({ inventory: 'h1\n' }));
    const config = { file: '/a/ansible.cfg', inventory: 'hosts', remoteUser: 'admin' };
    const warned = (inventory: string, user?: string, known: readonly string[] = []): readonly string[] => {
      const diagnostics = new Diagnostics();
      const options = { inventory: [inventory], ...(user === undefined ? {} : { user }) };
      warnOfUnread(config, options, new Set(known), diagnostics);
      assert.ok(!diagnostics.hasErrors);
      return diagnostics.all.map(({ hint }) => hint ?? '');
    };
    const user = 'Give it with -u admin, or set ansible_user in the inventory.';
    assert.deepEqual(warned('inventory'), ['Give the one that you mean: -i hosts', user]);
    assert.deepEqual(warned('hosts'), [user]);
    assert.deepEqual(warned('hosts', 'root'), []);
    assert.deepEqual(warned('hosts', undefined, ['ansible_user']), []);
  });

  it('lets lint look at everything but the variables of hosts', () => {
    const folder = write({
      'p.yaml': '- hosts: web\n  tasks: [{ debug: { msg: "{{ of_the_host }}" } }]\n',
      'bad.yaml': '- hosts: web\n  tasks: [{ debg: { msg: x } }]\n',
    });
    const lint = (name: string, checkUndefined: boolean): readonly string[] => {
      try {
        const chosen = { tags: [], skipTags: [] };
        readRunFiles([join(folder, name)], { inventory: [], extraVars: [] }, { chosen, checkUndefined });
        return [];
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw error;
        return error.diagnostics.map(({ code }) => code);
      }
    };
    assert.deepEqual(lint('p.yaml', true), ['UNDEFINED_VARIABLE']);
    assert.deepEqual(lint('p.yaml', false), []);
    assert.deepEqual(lint('bad.yaml', false), ['UNKNOWN_MODULE']);
  });
});
