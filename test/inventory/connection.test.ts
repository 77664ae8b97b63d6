import assert from 'node:assert/strict';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import { connectionSettings } from '../../src/inventory/connection.js';
import { HostVars } from '../../src/inventory/host-vars.js';
import { inventoryLayers } from '../../src/inventory/layers.js';
import type { Vars } from '../../src/values/value.js';
import { fromIni } from './fixture.js';

function settings(vars: Vars): { read: unknown; codes: string[] } {
  const diagnostics = new Diagnostics();
  const read = connectionSettings('h1', HostVars.empty.with('play-vars', vars), diagnostics);
  return { read, codes: diagnostics.all.map((d) => `${d.code}: ${d.detail}`) };
}

describe('connectionSettings', () => {
  it('falls back to ssh and the name of the host', () => {
    assert.deepEqual(settings({}), { read: { connection: 'ssh', address: 'h1' }, codes: [] });
  });

  it('reads the variables and their older names', () => {
    const vars = {
      ansible_host: '192.0.2.1',
      ansible_port: '2222',
      ansible_ssh_user: 'ops',
      ansible_ssh_pass: 12345,
      ansible_ssh_private_key_file: '~/.ssh/id',
      ansible_ssh_common_args: '-J gate',
      ansible_connection: 'smart',
      ansible_become: 'yes',
      ansible_become_user: 'root',
      ansible_become_pass: 'secret',
      ansible_timeout: 5,
      ansible_host_key_checking: false,
    };
    assert.deepEqual(settings(vars), {
      read: {
        connection: 'ssh',
        address: '192.0.2.1',
        port: 2222,
        user: 'ops',
        password: '12345',
        privateKeyFile: '~/.ssh/id',
        sshCommonArgs: '-J gate',
        timeoutSeconds: 5,
        hostKeyChecking: false,
        become: true,
        becomeUser: 'root',
        becomePassword: 'secret',
      },
      codes: [],
    });
  });

  it('tells wrong values, but never a secret', () => {
    const { codes } = settings({
      ansible_port: 'ssh',
      ansible_become: 'maybe',
      ansible_connection: 'shh',
      ansible_password: ['s3cret'],
    });
    assert.equal(codes.length, 4);
    assert.ok(codes.every((text) => text.startsWith('CONNECTION_VARIABLE')));
    assert.ok(!codes.join().includes('s3cret'));
  });

  it('tells where a wrong value was written', () => {
    const inventory = fromIni('[g]\nh1 x=1 ansible_port=ssh\n');
    const diagnostics = new Diagnostics();
    connectionSettings('h1', HostVars.of(inventoryLayers(inventory, 'h1')), diagnostics);
    assert.deepEqual([diagnostics.all[0]?.range?.line, diagnostics.all[0]?.range?.column], [2, 8]);
  });

  it('takes the implicit localhost as local', () => {
    const vars = HostVars.of(inventoryLayers(fromIni('h1\n'), 'localhost'));
    assert.equal(connectionSettings('localhost', vars, new Diagnostics()).connection, 'local');
  });
});
