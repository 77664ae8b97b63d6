/** ProxyJump: the hops of a chain, each with its own settings, host key and authentication. */
import { transportError } from '../errors.js';

export interface Hop {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

/** Reads `[user@]host[:port],...` or `ssh://` forms, first hop first. Errors: SSH_CONFIG. */
export function parseJumps(text: string): readonly Hop[] {
  return text.split(',').map((part) => {
    const plain = part.trim().replace(/^ssh:\/\//, '');
    const match =
      /^(?:(.+)@)?(?:\[([^\]]+)\]|([^:@[\]]+|[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F:]*))(?::(\d+))?\/?$/.exec(
        plain,
      );
    const host = match?.[2] ?? match?.[3];
    if (host === undefined)
      throw transportError('SSH_CONFIG', `ProxyJump cannot be read: ${JSON.stringify(part)}`);
    return {
      host,
      ...(match?.[1] === undefined ? {} : { user: match[1] }),
      ...(match?.[4] === undefined ? {} : { port: Number(match[4]) }),
    };
  });
}
