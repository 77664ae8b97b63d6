/** Lines of a resctrl `schemata` file: `L3:0=7ff;1=7ff` (Documentation/filesystems/resctrl.rst). */
import { hex } from './mask.js';

export type Masks = Readonly<Record<string, ReadonlyMap<number, bigint>>>;

/** One line a resource, ids ascending, without padding. */
export function formatSchemata(masks: Masks): string {
  return Object.entries(masks)
    .map(([resource, ids]) => {
      const parts = [...ids].sort(([a], [b]) => a - b).map(([id, mask]) => `${id}=${hex(mask)}`);
      return `${resource}:${parts.join(';')}`;
    })
    .join('\n');
}

/** The masks of cache resources. Lines of other resources (`MB:`), and what is not a mask, are skipped. */
export function parseSchemata(text: string): Masks {
  const masks: Record<string, Map<number, bigint>> = {};
  for (const line of text.split('\n')) {
    const [, resource, list] = /^\s*(L[0-9][A-Z]*):(.*)$/.exec(line) ?? [];
    if (resource === undefined || list === undefined) continue;
    const ids = new Map<number, bigint>();
    for (const part of list.split(';')) {
      const [, id, mask] = /^\s*(\d+)\s*=\s*([0-9a-fA-F]{1,16})\s*$/.exec(part) ?? [];
      if (id !== undefined && mask !== undefined) ids.set(Number(id), BigInt(`0x${mask}`));
    }
    masks[resource] = ids;
  }
  return masks;
}
