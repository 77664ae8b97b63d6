import assert from 'node:assert/strict';
import { drawTerminal } from '../../../../src/rt/partition/drawing/terminal.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import { GiB, MiB, guest, machine, request } from '../../../support/machine.js';

describe('huge pages of a plan', () => {
  const planned = (pageBytes: number) =>
    planPartition(machine({ cores: 8 }), request([guest('plc1', 2, { memoryBytes: 4 * GiB, pageBytes })]));
  const pageWords = (pageBytes: number): readonly string[] =>
    planned(pageBytes).kernelArguments.filter((word) => word.includes('hugepage'));

  it('are asked for at boot', () => {
    assert.deepEqual(pageWords(2 * MiB), ['default_hugepagesz=2M', 'hugepagesz=2M', 'hugepages=0:2048']);
  });

  it('are none for a guest with `page: 4K`', () => {
    assert.deepEqual(pageWords(4096), []);
    assert.deepEqual(planned(4096).hugePages, []);
    const plain = { mark: (text: string) => text, heading: (text: string) => text };
    const drawn = drawTerminal('kvm1', machine({ cores: 8 }), planned(4096), plain);
    assert.match(drawn, /4 GiB without huge pages;\n/);
    assert.deepEqual(
      planned(4096).diagnostics.filter(({ severity }) => severity === 'error'),
      [],
    );
  });
});
