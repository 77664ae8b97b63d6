/** Digests that results report. Ansible's `checksum` is SHA-1. */
import { createHash } from 'node:crypto';

export type DigestName = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'md5';

export function digest(name: DigestName, content: Buffer): string {
  return createHash(name).update(content).digest('hex');
}
