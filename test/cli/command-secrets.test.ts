/** The secrets of a command, in a process of its own as a command is. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const program = `
  import { commandSecrets } from './src/cli/command-secrets.ts';
  import { shortened } from './src/values/shortened.ts';
  commandSecrets.add('Hunter2-Correct-Horse');
  process.stdout.write(shortened('password: Hunter2-Correct-Horse and more', 20));
`;

describe('cli: secrets of a command', () => {
  it('are hidden before a message is cut off, also where no run was made', () => {
    const shown = execFileSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      { cwd: root, encoding: 'utf8' },
    );
    assert.equal(shown, 'password: ******** a...');
  });
});
