/** Amounts in words: resources and what is done beside them, each with its unit. */
import type { HostChanges } from '../engine/run/events.js';
import { count } from './duration.js';

/** `2 resources`, `1 resource and 3 commands`, `1 command`. */
export function amountText({ resources, actions }: HostChanges, action: string): string {
  if (actions === 0) return count(resources, 'resource');
  if (resources === 0) return count(actions, action);
  return `${count(resources, 'resource')} and ${count(actions, action)}`;
}

/** `Changed 2 resources and did 1 other action`. */
export function changeText(
  { resources, actions }: HostChanges,
  verbs: { readonly change: string; readonly act: string },
): string {
  const others = actions === 0 ? '' : ` and ${verbs.act} ${count(actions, 'other action')}`;
  return `${verbs.change} ${count(resources, 'resource')}${others}`;
}
