/**
 * Classes of unlike cores. x86 names them by PMU (`/sys/devices/cpu_core/cpus`, `cpu_atom`; tools/perf/Documentation/intel-hybrid.txt), ARM
 * by cpu_capacity (Documentation/scheduler/sched-capacity.rst). Maximum frequencies say nothing: favoured cores of one kind
 * have their own.
 */
import type { Core } from '../topology/model.js';

export interface CoreClasses {
  /** For each core its class; 0 is the highest. */
  readonly classOf: readonly number[];
  /** One for each class; a single `cores` where all are alike. */
  readonly names: readonly string[];
}

/** A new class begins where a capacity is more than this many times the one before it. */
const step = 1.2;

function byPmu(cores: readonly Core[]): CoreClasses {
  return {
    classOf: cores.map(({ pmu }) => (pmu === 'core' ? 0 : 1)),
    names: ['P-cores', 'E-cores'],
  };
}

/** The classes' capacities, highest first. */
function capacityGroups(capacities: readonly number[]): readonly (readonly number[])[] {
  const groups: number[][] = [];
  for (const capacity of [...new Set(capacities)].sort((a, b) => a - b)) {
    const last = groups[0]?.at(-1);
    if (last === undefined || capacity > last * step) groups.unshift([capacity]);
    else groups[0]?.push(capacity);
  }
  return groups;
}

export function coreClasses(cores: readonly Core[]): CoreClasses {
  const fast = cores.filter(({ pmu }) => pmu === 'core').length;
  if (fast > 0 && fast < cores.length) return byPmu(cores);
  const capacities = cores.flatMap(({ capacity }) => capacity ?? []);
  const groups = capacityGroups(capacities);
  // A capacity that is missing for some would put them into a class by accident.
  if (groups.length < 2 || capacities.length < cores.length) {
    return { classOf: cores.map(() => 0), names: ['cores'] };
  }
  return {
    classOf: capacities.map((capacity) => groups.findIndex((group) => group.includes(capacity))),
    names: groups.map((group) => {
      const [lowest, highest] = [group[0] ?? 0, group.at(-1) ?? 0];
      return `cores of capacity ${lowest === highest ? highest : `${lowest}-${highest}`}`;
    }),
  };
}
