/** CPU lists of the inventory's variables. */
import { CpuListFault, highestCpu, parseCpuList, type CpuSet } from '../../cpus/cpu-list.js';
import type { Topology } from '../../topology/model.js';
import type { Value, Vars } from '../../../values/value.js';
import type { Housekeeping, Origin, PlanDiagnostic } from '../model.js';
import { check, inputFault } from './check.js';
import { variableSchemas } from './schema.js';

/** The variables of one machine, templates rendered. */
export interface MachineVars {
  readonly name: string;
  readonly vars: Vars;
}

/** What the machine says about how its variables are read. */
export interface MachineLimits {
  /** What `N` and the end of `all` stand for in a CPU list. */
  readonly lastCpu: number;
  /** Sizes of huge pages in bytes, ascending; empty: the kernel does not say. */
  readonly pageSizes: readonly number[];
}

export function limitsOf({ cpuIds, nodes }: Topology): MachineLimits {
  const sizes = new Set(nodes.flatMap(({ hugePages }) => hugePages.map(({ pageBytes }) => pageBytes)));
  return { lastCpu: cpuIds - 1, pageSizes: [...sizes].sort((a, b) => a - b) };
}

export function cpusOf(
  text: string,
  owner: string,
  path: Origin,
  lastCpu: number,
  faults: PlanDiagnostic[],
): CpuSet | undefined {
  // An absent CPU gets the planner's own diagnostic, with what the machine has.
  const cpus = parseCpuList(text, { lastCpu, highest: highestCpu });
  if (!(cpus instanceof CpuListFault)) return cpus;
  faults.push(inputFault(owner, path, `"${text}" is not a CPU list: ${cpus.message}`, quoted));
  return undefined;
}

export function listText(value: Value | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

const quoted = 'Write it as text such as "0-1,8".';

/** `rt_housekeeping_cpus` and `rt_isolated_cpus`: both or none. */
export function explicitLists(
  { vars }: MachineVars,
  owner: string,
  lastCpu: number,
  faults: PlanDiagnostic[],
): Extract<Housekeeping, { kind: 'lists' }> | { readonly kind: 'none' } | undefined {
  const names = ['rt_housekeeping_cpus', 'rt_isolated_cpus'] as const;
  const given = names.filter((name) => vars[name] !== undefined && vars[name] !== null);
  if (given.length === 0) return { kind: 'none' };
  const [only] = given;
  if (given.length === 1 && only !== undefined) {
    const other = names.find((name) => name !== only) ?? '';
    faults.push(
      inputFault(
        owner,
        [only],
        `is given without ${other}`,
        `Give both lists, or remove ${only} and let the plan choose.`,
      ),
    );
    return undefined;
  }
  const [housekeeping, isolated] = names.map((name) => {
    const text = check(variableSchemas[name], owner, name, vars[name] ?? null, faults);
    return text === undefined ? undefined : cpusOf(text, owner, [name], lastCpu, faults);
  });
  return housekeeping === undefined || isolated === undefined
    ? undefined
    : { kind: 'lists', housekeeping, isolated };
}
