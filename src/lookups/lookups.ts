/** The lookups of one command: what they share, and what is kept of those that act. */
import { LookupPending, type LookupCall } from '../template/runtime/lookup.js';
import type { LookupName } from '../template/runtime/lookup-table.js';
import type { Value } from '../values/value.js';
import type { LookupWorld, Printed, Program } from './lookup.js';
import { runBeside, runNow } from './program.js';
import { REGISTRY } from './registry.js';

/** What a run says of itself. Before it is known, nothing is written. */
export interface LookupSettings {
  readonly check: boolean;
  readonly stop: AbortSignal;
  secret(value: string): void;
  warn(text: string): void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

const never = new AbortController().signal;

export class Lookups {
  private settings: LookupSettings = {
    check: true,
    stop: never,
    secret: () => undefined,
    warn: () => undefined,
  };
  /** What acted for the present task of a host, by host and by what it was asked. */
  private readonly kept = new Map<string, Map<string, Outcome>>();
  private readonly told = new Set<string>();
  private readonly world: LookupWorld;

  constructor(
    env: Readonly<Record<string, string | undefined>> = process.env,
    furtherTemplates: LookupWorld['furtherTemplates'] = () => [],
  ) {
    this.world = {
      env,
      furtherTemplates,
      started: new Date(),
      act: (program, call) => this.act(program, call),
      once: (call, key, steps) => this.once(call, key, steps),
      secret: (value) => {
        this.settings.secret(value);
      },
      check: (path, text) => {
        if (this.settings.check && text !== '') this.tell(`${path} ${text}`, text);
        return this.settings.check;
      },
    };
  }

  begin(settings: LookupSettings): void {
    this.settings = settings;
    this.kept.clear();
    this.told.clear();
  }

  readonly run = (name: LookupName, call: LookupCall): readonly Value[] => REGISTRY[name](call, this.world);

  warn(text: string): void {
    this.tell(text, text);
  }

  /** The host goes on to another task, for which commands run again. */
  forget(host: string): void {
    this.kept.delete(host);
  }

  private tell(key: string, text: string): void {
    if (this.told.has(key)) return;
    this.told.add(key);
    this.settings.warn(text);
  }

  private of(call: LookupCall): Map<string, Outcome> {
    const name = call.variable('inventory_hostname');
    const host = typeof name === 'string' ? name : '';
    const kept = this.kept.get(host) ?? new Map<string, Outcome>();
    this.kept.set(host, kept);
    return kept;
  }

  private once<T>(call: LookupCall, key: string, steps: () => Iterator<undefined, T>): T {
    return this.memo(
      call,
      key,
      () => {
        const iterator = steps();
        for (;;) {
          const step = iterator.next();
          if (step.done === true) return step.value;
        }
      },
      async () => {
        const iterator = steps();
        for (;;) {
          const step = iterator.next();
          if (step.done === true) return step.value;
          await new Promise(setImmediate);
          this.settings.stop.throwIfAborted();
        }
      },
    );
  }

  private act(program: Program, call: LookupCall): Printed {
    return this.memo(
      call,
      JSON.stringify(program),
      () => runNow(program),
      () => runBeside(program, this.settings.stop),
    );
  }

  /** The value that is known already; or it is made now, or beside all else when the caller can wait. */
  private memo<T>(call: LookupCall, key: string, now: () => T, beside: () => Promise<T>): T {
    const kept = this.of(call);
    const known = kept.get(key);
    if (known !== undefined) return taken(known) as T;
    if (call.mayWait) {
      throw new LookupPending(async () => {
        kept.set(
          key,
          await beside().then(
            (value) => ({ value }),
            (error: unknown) => ({ error }),
          ),
        );
      });
    }
    const outcome = outcomeOf(now);
    kept.set(key, outcome);
    return taken(outcome) as T;
  }
}

function outcomeOf(work: () => unknown): Outcome {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

function taken(outcome: Outcome): unknown {
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
