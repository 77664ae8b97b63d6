import assert from 'node:assert/strict';
import { HostVars } from '../../src/inventory/host-vars.js';
import { inventoryLayers } from '../../src/inventory/layers.js';
import { magicVars } from '../../src/inventory/magic.js';
import type { Vars } from '../../src/values/value.js';
import { fromIni } from './fixture.js';

const inventory = fromIni('[web]\nweb1.example.com a=1\nweb2 a=2\n[site:children]\nweb\n[site:vars]\ns=1\n');

describe('magicVars', () => {
  it('names the host, its groups and the groups of the inventory', () => {
    const { vars } = magicVars({ inventory, hostName: 'web1.example.com' });
    assert.equal(vars['inventory_hostname'], 'web1.example.com');
    assert.equal(vars['inventory_hostname_short'], 'web1');
    assert.deepEqual(vars['group_names'], ['site', 'web']);
    assert.deepEqual(JSON.parse(JSON.stringify(vars['groups'])), {
      all: ['web1.example.com', 'web2'],
      ungrouped: [],
      web: ['web1.example.com', 'web2'],
      site: ['web1.example.com', 'web2'],
    });
    assert.equal(vars['ansible_check_mode'], false);
    assert.deepEqual(vars['ansible_run_tags'], ['all']);
  });

  it('reads hostvars only when they are asked for, and again each time', () => {
    const asked: string[] = [];
    const hostVars = (name: string): Vars => {
      asked.push(name);
      return HostVars.of(inventoryLayers(inventory, name)).toVars();
    };
    const all = HostVars.empty.withLayer(magicVars({ inventory, hostName: 'web2', hostVars })).toVars();
    const hostvars = all['hostvars'] as Record<string, Record<string, unknown>>;
    assert.deepEqual(asked, []);
    assert.deepEqual(Object.keys(hostvars), ['web1.example.com', 'web2']);
    assert.equal('nosuch' in hostvars, false);
    assert.deepEqual(asked, []);
    assert.deepEqual(hostvars['web1.example.com'], { a: 1, s: 1 });
    assert.deepEqual(hostvars['web1.example.com'], { a: 1, s: 1 });
    assert.deepEqual(asked, ['web1.example.com', 'web1.example.com']);
    assert.equal(hostvars['nosuch'], undefined);
    assert.equal(hostvars['localhost']?.['ansible_connection'], 'local');
    assert.equal(hostvars['constructor'], undefined);
  });

  it('leaves out what is not given', () => {
    const { vars } = magicVars({ inventory, hostName: 'web2', roleName: 'kernel', limit: 'web' });
    assert.deepEqual(
      [vars['role_name'], vars['ansible_limit'], 'role_path' in vars],
      ['kernel', 'web', false],
    );
  });
});
