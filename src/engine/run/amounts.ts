/**
 * How much a run changes, counted from its events in one place, for what a person reads, for `--json` and for the record: so a plan, the
 * run after it, its record and its rollback name the same numbers.
 */
import type { Changes, HostChanges, RollbackVerdict, RunEvent, Undone } from './events.js';

/** Of several entries of one resource the one that a person has to know counts. */
const weight: Readonly<Record<RollbackVerdict, number>> = {
  same: 0,
  undone: 1,
  would_undo: 1,
  kept: 2,
  conflict: 3,
  failed: 4,
};

class Counted {
  private readonly names = new Map<string, Set<string>>();
  private readonly others = new Map<string, number>();

  /** A change of these resources; one that names none is an action. */
  add(host: string, resources: readonly string[]): void {
    const names = this.names.get(host) ?? new Set();
    for (const name of resources) names.add(name);
    this.names.set(host, names);
    if (resources.length === 0) this.others.set(host, (this.others.get(host) ?? 0) + 1);
  }

  byHost(): Changes {
    return Object.fromEntries(
      [...this.names].map(([host, names]): [string, HostChanges] => [
        host,
        { resources: names.size, actions: this.others.get(host) ?? 0 },
      ]),
    );
  }
}

interface Undoing {
  readonly resources: Map<string, RollbackVerdict>;
  readonly actions: RollbackVerdict[];
}

/** Fed with every event of a run. */
export class Amounts {
  private readonly changed = new Counted();
  private readonly made = new Counted();
  private readonly undoing = new Map<string, Undoing>();

  add(event: RunEvent): void {
    if (event.type === 'task_result' && event.status === 'changed' && event.dry !== true) {
      const host = event.delegate ?? event.host;
      const resources = event.diffs.map(({ resource }) => resource);
      (event.ran === true ? this.made : this.changed).add(host, resources);
    }
    if (event.type === 'task_result' && event.status !== 'changed' && event.left !== undefined)
      this.changed.add(event.delegate ?? event.host, event.left);
    if (event.type === 'rollback_started') this.undoingOf(event.host);
    if (event.type === 'rollback_entry') {
      const { resources, actions } = this.undoingOf(event.host);
      if (event.resource.startsWith('command: ')) actions.push(event.verdict);
      else {
        const known = resources.get(event.resource);
        if (known === undefined || weight[event.verdict] > weight[known])
          resources.set(event.resource, event.verdict);
      }
    }
  }

  /** As `run_finished` and the record have them. */
  all(): {
    readonly changes: Changes;
    readonly ran?: Changes;
    readonly undone?: Readonly<Record<string, Undone>>;
  } {
    const ran = this.made.byHost();
    return {
      changes: this.changed.byHost(),
      ...(Object.keys(ran).length === 0 ? {} : { ran }),
      ...(this.undoing.size === 0 ? {} : { undone: this.undone() }),
    };
  }

  private undone(): Readonly<Record<string, Undone>> {
    return Object.fromEntries(
      [...this.undoing].map(([host, { resources, actions }]) => {
        const verdicts = [...new Set([...resources.values(), ...actions])];
        const number = (all: Iterable<RollbackVerdict>, verdict: RollbackVerdict): number =>
          [...all].filter((one) => one === verdict).length;
        const counts = verdicts.map((verdict): [string, HostChanges] => [
          verdict,
          { resources: number(resources.values(), verdict), actions: number(actions, verdict) },
        ]);
        return [host, Object.fromEntries(counts)];
      }),
    );
  }

  private undoingOf(host: string): Undoing {
    const known = this.undoing.get(host) ?? { resources: new Map(), actions: [] };
    this.undoing.set(host, known);
    return known;
  }
}

/** Over all hosts. */
export function sumOf(changes: readonly HostChanges[]): HostChanges {
  return {
    resources: changes.reduce((sum, one) => sum + one.resources, 0),
    actions: changes.reduce((sum, one) => sum + one.actions, 0),
  };
}
