import assert from 'node:assert/strict';
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js';
import { checkSshArguments } from '../../../src/engine/target/ssh-arguments.js';
import { HostVars } from '../../../src/inventory/host-vars.js';
import { Templates } from '../../../src/template/engine.js';

describe('ssh arguments in variables', () => {
  const faults = (...all: readonly Readonly<Record<string, string>>[]): readonly string[] => {
    const diagnostics = new Diagnostics();
    const hosts = all.map((vars, index) => [`h${index}`, HostVars.of([]).with('play-vars', vars)] as const);
    checkSshArguments(new Map(hosts), new Templates(), diagnostics);
    return diagnostics.all.map(({ code, detail }) => `${code}: ${detail}`);
  };

  for (const name of ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'])
    it(`refuses what ${name} cannot have done`, () => {
      const found = faults({ [name]: '-C -b 192.0.2.1' });
      assert.equal(found.length, 1);
      assert.match(
        found[0] ?? '',
        new RegExp(`^SSH_ARGUMENTS: ${name} of the host h0: .*-b \\(BindAddress\\)`),
      );
    });

  it('names each host that has its own', () => {
    assert.equal(faults({ ansible_ssh_args: '-c x' }, { ansible_ssh_args: '-c x' }, {}).length, 2);
  });

  it('leaves alone what needs facts', () => {
    assert.deepEqual(faults({ ansible_ssh_args: '-b {{ ansible_facts.x }}' }), []);
  });
});
