/**
 * Arguments of ssh given as one string (ansible_ssh_common_args and the like). They are handed to `ssh -G`, which
 * knows what they mean; here they are only split, and what makes no sense for a connection of rtprov is refused.
 */
import { shellWords } from '../../shell/words.js';
import { transportError } from '../errors.js';

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

/**
 * Options of ssh_config(5) for -o, in lower case. These are honoured, or change nothing of what a connection of rtprov does or
 * how safe it is (multiplexing, terminals, what is logged). All others are refused: a list of what is refused would never be whole.
 */
const TAKEN_OPTIONS: ReadonlySet<string> = new Set(
  `addkeystoagent addressfamily batchmode canonicaldomains canonicalizefallbacklocal canonicalizehostname canonicalizemaxdots
  canonicalizepermittedcnames challengeresponseauthentication channeltimeout checkhostip clearallforwardings compression
  connectionattempts connecttimeout controlmaster controlpath controlpersist enableescapecommandline escapechar
  exitonforwardfailure fingerprinthash forkafterauthentication forwardagent forwardx11 forwardx11timeout forwardx11trusted
  gatewayports globalknownhostsfile gssapidelegatecredentials hashknownhosts hostkeyalias hostname identitiesonly identityagent
  identityfile ignoreunknown ipqos kbdinteractiveauthentication loglevel logverbose numberofpasswordprompts
  obscurekeystroketiming passwordauthentication port preferredauthentications proxycommand proxyjump pubkeyauthentication
  rekeylimit requesttty serveralivecountmax serveraliveinterval sessiontype stdinnull streamlocalbindmask streamlocalbindunlink
  stricthostkeychecking syslogfacility tcpkeepalive updatehostkeys user userknownhostsfile visualhostkey xauthlocation`.split(
    /\s+/,
  ),
);

/** Gives the arguments one word each, `-oName=value` as `-o`, `Name=value`. Errors: SSH_CONFIG. */
export function parseSshArgs(text: string): string[] {
  const split = shellWords(text);
  if (!split.ok) throw bad(split.what === 'quote' ? 'a quote is not closed' : 'they end with a backslash');
  const given = split.words.map((word) => word.text);
  const words: string[] = [];
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] ?? '';
    const flag = word.slice(0, 2);
    const option = REFUSED[flag];
    if (option !== undefined) throw bad(`${flag} (${option}) is not supported by rtprov`);
    if (WITH_VALUE.has(flag)) {
      const value = word.length > 2 ? word.slice(2) : given[(at += 1)];
      if (value === undefined || value === '') throw bad(`${flag} has no value`);
      if (flag === '-o') checkOption(value);
      if (flag === '-p') checkPort(value);
      words.push(flag, value);
    } else if (PLAIN.has(flag)) {
      if (flag === '-4' || flag === '-6') words.push(flag);
      // Several in one word, as in -vvv; the last may have a value.
      if (word.length > 2) given.splice(at + 1, 0, `-${word.slice(2)}`);
    } else {
      throw bad(`${word} is not supported`);
    }
  }
  return words;
}

/** Refuses an option of ssh_config(5) which asks for something that would not be done. OpenSSH allows quotes around its name. */
function checkOption(text: string): void {
  const [, name = '', value = ''] = /^[ \t]*"?([A-Za-z0-9]+)"?(?:\s*=\s*|\s+|$)(.*)$/.exec(text) ?? [];
  if (name === '') throw bad(`the option ${JSON.stringify(text)} has no name`);
  if (TAKEN_OPTIONS.has(name.toLowerCase())) {
    if (name.toLowerCase() === 'port') checkPort(value);
    return;
  }
  if (/^"?(?:no|none|any|default)"?$/i.test(value.trim()) && !CIPHER_LISTS.test(name)) return;
  throw bad(`the option ${name} is not supported by rtprov`);
}

/** `none` is not a value of these that asks for nothing. */
const CIPHER_LISTS = /^(?:ciphers?|macs|kexalgorithms)$|(?:algorithms|keytypes)$/i;

function checkPort(text: string): void {
  const port = text.trim().replace(/^"(.*)"$/, '$1');
  if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    throw bad(`${JSON.stringify(port)} is not a port number`);
}

function bad(why: string): Error {
  return transportError('SSH_CONFIG', `cannot use the ssh arguments: ${why}`, {
    hint: 'Supported are -o, -i, -p, -J, -F, -l, -4 and -6; docs/connections.md says which options -o may have. Remove the others.',
  });
}
