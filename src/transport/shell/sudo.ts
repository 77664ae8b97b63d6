/** Becoming another user with sudo: the command line, and what sudo's complaints mean. */
import type { RtprovError } from '../../diagnostics/diagnostic.js';
import { lastWords, transportError } from '../errors.js';
import type { BecomeOptions } from '../types.js';

/** User names go to the login shell unquoted, whatever shell that is; so only plain ones are taken. */
const PLAIN_USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/;

/**
 * The words in front of `sh -c ...`. With a password sudo asks on stderr with a random prompt and reads from stdin (-S);
 * without one it must not ask at all (-n). LC_ALL=C so that its complaints can be recognised.
 */
export function sudoWords(become: BecomeOptions, prompt: string): string {
  if (!PLAIN_USER.test(become.user) || become.user.endsWith('$')) {
    throw transportError(
      'BECOME_FAILED',
      `cannot become the user ${JSON.stringify(become.user)}: not a plain user name`,
    );
  }
  const ask = become.password === undefined ? '-n' : `-S -p ${prompt}`;
  return `env LC_ALL=C LANGUAGE= sudo -H ${ask} -u ${become.user} --`;
}

/** Makes the error for a sudo that ended before the shell began. `at` is `host:port as user`. */
export function sudoFailure(become: BecomeOptions, at: string, output: string): RtprovError {
  const said = lastWords(output.replace(/^We trust you have received[\s\S]*?#3\)[^\n]*\n/m, ''));
  const failed = (
    code: 'BECOME_FAILED' | 'BECOME_USER_MISSING' | 'BECOME_PASSWORD_WRONG' | 'BECOME_PASSWORD_MISSING',
    why: string,
    hint: string,
  ) =>
    transportError(code, `sudo to ${become.user} failed on ${at}: ${why}${said === '' ? '' : ` (${said})`}`, {
      hint,
    });
  if (/must have a tty/.test(output)) {
    return failed(
      'BECOME_FAILED',
      'sudoers requires a terminal',
      'Remove `Defaults requiretty` from sudoers for this user: rtprov uses no terminal.',
    );
  }
  if (/not in the sudoers file|is not allowed to (execute|run)|may not run sudo/.test(output)) {
    return failed(
      'BECOME_FAILED',
      'sudoers does not allow it',
      `Allow the login user in sudoers to run commands as ${become.user}.`,
    );
  }
  if (/unknown user|user '[^']*' not found/.test(output)) {
    return failed(
      'BECOME_USER_MISSING',
      'the target has no such user',
      'Correct become_user, or create the user in an earlier task.',
    );
  }
  if (/[Ss]orry, try again|incorrect password/.test(output)) return wrongPassword(become, at);
  if (/a password is required|terminal is required|no password was provided/.test(output)) {
    return become.password === undefined
      ? failed(
          'BECOME_PASSWORD_MISSING',
          'a password is needed and none was given',
          'Give ansible_become_password (or --ask-become-pass), or a NOPASSWD rule.',
        )
      : wrongPassword(become, at);
  }
  if (/\benv: (command not found|not found|No such file)/.test(output)) {
    return failed(
      'BECOME_FAILED',
      'the login shell does not find programs',
      "Check PATH in the login shell's start files.",
    );
  }
  if (/sudo: (command )?not found|No such file/.test(output)) {
    return failed(
      'BECOME_FAILED',
      'sudo is not installed',
      'Install sudo on the target, or log in as that user.',
    );
  }
  return failed(
    'BECOME_FAILED',
    'sudo ended before the shell began',
    'Try the same sudo by hand on the target, and look at the login shell and its start files.',
  );
}

export function wrongPassword(become: BecomeOptions, at: string): RtprovError {
  return transportError(
    'BECOME_PASSWORD_WRONG',
    `sudo to ${become.user} failed on ${at}: the password was refused`,
    {
      hint: "Check ansible_become_password: sudo asks for the login user's own password, unless sudoers says otherwise.",
    },
  );
}
