/** What packages ship, from `tar -tv --full-time` and the bytes of the files that matter. */
import { createHash } from 'node:crypto';
import type { FileState } from '../file/state.js';

export interface Listed {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly target?: string;
}

/** `-rwxr-sr-t` as four octal digits. */
export function octalMode(permissions: string): string {
  let mode = 0;
  for (let at = 0; at < 9; at += 1) {
    const char = permissions.charAt(at + 1);
    mode = mode * 2 + (char === '-' || char === 'S' || char === 'T' ? 0 : 1);
  }
  const special = (at: number, chars: string, bit: number): number =>
    chars.includes(permissions.charAt(at)) ? bit : 0;
  return (
    String(special(3, 'sS', 4) + special(6, 'sS', 2) + special(9, 'tT', 1)) +
    mode.toString(8).padStart(3, '0')
  );
}

const listedLine =
  /^([-dlhcbp])([-rwxsStT]{9})\S* ([^/ ]+)\/(\S+) +\S+ \d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:\.\d+)?)? (.*)$/;

export function parseListed(line: string): Listed | undefined {
  const [, kind, permissions, owner, group, rest] = listedLine.exec(line) ?? [];
  if (
    kind === undefined ||
    permissions === undefined ||
    owner === undefined ||
    group === undefined ||
    rest === undefined
  ) {
    return undefined;
  }
  const [name = '', target] =
    kind === 'l' ? rest.split(' -> ') : kind === 'h' ? rest.split(' link to ') : [rest];
  const path = name.replace(/^\.?\/?/, '/').replace(/(.)\/$/, '$1');
  const type =
    kind === 'd' ? 'directory' : kind === 'l' ? 'link' : kind === '-' || kind === 'h' ? 'file' : 'other';
  return {
    path,
    mode: octalMode(kind + permissions),
    owner,
    group,
    type,
    ...(target === undefined ? {} : { target }),
  };
}

/** The state of a shipped path; undefined for files whose bytes were not brought along. */
export function shippedState(listed: Listed, content: Buffer | undefined): FileState | undefined {
  const { mode, owner, group } = listed;
  if (listed.type === 'directory') return { type: 'directory', mode, owner, group };
  if (listed.type === 'link') return { type: 'link', target: listed.target ?? '', owner, group };
  if (listed.type === 'other' || content === undefined) return undefined;
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { type: 'file', mode, owner, group, sha256, size: content.length };
}

/** The same path in a root file system with merged /usr: /lib/x is /usr/lib/x. */
export function otherPath(path: string): string | undefined {
  if (/^\/(bin|sbin|lib|lib32|lib64|libx32)\//.test(path)) return `/usr${path}`;
  if (/^\/usr\/(bin|sbin|lib|lib32|lib64|libx32)\//.test(path)) return path.slice(4);
  return undefined;
}
