/** Which steps of a window may change a resource that a later step of it is for: what they left of it is no drift then. Pure. */
import type { Change } from '../../resources/resource.js';
import type { UserState } from '../../resources/user/state.js';
import type { WindowStep } from './steps.js';

const isOf = <K extends Change['id']['kind']>(change: Change, kind: K): change is Change<K> & Change =>
  change.id.kind === kind;

/** Parameters that the kernel keeps in step with others of another name (Documentation/admin-guide/sysctl). */
const twins: Readonly<Record<string, string>> = {
  ip_forward: 'forwarding',
  dirty_bytes: 'dirty_ratio',
  dirty_background_bytes: 'dirty_background_ratio',
  overcommit_kbytes: 'overcommit_ratio',
  nr_hugepages_mempolicy: 'nr_hugepages',
  perf_cpu_time_max_percent: 'perf_event_max_sample_rate',
  max_user_watches: 'max_inotify_watches',
  max_user_instances: 'max_inotify_instances',
};

/** `net.ipv4.conf.all.forwarding` sets that of each interface: the last part of the name says what belongs together. */
function family(name: string): string {
  const last = name.split(/[./]/).at(-1) ?? name;
  return twins[last] ?? last;
}

/** Groups that a user's state names, before and after. */
function groupsOf({ id, from, to }: Change<'user'>): readonly string[] {
  return [
    id.name,
    ...[from, to].flatMap(({ group, groups = [] }: UserState) => [group ?? id.name, ...groups]),
  ];
}

/** Accounts that a file's states name. */
function namesOf({ from, to }: Change): readonly string[] {
  return [from, to].flatMap((state) => ('owner' in state ? [state.owner, state.group] : []));
}

const systemd = /\/systemd\/|^\/etc\/(?:init\.d|rc.\.d)\//;

function above(path: string): readonly string[] {
  return [...path.matchAll(/.\//g)].map(({ index }) => path.slice(0, index + 1));
}

/** What steps of a window may have changed, besides what they are for. */
export class Disturbance {
  private acts = false;
  private commands = false;
  /** Paths that were changed, and all folders above them: a file is what it is but for what is above and below it. */
  private readonly paths = new Set<string>();
  private readonly folders = new Set<string>();
  private readonly others: Change[] = [];

  constructor(steps: readonly WindowStep['step'][] = []) {
    for (const step of steps) this.add(step);
  }

  add(step: WindowStep['step']): void {
    if (step.type === 'command') this.commands = true;
    else if (step.type === 'action') this.acts = true;
    else if (step.change.id.kind !== 'file') this.others.push(step.change);
    else {
      this.paths.add(step.change.id.name);
      for (const folder of above(step.change.id.name)) this.folders.add(folder);
    }
  }

  /** May they have changed the resource of this change? */
  reaches(later: Change): boolean {
    if (this.commands) return true;
    const { kind, name } = later.id;
    if (kind === 'file')
      return (
        this.others.some(({ id }) => id.kind === 'package' || namesOf(later).includes(id.name)) ||
        this.folders.has(name) ||
        [name, ...above(name)].some((path) => this.paths.has(path))
      );
    if (kind === 'unit' && (this.acts || [...this.paths].some((path) => systemd.test(path)))) return true;
    return this.others.some((change) => disturbs(change, later));
  }
}

/** Neither is a file. */
function disturbs(change: Change, later: Change): boolean {
  const { kind, name } = change.id;
  if (kind === later.id.kind && name === later.id.name) return true;
  switch (later.id.kind) {
    case 'unit':
      return kind === 'unit' || kind === 'package';
    case 'sysctl':
      return kind === 'module' || (kind === 'sysctl' && family(name) === family(later.id.name));
    case 'user':
      return (
        kind === 'group' &&
        isOf(later, 'user') &&
        groupsOf(later).some((group) => group === name || /^\d+$/.test(group))
      );
    case 'group':
      return kind === 'user' && name === later.id.name;
    case 'module':
      return kind === 'module';
    default:
      return kind === 'package';
  }
}
