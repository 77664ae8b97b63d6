import type { ResourceId } from '../resource.js';

/** What GRUB boots always (`default`), or once (`next`). */
export function bootEntry(name: 'default' | 'next'): ResourceId<'boot_entry'> {
  return { kind: 'boot_entry', name };
}

export function isBootEntry(id: ResourceId): boolean {
  return id.kind === 'boot_entry';
}
