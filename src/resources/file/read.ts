/** The script that reads the states of paths. */
import { quote, raw, type Shell } from '../../shell/shell.js';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import type { ReadRequest } from '../resource.js';
import { chunked, shellPath } from './names.js';

const letters = { meta: 'm', content: 'c', tree: 't' } as const;

/** One request of each name, the deepest that was asked for. */
export function merged(requests: readonly ReadRequest<'file'>[]): ReadRequest<'file'>[] {
  const order = ['meta', 'content', 'tree'] as const;
  const byName = new Map<string, ReadRequest<'file'>>();
  for (const request of requests) {
    const known = byName.get(request.name);
    const deeper =
      known === undefined || order.indexOf(request.depth ?? 'meta') > order.indexOf(known.depth ?? 'meta');
    if (deeper) byName.set(request.name, request);
  }
  return [...byName.values()];
}

/** The requests in the parts that one call of the shell function reads. */
export function readParts(requests: readonly ReadRequest<'file'>[]): ReadRequest<'file'>[][] {
  return chunked(merged(requests), (request) => Buffer.byteLength(request.name));
}

export function read(requests: readonly ReadRequest<'file'>[]): Shell {
  const calls = readParts(requests).map((part) => {
    const words = part.map((request) => {
      if (request.depth === 'tree' && shellPath(request.name) === '/') {
        throw new RtprovError('READ_FAILED', 'The tree of / is not read.');
      }
      return `${letters[request.depth ?? 'meta']} ${quote(shellPath(request.name))}`;
    });
    return `rtp_file_read ${words.join(' \\\n  ')}`;
  });
  return raw(calls.join('\n'));
}
