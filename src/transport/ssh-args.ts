/**
 * Arguments of ssh given as one string (ansible_ssh_common_args and the like). They are handed to `ssh -G`, which
 * knows what they mean; here they are only split, and what makes no sense for a connection of rtprov is refused.
 */
import { transportError } from './errors.js';

/** Flags with a value that are honoured. */
const WITH_VALUE = new Set(['-o', '-i', '-p', '-J', '-F', '-l']);
/** Flags with a value that would change how a connection is made or what it is used for, and which are not honoured. */
const REFUSED: Readonly<Record<string, string>> = {
  '-b': 'BindAddress',
  '-B': 'BindInterface',
  '-c': 'Ciphers',
  '-m': 'MACs',
  '-I': 'PKCS11Provider',
  '-D': 'DynamicForward',
  '-L': 'LocalForward',
  '-R': 'RemoteForward',
  '-w': 'TunnelDevice',
  '-W': 'StdioForward',
};
/** Flags without one. Multiplexing, forwarding and output flags are accepted and mean nothing here: nothing gets less safe by it. */
const PLAIN = new Set([
  '-4',
  '-6',
  '-A',
  '-a',
  '-C',
  '-K',
  '-k',
  '-q',
  '-T',
  '-t',
  '-v',
  '-x',
  '-X',
  '-Y',
  '-y',
  '-n',
  '-N',
]);

/** Options of ssh_config(5) for -o that ask for what rtprov does not do, in lower case. Each has a value that asks for nothing. */
const REFUSED_OPTIONS: ReadonlySet<string> = new Set([
  'bindaddress',
  'bindinterface',
  'casignaturealgorithms',
  'certificatefile',
  'ciphers',
  'dynamicforward',
  'gssapiauthentication',
  'gssapikeyexchange',
  'hostbasedauthentication',
  'hostkeyalgorithms',
  'kexalgorithms',
  'knownhostscommand',
  'localcommand',
  'localforward',
  'macs',
  'permitlocalcommand',
  'pkcs11provider',
  'proxyusefdpass',
  'pubkeyacceptedalgorithms',
  'remotecommand',
  'remoteforward',
  'requiredrsasize',
  'securitykeyprovider',
  'sendenv',
  'setenv',
  'stdioforward',
  'tunnel',
  'tunneldevice',
  'verifyhostkeydns',
]);

/** Gives the arguments one word each, `-oName=value` as `-o`, `Name=value`. Errors: SSH_CONFIG. */
export function parseSshArgs(text: string): string[] {
  const given = splitWords(text);
  const words: string[] = [];
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] ?? '';
    const flag = word.slice(0, 2);
    const option = REFUSED[flag];
    if (option !== undefined)
      throw bad(`${flag} (${option}) is not honoured by rtprov, and is not dropped in silence`);
    if (WITH_VALUE.has(flag)) {
      const value = word.length > 2 ? word.slice(2) : given[(at += 1)];
      if (value === undefined) throw bad(`${flag} has no value`);
      if (flag === '-o') checkOption(value);
      words.push(flag, value);
    } else if (PLAIN.has(word)) {
      if (word === '-4' || word === '-6') words.push(word);
    } else {
      throw bad(`${word} is not understood`);
    }
  }
  return words;
}

/** Refuses an option of ssh_config(5) which asks for something that would not be done. */
function checkOption(text: string): void {
  const [, name = '', value = ''] = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+|$)(.*)$/.exec(text) ?? [];
  if (!REFUSED_OPTIONS.has(name.toLowerCase()) || /^(?:no|none|any|default)?$/i.test(value.trim())) return;
  throw bad(`the option ${name} is not honoured by rtprov, and is not dropped in silence`);
}

function bad(why: string): Error {
  return transportError('SSH_CONFIG', `cannot use the ssh arguments: ${why}`, {
    hint: 'Understood are -o, -i, -p, -J, -F, -l, -4 and -6; docs/connections.md names the options for -o. Take the others out.',
  });
}

/** Splits as a POSIX shell would, without expansions: spaces, single and double quotes, backslashes. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoteMark = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\' && quoteMark !== "'") {
      at += 1;
      word = (word ?? '') + text.charAt(at);
    } else if (quoteMark !== '') {
      if (char === quoteMark) quoteMark = '';
      else word = (word ?? '') + char;
    } else if (char === "'" || char === '"') {
      quoteMark = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quoteMark !== '') throw bad('a quote is not closed');
  if (word !== undefined) words.push(word);
  return words;
}
