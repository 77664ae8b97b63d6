import assert from 'node:assert/strict';
import { askPasswords } from '../../src/cli/passwords.js';
import { RtprovError } from '../../src/diagnostics/diagnostic.js';

describe('cli: passwords without a terminal', () => {
  const options = { acceptNew: false, become: false, askPass: false, askBecomePass: false };
  const variableIn = async (asked: Partial<typeof options>): Promise<string | undefined> => {
    const error: unknown = await askPasswords({ ...options, ...asked }, undefined).catch(
      (raised: unknown) => raised,
    );
    assert.ok(error instanceof RtprovError);
    assert.equal(error.code, 'NO_PROMPT');
    return /\bansible_\w+/.exec(error.hint ?? '')?.[0];
  };

  it('name the variable of the password that was asked for', async () => {
    assert.equal(await variableIn({ askPass: true }), 'ansible_password');
    assert.equal(await variableIn({ askBecomePass: true }), 'ansible_become_password');
  });

  it('are not missed when none is asked for', async () => {
    assert.deepEqual(await askPasswords(options, undefined), {});
  });
});
