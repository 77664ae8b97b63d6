import assert from 'node:assert/strict';
import { filtered } from '../../src/engine/operations/setup.js';

const facts = { hostname: 'h', kernel: 'k', kernel_version: 'v', os_family: 'Debian' };

describe('engine/operations/setup', () => {
  const names = (...patterns: string[]): readonly string[] => Object.keys(filtered(facts, patterns));

  it('keeps facts by names with and without the prefix', () => {
    assert.deepEqual(names('ansible_kernel*', 'host?ame'), ['hostname', 'kernel', 'kernel_version']);
  });

  it('knows sets of characters, and what is not in one', () => {
    assert.deepEqual(names('[ho]*'), ['hostname', 'os_family']);
    assert.deepEqual(names('ansible_[!k]*'), ['hostname', 'os_family']);
    assert.deepEqual(names('kernel.version', 'ansible_['), []);
  });
});
