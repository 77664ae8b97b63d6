/** `host`, `host:port`, `[::1]:22`, `::1` and ranges: the host name part of an inventory entry. */

import type { Diagnostics, SourceRange } from '../diagnostics/diagnostic.js';
import { expandRange, RangeFault } from './expand.js';

export interface Address {
  readonly names: readonly string[];
  readonly port?: number;
}

const IPV6 = /^(?=.*::|(?:[^:]*:){7}[^:]*$)[0-9a-fA-F:.]+(?:%\w+)?$/;
const HOST_PORT = /^((?:[^:[\]]|\[[^\]]*\])*):([^\]]*)$/;

const RANGE_SUMMARY = {
  HOST_RANGE_FORMAT: 'Bad host range',
  HOST_RANGE_REVERSED: 'Host range is reversed',
  HOST_RANGE_UNCLOSED: 'Bracket of a host range is missing',
  HOST_RANGE_TOO_BIG: 'Host range is too big',
} as const;

const RANGE_HINT = {
  HOST_RANGE_FORMAT: 'Write for instance web[01:12], db[a:c] or node[0:10:2].',
  HOST_RANGE_REVERSED: 'Write the lower bound first.',
  HOST_RANGE_UNCLOSED: 'Write for instance web[01:12].',
  HOST_RANGE_TOO_BIG: 'Check the bounds.',
} as const;

/** Splits an entry into host names and a port; faults are reported, and then nothing is returned. */
export function readAddress(
  entry: string,
  place: (from: number) => SourceRange,
  diagnostics: Diagnostics,
): Address | undefined {
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(entry);
  if (bracketed?.[1] !== undefined && IPV6.test(bracketed[1])) {
    return withPort([bracketed[1]], bracketed[2], entry, place, diagnostics);
  }
  if (IPV6.test(entry)) return { names: [entry] };
  const split = HOST_PORT.exec(entry);
  const pattern = split?.[1] ?? entry;
  try {
    const names = expandRange(pattern);
    if (badName(names[0] ?? '', place, diagnostics)) return undefined;
    return withPort(names, split?.[2], entry, place, diagnostics);
  } catch (error) {
    if (!(error instanceof RangeFault)) throw error;
    const { code, message, at } = error;
    diagnostics.error(code, RANGE_SUMMARY[code], message, place(at), RANGE_HINT[code]);
    return undefined;
  }
}

function withPort(
  names: readonly string[],
  port: string | undefined,
  entry: string,
  place: (from: number) => SourceRange,
  diagnostics: Diagnostics,
): Address | undefined {
  if (port === undefined) return { names };
  if (/^[0-9]{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)
    return { names, port: Number(port) };
  diagnostics.error(
    'HOST_BAD_PORT',
    'Bad port',
    port === '' ? `${entry} ends with a colon.` : `"${port}" is not a port between 1 and 65535.`,
    place(entry.length - port.length - (port === '' ? 1 : 0)),
    'Write host:port, [address]:port for IPv6, or the host alone. In a YAML file give it the extension .yml.',
  );
  return undefined;
}

function badName(name: string, place: (from: number) => SourceRange, diagnostics: Diagnostics): boolean {
  const bad = /[^\p{L}\p{N}_.%-]/u.exec(name);
  if (bad === null && name !== '' && !name.startsWith('-')) return false;
  diagnostics.error(
    'HOST_BAD_NAME',
    'Bad host name',
    bad === null ? `"${name}" is not a host name.` : `A host name cannot hold the character "${bad[0]}".`,
    place(0),
    hintFor(name),
  );
  return true;
}

function hintFor(name: string): string {
  if (name.includes('@')) return 'Give the user as a variable: ansible_user=NAME.';
  if (name.includes(',')) return 'In a file, write each host on its own line, without a comma.';
  if (name === '-') return 'Remove the dash: a line of an INI file begins with the name of the host.';
  return 'A name is made of letters, digits, ".", "-" and "_". Give an address with ansible_host=ADDRESS.';
}
