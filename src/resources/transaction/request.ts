/** The request that a transaction's name holds, as canonical JSON. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import type { TransactionRequest } from './state.js';

const keys = [
  'install',
  'remove',
  'purge',
  'autoremove',
  'upgrade',
  'latest',
  'allowDowngrade',
  'recommends',
  'defaultRelease',
  'updateCache',
  'cacheValidSeconds',
  'look',
] as const satisfies readonly (keyof TransactionRequest)[];

/** The name of the transaction resource: the same for requests that ask the same. */
export function transactionName(request: TransactionRequest): string {
  return JSON.stringify(
    Object.fromEntries(keys.filter((key) => request[key] !== undefined).map((key) => [key, request[key]])),
  );
}

/** A package as apt-get takes it: name, name:arch, name=version (both may be globs), name/release. */
const word = /^[A-Za-z0-9*?[\]][A-Za-z0-9+.:*?[\]!_-]*([=/][A-Za-z0-9.+~:*?[\]_-]+)?$/;

function checkWord(name: string): string {
  // apt-get would take `name-` for a removal.
  if (word.test(name) && !name.endsWith('-')) return name;
  throw new RtprovError('BAD_NAME', `"${name}" is not a package name for apt`);
}

/** Throws RtprovError BAD_NAME when the name is not a request. */
export function parseTransactionName(name: string): TransactionRequest {
  let request: TransactionRequest;
  try {
    request = JSON.parse(name) as TransactionRequest;
    request.install.forEach(checkWord);
    request.remove.forEach(checkWord);
  } catch (cause) {
    if (cause instanceof RtprovError) throw cause;
    throw new RtprovError('BAD_NAME', `"${name}" is not a package transaction`, { cause });
  }
  return request;
}

/** fnmatch(3) as Ansible matches package names, as a regular expression of awk. */
export function globPattern(glob: string): string {
  let pattern = '^';
  let rest = glob;
  while (rest !== '') {
    const set = /^\[(!?)([^\]]+)\]/.exec(rest);
    if (set) {
      pattern += `[${set[1] === '!' ? '^' : ''}${set[2] ?? ''}]`;
      rest = rest.slice(set[0].length);
      continue;
    }
    const char = rest.charAt(0);
    pattern += char === '*' ? '.*' : char === '?' ? '.' : /[a-z0-9:_-]/i.test(char) ? char : `[${char}]`;
    rest = rest.slice(1);
  }
  return `${pattern}$`;
}

export function isGlob(name: string): boolean {
  return /[*?[]/.test(name.split(/[=/]/)[0] ?? '');
}
