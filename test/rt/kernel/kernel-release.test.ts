import assert from 'node:assert/strict';
import { debianRelease, suseRelease } from '../../../src/rt/kernel/kernel-release.js';

describe('the release that a package of a kernel brings', () => {
  it('is in the name of Debian’s, or in what a meta-package needs', () => {
    assert.equal(debianRelease('linux-image-6.1.0-41-rt-amd64'), '6.1.0-41-rt-amd64');
    assert.equal(
      debianRelease('linux-base, linux-image-6.8.0-1011-realtime (= 6.8.0-1011.11)'),
      '6.8.0-1011-realtime',
    );
    assert.equal(debianRelease('linux-image-rt-amd64'), undefined);
    assert.equal(debianRelease('kernel-rt'), undefined);
  });

  it('is SUSE’s version without the last part of the release, and the flavour', () => {
    assert.equal(suseRelease('kernel-rt', '5.14.21-150500.13.5.1'), '5.14.21-150500.13.5-rt');
    assert.equal(suseRelease('kernel-rt', '6.4.0-150600.10.5.1'), '6.4.0-150600.10.5-rt');
    assert.equal(suseRelease('kernel-default', '1:6.4.0-150600.23.7.3'), '6.4.0-150600.23.7-default');
    assert.equal(suseRelease('kernel-rt', '6.4.0-1'), undefined);
    assert.equal(suseRelease('tuned', '2.20-1.2'), undefined);
    assert.equal(suseRelease('kernel-rt-core', '5.14.0-427.el9'), undefined);
  });
});
