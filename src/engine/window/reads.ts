/** Reads of states as parts of a script: one a kind, whose answers become states. */
import { readFailed } from '../../resources/lib/output.js';
import { kindOf } from '../../resources/registry.js';
import type { ContentStore, KindName, ReadRequest, State } from '../../resources/resource.js';
import type { Part, PartOutput } from './batch.js';

function byKind(requests: readonly ReadRequest[]): ReadonlyMap<KindName, readonly ReadRequest[]> {
  const groups = new Map<KindName, ReadRequest[]>();
  for (const request of requests) {
    const group = groups.get(request.kind);
    if (group === undefined) groups.set(request.kind, [request]);
    else group.push(request);
  }
  return groups;
}

/** One part a kind, named PREFIX.KIND. */
export function readParts(
  requests: readonly ReadRequest[],
  prefix: string,
  always: boolean,
): readonly Part[] {
  return [...byKind(requests)].map(([kind, some]) => ({
    name: `${prefix}.${kind}`,
    script: kindOf(kind).read(some),
    ...(always ? { always: true } : {}),
  }));
}

/** States from the answers of `readParts`. Throws RtprovError READ_FAILED. */
export function parseReads(
  requests: readonly ReadRequest[],
  prefix: string,
  parts: ReadonlyMap<string, PartOutput>,
  store: ContentStore,
  failed: (kind: KindName, output: PartOutput | undefined) => Error,
): readonly { readonly request: ReadRequest; readonly state: State }[] {
  return [...byKind(requests)].flatMap(([kind, some]) => {
    const output = parts.get(`${prefix}.${kind}`);
    if (output?.status !== 0) throw failed(kind, output);
    const states = kindOf(kind).parse(some, output.stdout, store);
    return some.map((request) => {
      const state = states.get(request.name);
      if (state === undefined) throw failed(kind, output);
      // Neither a line nor a word of a script could hold it.
      const line = kindOf(kind).canon(request.name, state);
      if (/[\n\0]/.test(line)) throw readFailed(kind, line);
      return { request, state };
    });
  });
}
