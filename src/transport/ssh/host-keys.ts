/** Decides on a host key: known, unknown, changed, revoked; and which key types to ask the server for. */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import type { RtprovError } from '../../diagnostics/diagnostic.js';
import { messageOf, transportError } from '../errors.js';
import {
  fingerprint,
  forgetKnownHosts,
  hashName,
  type KnownHostsEntry,
  knownHostsName,
  namesMatch,
  readKnownHosts,
} from './known-hosts.js';
import type { HostKeyChecking } from '../types.js';

export interface HostKeyPolicy {
  readonly host: string;
  readonly port: number;
  /** HostKeyAlias: is in the files as it is, without a port. */
  readonly alias?: string;
  readonly userFiles: readonly string[];
  readonly globalFiles: readonly string[];
  readonly checking: HostKeyChecking;
  readonly hashNames: boolean;
  /** `host:port as user`, for messages. */
  readonly at: string;
}

const nameOf = (policy: HostKeyPolicy) =>
  policy.alias?.toLowerCase() ?? knownHostsName(policy.host, policy.port);

/** Every entry that speaks of the host, user files first. */
export async function entriesFor(
  policy: HostKeyPolicy,
  name: string = nameOf(policy),
): Promise<readonly KnownHostsEntry[]> {
  const files = await Promise.all(
    [...policy.userFiles, ...policy.globalFiles].map((file) => readKnownHosts(file)),
  );
  return files.flat().filter((entry) => namesMatch(entry.names, name));
}

const ALGORITHMS: ReadonlyMap<string, readonly ServerHostKeyAlgorithm[]> = new Map([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);

/** The algorithms to offer, those of known keys first (as ssh_config(5) HostKeyAlgorithms says of OpenSSH). */
export function preferredAlgorithms(entries: readonly KnownHostsEntry[]): ServerHostKeyAlgorithm[] {
  const known = new Set(entries.filter((entry) => entry.marker === undefined).map((entry) => entry.keyType));
  const types = [...ALGORITHMS.keys()];
  const sorted = [...types.filter((type) => known.has(type)), ...types.filter((type) => !known.has(type))];
  return sorted.flatMap((type) => ALGORITHMS.get(type) ?? []);
}

/** Resolves when the key may be trusted; else rejects with a HOST_KEY_ error. */
export async function checkHostKey(policy: HostKeyPolicy, key: Buffer): Promise<void> {
  const entries = await entriesFor(policy);
  const base64 = key.toString('base64');
  const keyType = key.toString('latin1', 4, 4 + key.readUInt32BE(0));
  const revoked = entries.find((entry) => entry.marker === 'revoked' && entry.key === base64);
  if (revoked !== undefined) throw revokedKey(policy, revoked, key);
  const plain = entries.filter((entry) => entry.marker === undefined);
  if (plain.some((entry) => entry.key === base64)) return;
  if (entries.length === 0 && policy.port !== 22 && policy.alias === undefined) {
    // Like OpenSSH: a key that is known for the host without a port will do.
    const portless = await entriesFor(policy, policy.host.toLowerCase());
    const twin = portless.find((entry) => entry.marker === 'revoked' && entry.key === base64);
    if (twin !== undefined) throw revokedKey(policy, twin, key);
    if (portless.some((entry) => entry.marker === undefined && entry.key === base64)) return;
  }
  const sameType = plain.find((entry) => entry.keyType === keyType);
  const other = sameType ?? plain[0];
  if (other !== undefined) throw changedKey(policy, other, keyType, key, sameType !== undefined);
  const authority = entries.find((entry) => entry.marker === 'cert-authority');
  if (authority !== undefined) throw certificateOnly(policy, authority);
  if (policy.checking === 'strict') throw unknownKey(policy, keyType, key);
  await addKey(policy, keyType, base64);
}

async function addKey(policy: HostKeyPolicy, keyType: string, base64: string): Promise<void> {
  const file = policy.userFiles[0];
  if (file === undefined || file === 'none') return;
  const name = nameOf(policy);
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const before = await readFile(file, 'utf8').catch(() => '');
    const lineEnd = before === '' || before.endsWith('\n') ? '' : '\n';
    const line = `${policy.hashNames ? hashName(name) : name} ${keyType} ${base64}\n`;
    await appendFile(file, lineEnd + line, { mode: 0o600 });
  } catch (cause) {
    throw transportError(
      'HOST_KEY_UNKNOWN',
      `cannot add the host key of ${policy.at} to ${file}: ${messageOf(cause)}`,
      {
        cause,
        hint: 'Make the file writable, or add the key by hand.',
      },
    );
  }
  forgetKnownHosts(file);
}

const scan = (policy: HostKeyPolicy) =>
  `ssh-keyscan ${policy.port === 22 ? '' : `-p ${policy.port} `}${policy.host}`;

function unknownKey(policy: HostKeyPolicy, keyType: string, key: Buffer): RtprovError {
  const files = [...policy.userFiles, ...policy.globalFiles].join(', ');
  return transportError(
    'HOST_KEY_UNKNOWN',
    `the host key of ${policy.at} is not known: ${keyType} ${fingerprint(key)} is in none of ${files}`,
    {
      hint: `Compare the fingerprint on the host's console (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then add the key (${scan(policy)} >> ${policy.userFiles[0] ?? '~/.ssh/known_hosts'}), or allow new keys with accept-new.`,
    },
  );
}

function changedKey(
  policy: HostKeyPolicy,
  entry: KnownHostsEntry,
  keyType: string,
  key: Buffer,
  sameType: boolean,
): RtprovError {
  const name = nameOf(policy);
  const expected = `${entry.keyType} ${fingerprint(Buffer.from(entry.key, 'base64'))}`;
  const why = sameType ? 'has changed' : 'is of another type than the known one';
  return transportError(
    'HOST_KEY_CHANGED',
    `the host key of ${policy.at} ${why}: ${entry.file}:${entry.line} says ${expected}, the host shows ${keyType} ${fingerprint(key)}`,
    {
      hint: `Someone may be listening in, or the host was reinstalled. Only if you know that it was reinstalled: ssh-keygen -R '${name}' -f ${entry.file}, then add the new key.`,
    },
  );
}

function revokedKey(policy: HostKeyPolicy, entry: KnownHostsEntry, key: Buffer): RtprovError {
  return transportError(
    'HOST_KEY_REVOKED',
    `the host key of ${policy.at} (${fingerprint(key)}) is marked @revoked at ${entry.file}:${entry.line}`,
    {
      hint: 'The key must not be used any more. Give the host a new one (ssh-keygen -A after removing the old).',
    },
  );
}

function certificateOnly(policy: HostKeyPolicy, entry: KnownHostsEntry): RtprovError {
  return transportError(
    'HOST_KEY_UNKNOWN',
    `the host key of ${policy.at} is only vouched for by @cert-authority at ${entry.file}:${entry.line}; rtprov cannot check host certificates`,
    { hint: `Add the host's own key to known_hosts as well: ${scan(policy)}` },
  );
}
