/** What each host of a play is doing at the moment, kept from the events. */
import type { RunEvent, TaskResult } from '../engine/run/events.js';
import type { TaskStatus } from '../planner/outcome.js';
import { stepText } from './event-text.js';
import { oneLine } from './printable.js';
import { taskTitle } from './task-lines.js';

export type HostPhase = 'waiting' | 'active' | 'done' | 'failed' | 'unreachable';

export interface LiveHost {
  readonly name: string;
  phase: HostPhase;
  /** What it does, or did last. */
  doing: string;
  /** When the step began, in milliseconds of the caller's clock; undefined between steps. */
  since: number | undefined;
  ok: number;
  changed: number;
  failed: number;
  unknown: number;
}

type Counted = 'ok' | 'changed' | 'failed' | 'unknown';

function countedAs(status: TaskStatus): Counted | undefined {
  switch (status) {
    case 'ok':
    case 'changed':
    case 'unknown':
      return status;
    case 'failed':
    case 'unreachable':
      return 'failed';
    case 'ignored':
    case 'rescued':
    case 'skipped':
      return undefined;
  }
}

/** The worst of a loop's items counts. */
const rank: readonly (Counted | undefined)[] = [undefined, 'ok', 'unknown', 'changed', 'failed'];

export class LiveModel {
  private readonly byName = new Map<string, LiveHost>();
  /** The last task of each host and what it counted as: the items of a loop count once. */
  private readonly last = new Map<string, { readonly task: string; readonly counted: Counted | undefined }>();

  /** In the order of the play. */
  get hosts(): readonly LiveHost[] {
    return [...this.byName.values()];
  }

  /** Takes an event in; true when hosts came or went. */
  apply(event: RunEvent, now: number): boolean {
    switch (event.type) {
      case 'play_started':
        this.byName.clear();
        this.last.clear();
        for (const name of event.hosts) this.host(name);
        return true;
      case 'step_started':
        Object.assign(this.host(event.host), { phase: 'active', doing: stepText(event), since: now });
        return false;
      case 'task_result':
        this.result(event);
        return false;
      case 'host_unreachable':
        Object.assign(this.host(event.host), {
          phase: 'unreachable',
          doing: 'unreachable',
          since: undefined,
        });
        return false;
      case 'host_failed':
        Object.assign(this.host(event.host), {
          phase: 'failed',
          doing: oneLine(event.msg),
          since: undefined,
        });
        return false;
      case 'host_finished': {
        const host = this.host(event.host);
        host.since = undefined;
        if (host.phase !== 'failed' && host.phase !== 'unreachable')
          Object.assign(host, { phase: 'done', doing: 'done' });
        return false;
      }
      case 'rollback_started': {
        const isNew = !this.byName.has(event.host);
        Object.assign(this.host(event.host), { phase: 'active', doing: 'rolling back', since: now });
        return isNew;
      }
      case 'rollback_finished':
        Object.assign(this.host(event.host), {
          phase: event.complete ? 'done' : 'failed',
          doing: event.complete ? 'rolled back' : 'rollback not complete',
          since: undefined,
        });
        return false;
      default:
        return false;
    }
  }

  private host(name: string): LiveHost {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const host: LiveHost = {
      name,
      phase: 'waiting',
      doing: '',
      since: undefined,
      ok: 0,
      changed: 0,
      failed: 0,
      unknown: 0,
    };
    this.byName.set(name, host);
    return host;
  }

  private result(event: TaskResult): void {
    const host = this.host(event.host);
    host.since = undefined;
    host.doing = taskTitle(event.task, event.item);
    host.phase = event.status === 'failed' || event.status === 'unreachable' ? event.status : 'active';
    if (host.phase !== 'active') host.doing = `${host.phase}: ${host.doing}`;
    const counted = countedAs(event.status);
    const last = this.last.get(event.host);
    const sameLoop = event.item !== undefined && last?.task === event.task.id;
    if (sameLoop && rank.indexOf(last.counted) >= rank.indexOf(counted)) return;
    if (sameLoop && last.counted !== undefined) host[last.counted] -= 1;
    if (counted !== undefined) host[counted] += 1;
    this.last.set(event.host, { task: event.task.id, counted });
  }
}
