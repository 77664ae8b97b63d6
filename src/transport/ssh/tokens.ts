/** `~`, `${NAME}` and percent tokens in paths and commands of ssh_config(5), TOKENS. `ssh -G` prints some unexpanded. */
import { createHash } from 'node:crypto';
import { homedir, hostname, userInfo } from 'node:os';
import { transportError } from '../errors.js';

export interface TokenValues {
  /** The name as given on the command line, and the one that is connected to. */
  readonly originalHost: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeyAlias?: string | undefined;
  readonly proxyJump?: string | undefined;
}

export function expandTokens(text: string, values: TokenValues): string {
  return text.replace(/%(.)/g, (_, token: string) => {
    switch (token) {
      case '%':
        return '%';
      case 'h':
        return values.host;
      case 'n':
        return values.originalHost;
      case 'p':
        return String(values.port);
      case 'r':
        return values.user;
      case 'u':
        return userInfo().username;
      case 'i':
        return String(userInfo().uid);
      case 'd':
        return homedir();
      case 'l':
        return hostname();
      case 'L':
        return hostname().split('.')[0] ?? '';
      case 'k':
        return values.hostKeyAlias ?? values.originalHost;
      case 'j':
        return values.proxyJump ?? '';
      case 'C':
        return createHash('sha1')
          .update(hostname() + values.host + String(values.port) + values.user + (values.proxyJump ?? ''))
          .digest('hex');
      default:
        throw transportError('SSH_CONFIG', `unknown token %${token} in ${JSON.stringify(text)}`);
    }
  });
}

/** A path with `~`, `${NAME}` and tokens expanded. */
export function expandPath(path: string, values: TokenValues): string {
  const named = path.replace(/\$\{(\w+)\}/g, (_, name: string) => process.env[name] ?? '');
  const home = named === '~' || named.startsWith('~/') ? homedir() + named.slice(1) : named;
  return expandTokens(home, values);
}
