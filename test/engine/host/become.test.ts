/** Who a task runs as: the variables win over the keywords, as in Ansible, and the password is a secret from then on. */
import assert from 'node:assert/strict';
import { becomeOf } from '../../../src/engine/host/become.js';
import { masked, Secrets } from '../../../src/engine/run/secrets.js';
import { HostVars } from '../../../src/inventory/host-vars.js';
import { Templates } from '../../../src/template/engine.js';
import type { BecomeOptions } from '../../../src/transport/types.js';
import type { Vars } from '../../../src/values/value.js';
import { playOf, removeProjects, tasksOf } from '../../playbook/project.js';

describe('engine/host/become', () => {
  after(removeProjects);

  const secrets = new Secrets();
  function become(
    keywords: string,
    vars: Vars = {},
    options: { readonly always: boolean; readonly user?: string; readonly password?: string } = {
      always: false,
    },
  ): BecomeOptions | undefined {
    const [task] = tasksOf(playOf(`- hosts: all\n  tasks:\n    - { debug: {}${keywords} }\n`).body);
    assert.ok(task !== undefined);
    const context = { templates: new Templates(), become: options, secrets };
    return becomeOf('h1', task.keywords, HostVars.empty.with('host-vars', vars), context);
  }
  const userOf = (...given: Parameters<typeof become>): string | undefined => become(...given)?.user;

  it('is the login user unless somebody says otherwise, and then root', () => {
    assert.equal(become(''), undefined);
    assert.equal(userOf(', become: true'), 'root');
    assert.equal(userOf('', {}, { always: true }), 'root');
    assert.equal(userOf('', { ansible_become: true }), 'root');
    assert.equal(become(', become: true', { ansible_become: false }), undefined);
    assert.equal(become(', become: false', {}, { always: true }), undefined);
    // A user alone makes nobody another one.
    assert.equal(become(', become_user: app'), undefined);
  });

  it('is the user of the variable, else of the keyword, else of the command line', () => {
    const options = { always: false, user: 'cli' };
    assert.equal(userOf(', become: true', {}, options), 'cli');
    assert.equal(userOf(', become: true, become_user: app', {}, options), 'app');
    assert.equal(userOf(', become: true, become_user: "{{ who }}"', { who: 'web' }, options), 'web');
    assert.equal(userOf(', become: true, become_user: app', { ansible_become_user: 'ops' }, options), 'ops');
  });

  it('has the password of the variable, else that which was asked for, and hides it in all that is shown', () => {
    const options = { always: true, password: 'Zq7asked1x' };
    assert.equal(become('', {}, options)?.password, 'Zq7asked1x');
    const own = become('', { ansible_become_password: 'Zq7vars2x' }, options);
    assert.equal(own?.password, 'Zq7vars2x');
    assert.equal(secrets.text('<Zq7asked1x> <Zq7vars2x>'), `<${masked}> <${masked}>`);
    assert.ok(!('password' in (become('', {}, { always: true }) ?? {})));
  });

  it('knows sudo only', () => {
    assert.throws(() => become(', become: true, become_method: "{{ m }}"', { m: 'su' }), {
      code: 'BECOME_METHOD',
    });
    assert.throws(() => become(', become: true', { ansible_become_method: 'su' }));
    assert.equal(become(', become: true, become_method: sudo')?.method, 'sudo');
  });
});
