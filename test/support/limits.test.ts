import assert from 'node:assert/strict';
import { patiently } from './patience.js';

describe('the limits of tests', () => {
  it('are multiplied, their own ones and those of their group', function () {
    assert.equal(patiently(1), Number(process.env['RTPROV_TEST_PATIENCE'] ?? 4));
    this.timeout(12_000);
    assert.equal(this.timeout(), patiently(12_000));
  });

  it('stay away where there is none', function () {
    this.timeout(0);
    assert.equal(this.timeout(), 0);
  });
});
