import assert from 'node:assert/strict';
import { readWishes } from '../../../../src/rt/partition/inputs/request.js';
import type { Vars } from '../../../../src/values/value.js';

function told(vars: Vars): readonly string[] {
  const { diagnostics } = readWishes({ name: 'kvm1', vars: {} }, [{ name: 'plc1', vars }], { lastCpu: 7 });
  assert.ok(diagnostics.every(({ code, severity }) => code === 'PLAN_INPUT' && severity === 'error'));
  return diagnostics.map(({ message }) => message);
}

const vcpus = { rt: 1 };

describe('what is wrong with rt_guest', () => {
  const cases: readonly (readonly [string, Vars, readonly string[]])[] = [
    [
      'text for a number',
      { rt_guest: { vcpus: { rt: 'three' } } },
      ['rt_guest.vcpus.rt: must be a number, not "three"'],
    ],
    [
      'a part of a vCPU',
      { rt_guest: { vcpus: { rt: 1.5 } } },
      ['rt_guest.vcpus.rt: must be a whole number, not 1.5'],
    ],
    [
      'fewer than none',
      { rt_guest: { vcpus: { rt: -1 } } },
      ['rt_guest.vcpus.rt: must be 0 or more, not -1'],
    ],
    [
      'too high a priority',
      { rt_guest: { vcpus, priority: 99 } },
      ['rt_guest.priority: must be 98 or less, not 99'],
    ],
    ['no vCPUs', { rt_guest: {} }, ['rt_guest.vcpus: is missing']],
    [
      'a word that is none of the choices',
      { rt_guest: { vcpus: { rt: 1, placement: 'anywhere' } } },
      ['rt_guest.vcpus.placement: must be isolated or shared, not "anywhere"'],
    ],
    [
      'a number for a size',
      { rt_guest: { vcpus, memory: 4096 } },
      ['rt_guest.memory: must be text, not 4096'],
    ],
    [
      'a decimal unit',
      { rt_guest: { vcpus, memory: '4GB' } },
      ['rt_guest.memory: "4GB" has a decimal unit; write 4GiB'],
    ],
    [
      'keys that nobody knows',
      { rt_guest: { vcpus, memroy: '4GiB', colour: 1 } },
      ['rt_guest.memroy: is not known here', 'rt_guest.colour: is not known here'],
    ],
  ];
  for (const [title, vars, messages] of cases) it(title, () => assert.deepEqual(told(vars), messages));
});
