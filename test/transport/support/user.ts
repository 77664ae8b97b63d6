/** A user of this machine for the time of a test, with a password, a home, and lines in sudoers.d. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, rmSync, writeFileSync } from 'node:fs';

export interface TestUser {
  readonly name: string;
  readonly password: string;
  readonly home: string;
  remove(): void;
}

let count = 0;

/** Must be root. `sudoers` lines may say USER for the name. */
export function createUser(
  options: { readonly sudoers?: readonly string[]; readonly bashrc?: string; readonly shell?: string } = {},
): TestUser {
  count += 1;
  const name = `rtpt${process.pid % 100_000}x${count}`;
  const password = `pw-${randomBytes(8).toString('hex')}`;
  const home = `/tmp/${name}`;
  execFileSync('useradd', ['-m', '-d', home, '-s', options.shell ?? '/bin/bash', name]);
  execFileSync('chpasswd', { input: `${name}:${password}\n` });
  const sudoersFile = `/etc/sudoers.d/${name}`;
  if (options.sudoers !== undefined) {
    writeFileSync(sudoersFile, `${options.sudoers.join('\n').replaceAll('USER', name)}\n`);
    chmodSync(sudoersFile, 0o440);
  }
  if (options.bashrc !== undefined) {
    writeFileSync(`${home}/.bashrc`, '');
    appendFileSync(`${home}/.bashrc`, options.bashrc);
  }
  return {
    name,
    password,
    home,
    remove: () => {
      rmSync(sudoersFile, { force: true });
      execFileSync('userdel', ['-f', '-r', name], { stdio: 'ignore' });
    },
  };
}
