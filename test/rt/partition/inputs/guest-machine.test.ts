import assert from 'node:assert/strict';
import { guestVars } from '../../../../src/rt/partition/inputs/guest-machine.js';
import { machine } from '../../../support/machine.js';

describe("variables of a guest's own plan", () => {
  const small = machine({ cores: 4 });

  it('have its housekeeping vCPUs as housekeeping', () => {
    const vars = { rt_guest: { vcpus: { rt: 2, housekeeping: 2 } }, rt_partition: { smt: 'off' } };
    assert.deepEqual(guestVars(vars, small), { rt_partition: { smt: 'off', housekeeping: '0-1' } });
    assert.deepEqual(guestVars({}, small), { rt_partition: { housekeeping: '0' } });
  });

  it('leave out slices that only a host has, also beside explicit lists', () => {
    const slices = { rt_slice_cpus: { 'a.slice': '0' }, rt_slice_cpus_host: { 'machine.slice': '0-31' } };
    assert.deepEqual(guestVars(slices, small), {
      rt_slice_cpus: { 'a.slice': '0' },
      rt_partition: { housekeeping: '0' },
    });
    const lists = { rt_housekeeping_cpus: '0', rt_isolated_cpus: '1-3' };
    assert.deepEqual(guestVars({ ...slices, ...lists }, small), {
      rt_slice_cpus: { 'a.slice': '0' },
      ...lists,
    });
  });
});
