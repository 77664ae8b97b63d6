/**
 * known_hosts files: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". Names are patterns (`*`, `?`, `!` to negate) or HMAC-SHA1
 * hashes; a port other than 22 is written `[host]:port`. Read here and not by ssh-keygen: a process per host costs more
 * than the rest of the check.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

export interface KnownHostsEntry {
  readonly file: string;
  readonly line: number;
  readonly marker?: 'revoked' | 'cert-authority';
  readonly names: string;
  readonly keyType: string;
  /** The key in the wire format of RFC 4253, base64. */
  readonly key: string;
}

/** Lines that cannot be understood are skipped, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): KnownHostsEntry[] {
  const entries: KnownHostsEntry[] = [];
  text.split('\n').forEach((content, index) => {
    const words = content.trim().split(/[ \t]+/);
    if (words[0] === '' || words[0]?.startsWith('#') === true) return;
    const marker = words[0]?.startsWith('@') === true ? words.shift()?.slice(1) : undefined;
    const [names, keyType, key] = words;
    if (names === undefined || keyType === undefined || key === undefined) return;
    if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') return;
    if (embeddedType(key) !== keyType) return;
    entries.push({ file, line: index + 1, names, keyType, key, ...(marker === undefined ? {} : { marker }) });
  });
  return entries;
}

/** The type that is inside a base64 key, or undefined when it is not a key. */
function embeddedType(key: string): string | undefined {
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length < 4) return undefined;
  const length = bytes.readUInt32BE(0);
  return length <= bytes.length - 4 ? bytes.toString('latin1', 4, 4 + length) : undefined;
}

const cache = new Map<string, Promise<readonly KnownHostsEntry[]>>();

/** Reads a file once a process; a file that is not there has no entries. `forgetKnownHosts` after writing. */
export async function readKnownHosts(file: string): Promise<readonly KnownHostsEntry[]> {
  let entries = cache.get(file);
  if (entries === undefined) {
    entries = readFile(file, 'utf8').then(
      (text) => parseKnownHosts(text, file),
      () => [],
    );
    cache.set(file, entries);
  }
  return await entries;
}

export function forgetKnownHosts(file: string): void {
  cache.delete(file);
}

/** The name under which a host's keys stand: `host`, or `[host]:port` when the port is not 22. Lower case. */
export function knownHostsName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** Whether the first field of an entry speaks of `name`. A negated pattern that fits rules the whole entry out. */
export function namesMatch(names: string, name: string): boolean {
  if (names.startsWith('|')) return hashMatches(names, name);
  let found = false;
  for (const pattern of names.split(',')) {
    const negated = pattern.startsWith('!');
    if (!patternMatches(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

function hashMatches(names: string, name: string): boolean {
  const [, version, salt = '', hash = ''] = names.split('|');
  if (version !== '1') return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

function patternMatches(pattern: string, name: string): boolean {
  const lower = pattern.toLowerCase();
  if (!/[*?]/.test(lower)) return lower === name;
  const source = lower
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(name);
}

/** `|1|salt|hash`, as HashKnownHosts writes. */
export function hashName(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

/** `SHA256:...` as ssh-keygen -l prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
