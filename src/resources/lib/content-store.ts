/** The bytes that states name by their sha256, kept in memory for one run. */
import { createHash } from 'node:crypto';
import type { ContentStore } from '../resource.js';

/** sha256 of bytes or UTF-8 text, lower-case hex. */
export function sha256Of(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

export class MemoryContentStore implements ContentStore {
  private readonly contents = new Map<string, Buffer>();

  has(sha256: string): boolean {
    return this.contents.has(sha256);
  }

  get(sha256: string): Buffer | undefined {
    return this.contents.get(sha256);
  }

  put(content: Buffer): string {
    const sha256 = sha256Of(content);
    if (!this.contents.has(sha256)) this.contents.set(sha256, Buffer.from(content));
    return sha256;
  }
}
