import type { ReadRequest } from '../resource.js';

export type Depth = NonNullable<ReadRequest['depth']>;

export function fileRequest(path: string, depth: Depth = 'meta'): ReadRequest<'file'> {
  return { kind: 'file', name: path, ...(depth === 'meta' ? {} : { depth }) };
}
