/** What is said of words and options that a command does not have: Ansible's own are named with what to do instead. */
import { RtprovError } from '../diagnostics/diagnostic.js';
import { didYouMean, nearest } from '../diagnostics/nearest.js';

const noVault =
  'rtprov does not read Ansible vault yet. Decrypt the file first (ansible-vault decrypt), keep secrets outside the playbook and read them with lookup("env", ...), or give them with -e @FILE.';

/** Options of ansible-playbook that rtprov does not have. */
const ansible: Readonly<Record<string, string>> = {
  'ask-vault-pass': noVault,
  'ask-vault-password': noVault,
  J: noVault,
  'vault-id': noVault,
  'vault-pass-file': noVault,
  'vault-password-file': noVault,
  'become-method': 'Omit it: sudo is the only way to become another user.',
  'become-password-file':
    'Use --ask-become-pass, or ansible_become_password from lookup("env", ...) in group_vars.',
  'become-pass-file':
    'Use --ask-become-pass, or ansible_become_password from lookup("env", ...) in group_vars.',
  'connection-password-file': 'Use --ask-pass, or a key.',
  'conn-pass-file': 'Use --ask-pass, or a key.',
  connection: 'Set the variable instead: -e ansible_connection=local.',
  c: 'Set the variable instead: -e ansible_connection=local.',
  'flush-cache': 'Omit it: rtprov keeps no facts between runs.',
  'force-handlers': 'Write force_handlers: true in the play.',
  'module-path': 'rtprov runs no Python modules; docs/modules lists its modules.',
  M: 'rtprov runs no Python modules; docs/modules lists its modules.',
  'scp-extra-args':
    'Omit it: files go through the same connection. Arguments for ssh go into --ssh-common-args.',
  'sftp-extra-args':
    'Omit it: files go through the same connection. Arguments for ssh go into --ssh-common-args.',
  'ssh-extra-args': 'Use --ssh-common-args.',
};

const usual = 'See `rtprov --help` and `rtprov COMMAND --help`.';

/** A word in the place of a command; undefined when a command is named. */
function wordForCommand(words: readonly string[], commands: readonly string[]): string | undefined {
  return words.some((word) => commands.includes(word))
    ? undefined
    : words.find((word) => word !== '' && !word.startsWith('-'));
}

/** An option before the only word takes that word for its value, and yargs misses the word then and not the option. */
function unknownOption(words: readonly string[], known: readonly string[]): string | undefined {
  const end = words.indexOf('--');
  return (end === -1 ? words : words.slice(0, end))
    .map((word) => /^-(?:-(?:no-)?([a-z][a-z-]*)(?:=.*)?|([a-z]))$/is.exec(word))
    .map((found) => found?.[1] ?? found?.[2])
    .find((name) => name !== undefined && !known.includes(name));
}

/** `message` is yargs'; `known` are the names of the options that the command has, `words` what was written. */
export function usageError(
  message: string,
  known: readonly string[],
  words: readonly string[],
  commands: readonly string[],
): RtprovError {
  const word = wordForCommand(words, commands);
  if (word !== undefined)
    return new RtprovError('BAD_OPTION', `there is no command "${word}"`, {
      hint:
        didYouMean(word, commands) ??
        (/\.(?:ya?ml|ini|json)$/.test(word)
          ? 'The command comes first: rtprov run PLAYBOOK -i INVENTORY.'
          : `There are: ${commands.join(', ')}.`),
    });
  if (message.startsWith('Not enough non-option arguments')) {
    const name = unknownOption(words, known);
    if (name !== undefined) return noOption([name], known);
    const command = words.find((one) => commands.includes(one)) ?? '';
    return new RtprovError('BAD_OPTION', `a word is missing after "${command}"`, {
      hint: `See \`rtprov ${command} --help\`.`,
    });
  }
  const short = /^Not enough arguments following: (?<name>.*)$/s.exec(message)?.groups?.['name'];
  if (short !== undefined)
    return new RtprovError('BAD_OPTION', `${shownOption(short)} needs a value`, {
      hint: `Write it after the option: ${shownOption(short)} VALUE.`,
    });
  const listed = /^Unknown arguments?: (?<names>.*)$/s.exec(message)?.groups?.['names'];
  // yargs names `--flush-cache` a second time as flushCache.
  const names = (listed ?? '')
    .split(', ')
    .filter((name) => !/[a-z][A-Z]/.test(name) || !listed?.includes('-'));
  const [first = ''] = names;
  if (listed === undefined || first === '') return new RtprovError('BAD_OPTION', message, { hint: usual });
  if (words.includes(first))
    return new RtprovError('BAD_OPTION', `unexpected argument "${first}"`, { hint: usual });
  return noOption(names, known);
}

const shownOption = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

function noOption(names: readonly string[], known: readonly string[]): RtprovError {
  const [first = ''] = names;
  const shown = names.map(shownOption).join(', ');
  const near =
    first.length === 1
      ? undefined
      : nearest(
          first,
          known.filter((name) => name.length > 1),
        );
  const hint = Object.hasOwn(ansible, first) ? ansible[first] : near && `Did you mean --${near}?`;
  return new RtprovError('BAD_OPTION', `there is no option ${shown}`, { hint: hint ?? usual });
}
