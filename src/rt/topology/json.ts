/** A topology as JSON: CPU sets as the kernel prints lists, masks in hexadecimal, maps as objects. See docs/facts.md. */
import type { GuestProcess } from '../../resources/topology/state.js';
import { formatCpuList, type CpuSet } from '../cpus/cpu-list.js';
import type { FoundPins } from '../partition/model.js';
import type { Topology } from './model.js';

type Fields = Readonly<Record<string, unknown>>;

export interface PresentUse {
  readonly processes: readonly GuestProcess[];
  readonly pins: readonly FoundPins[];
}

/** Keys that hold CPU sets; other lists of numbers, such as interrupts, stay lists. */
const cpuKeys: ReadonlySet<string> = new Set(
  'present online offline isolated nohzFull cpus affinity effective emulator'.split(' '),
);

function plain(value: unknown, key: string): unknown {
  if (typeof value === 'bigint') return value.toString(16);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([of, one]) => [String(of), plain(one, '')]));
  if (Array.isArray(value))
    return cpuKeys.has(key) ? formatCpuList(value as CpuSet) : value.map((one) => plain(one, ''));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([of, one]) => [of, plain(one, of)]));
}

/** Keys in the order of `Topology`; what the machine does not say has none. `guests` are processes and pins that were found. */
export function topologyJson(topology: Topology, guests: PresentUse): Fields {
  return { ...(plain(topology, '') as Fields), guests: plain(guests, '') };
}
