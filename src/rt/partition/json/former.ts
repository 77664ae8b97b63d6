/**
 * The former plan, read back from the target. It only says where guests were: what of it cannot be understood is left out, and
 * such a guest is placed as a new one. So a damaged file, or one of a later version, never stops a plan.
 */
import { cpuSet, CpuListFault, parseCpuList, type CpuSet } from '../../cpus/cpu-list.js';
import type { FormerPlace, PlanDiagnostic } from '../model.js';
import { planVersion } from './json.js';

/** Where a host keeps its plan, unless the module gets another path. */
export const planFile = '/etc/rtprov/partition.json';

export interface Former {
  readonly places: readonly FormerPlace[];
  /** What could not be read, each a clause. */
  readonly problems: readonly string[];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}

/** The highest number that a kernel can have is far below. */
const highestCpu = 8191;

function isCpu(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= highestCpu;
}

function cpusOf(value: unknown): CpuSet | undefined {
  if (typeof value === 'string') {
    const cpus = parseCpuList(value);
    return cpus instanceof CpuListFault ? undefined : cpus;
  }
  return Array.isArray(value) && value.every(isCpu) ? cpuSet(value) : undefined;
}

function maskOf(cache: unknown, name: string): { readonly cacheMask?: string } {
  const group = isObject(cache) && Object.hasOwn(cache, name) ? cache[name] : undefined;
  const schemata = isObject(group) ? group['schemata'] : undefined;
  if (!Array.isArray(schemata) || !schemata.every((line) => typeof line === 'string')) return {};
  return { cacheMask: schemata.join('\n') };
}

/** The nodes of a guest; damaged ones are left out, as those of an old plan are. */
function nodesOf(value: unknown): { readonly nodes?: readonly number[] } {
  return Array.isArray(value) && value.every(isCpu) ? { nodes: cpuSet(value) } : {};
}

function place(
  kind: 'guest' | 'reservation',
  name: string,
  value: unknown,
  cache: unknown,
): FormerPlace | string {
  const damaged = `the place of the ${kind} ${name} cannot be read`;
  if (!isObject(value)) return damaged;
  const cpus = cpusOf(kind === 'guest' ? value['vcpus'] : value['cpus']);
  const demand = value['demand'];
  if (cpus === undefined || typeof demand !== 'string') return damaged;
  if (kind === 'reservation') return { name, kind, demand, cpus };
  return { name, kind, demand, cpus, ...nodesOf(value['nodes']), ...maskOf(cache, name) };
}

/** @param text The file's text; empty: there was no plan before. */
export function formerFrom(text: string): Former {
  if (text.trim() === '') return { places: [], problems: [] };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { places: [], problems: ['the former plan is not JSON'] };
  }
  if (!isObject(json)) return { places: [], problems: ['the former plan is not a JSON object'] };
  const { version, guests, reservations, cache } = json;
  const found = [
    ...entries(guests).map(([name, value]) => place('guest', name, value, cache)),
    ...entries(reservations).map(([name, value]) => place('reservation', name, value, cache)),
  ];
  const later =
    typeof version === 'number' && version > planVersion
      ? [`the former plan is of version ${version}, and this program knows ${planVersion}`]
      : [];
  return {
    places: found.filter((one) => typeof one !== 'string'),
    problems: [...later, ...found.filter((one) => typeof one === 'string')],
  };
}

/** So many places that cannot be read are reported one by one. */
const shownProblems = 8;

/** The same for a plan that is made now: what could not be read is a warning. With `replan` nothing of it holds, and it says only what running guests have. */
export function formerOf(
  text: string,
  replan: boolean,
): { readonly places: readonly FormerPlace[]; readonly diagnostics: readonly PlanDiagnostic[] } {
  const { places, problems } = formerFrom(text);
  if (replan) return { places, diagnostics: [] };
  const more = problems.length - shownProblems;
  const shown = [
    ...problems.slice(0, shownProblems),
    ...(more > 0 ? [`${more} more of its places cannot be read`] : []),
  ];
  const diagnostics = shown.map((problem): PlanDiagnostic => ({
    code: 'PLAN_FORMER',
    severity: 'warning',
    message: `${problem}, so what it says is not kept`,
    origin: ['host'],
  }));
  return { places, diagnostics };
}
