/** What the hosts of one batch of a play have to agree on: run_once, --step, any_errors_fatal, max_fail_percentage. */
import type { Keywords, Task } from '../../playbook/read/model.js';

/** What fails: a task, an include, or a flush of handlers. */
interface Failing {
  readonly keywords: Pick<Keywords, 'anyErrorsFatal'>;
}

interface Once<T> {
  readonly host: string;
  readonly result: Promise<T>;
}

export class PlayCoordinator {
  private readonly onces = new Map<string, Once<unknown>>();
  private readonly waiting = new Map<string, (() => void)[]>();
  private readonly confirmed = new Map<string, Promise<boolean>>();
  private readonly gone = new Set<string>();
  private readonly failed = new Set<string>();
  private readonly stop = new AbortController();
  private fatal = false;
  private cleared: number | undefined;
  private all: Promise<boolean> | undefined;

  constructor(
    private readonly options: {
      readonly hosts: readonly string[];
      readonly confirmTask?: (task: Task) => Promise<boolean>;
      readonly anyErrorsFatal: (failing: Failing) => boolean;
      readonly maxFailPercentage?: number;
    },
  ) {}

  /** --step: is each task asked about? */
  get confirms(): boolean {
    return this.options.confirmTask !== undefined;
  }

  /** --step: asked once a task, for all hosts. */
  confirm(task: Task): Promise<boolean> {
    let answer = this.confirmed.get(task.id);
    if (answer === undefined) {
      // Questions come one at a time.
      const before = this.all ?? Promise.resolve(true);
      answer = before.then(() => this.options.confirmTask?.(task) ?? true);
      this.all = answer;
      this.confirmed.set(task.id, answer);
    }
    return answer;
  }

  /** Must this host stop before its next window? Its own failure ends it in another way. */
  aborted(): boolean {
    return this.stopping.aborted;
  }

  /** Aborted when the hosts are to stop, for those who wait. */
  get stopping(): AbortSignal {
    return this.stop.signal;
  }

  get stopsPlay(): boolean {
    return this.fatal;
  }

  /** meta: end_play. */
  endPlay(): void {
    this.stop.abort();
  }

  /** meta: clear_host_errors. `at`: its place in the program. Hosts that failed before it come back in the next play. */
  clearErrors(at: number): void {
    this.cleared = Math.max(this.cleared ?? at, at);
  }

  get clearedAt(): number | undefined {
    return this.cleared;
  }

  taskFailed(host: string, failing: Failing, hostEnded: boolean): void {
    if (!hostEnded) return;
    this.failed.add(host);
    const limit = this.options.maxFailPercentage;
    const tooMany = limit !== undefined && (this.failed.size / this.options.hosts.length) * 100 > limit;
    if (!tooMany && !this.options.anyErrorsFatal(failing)) return;
    this.fatal = true;
    this.stop.abort();
  }

  /** A host left the play: if others wait for it to run something once, the next one does. */
  left(host: string): void {
    this.gone.add(host);
    for (const wake of [...this.waiting.values()].flat()) wake();
    this.waiting.clear();
  }

  /** Runs work on the first host of the batch that is still there; the others get its result. */
  async once<T>(
    key: string,
    host: string,
    work: () => Promise<T>,
  ): Promise<{ readonly mine: boolean; readonly value: T }> {
    for (;;) {
      const running = this.onces.get(key) as Once<T> | undefined;
      if (running !== undefined) return { mine: running.host === host, value: await running.result };
      const first = this.options.hosts.find((name) => !this.gone.has(name));
      if (first === host || first === undefined) {
        const result = work();
        this.onces.set(key, { host, result });
        for (const wake of this.waiting.get(key) ?? []) wake();
        this.waiting.delete(key);
        return { mine: true, value: await result };
      }
      await new Promise<void>((resolve) => {
        this.waiting.set(key, [...(this.waiting.get(key) ?? []), resolve]);
      });
    }
  }
}
