/** The machines of one run: a Target for each host that something is done on, made when it is first asked for. */
import { hostname, userInfo } from 'node:os';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { placeOf } from '../../inventory/connection.js';
import type { HostVars } from '../../inventory/host-vars.js';
import { settingsOf } from '../host/become.js';
import type { RunInputs } from '../run/run-inputs.js';
import { Target } from './target.js';

export class Targets {
  /** Where the hosts are that were connected to. */
  readonly places = new Map<string, string>();
  private readonly targets = new Map<string, Target>();

  constructor(
    private readonly run: string,
    private readonly inputs: RunInputs,
    private readonly largeFiles: ReadonlyMap<string, string>,
  ) {}

  /** `vars` say how to connect. */
  open(name: string, vars: HostVars): Target {
    let target = this.targets.get(name);
    if (target === undefined) {
      target = this.make(name, vars);
      this.targets.set(name, target);
    }
    return target;
  }

  get(name: string): Target | undefined {
    return this.targets.get(name);
  }

  /** Those that something was written on. */
  written(): ReadonlyMap<string, Target> {
    return new Map([...this.targets].filter(([, target]) => target.wrote));
  }

  /** A window is being written somewhere. */
  get isWriting(): boolean {
    return [...this.targets.values()].some((target) => target.isWriting);
  }

  async roundTrips(): Promise<number> {
    let sum = 0;
    for (const target of this.targets.values()) sum += await target.roundTrips().catch(() => 0);
    return sum;
  }

  /** Gives the locks back. */
  async finish(): Promise<void> {
    await Promise.all(
      [...this.targets].map(async ([name, target]) => {
        try {
          await target.finish();
        } catch (error) {
          if (!(error instanceof RtprovError)) throw error;
          this.inputs.emit({
            type: 'warning',
            host: name,
            msg: `the lock could not be released. It becomes free when no process of the run is left there: ${error.message}`,
          });
        }
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.targets.values()].map((target) => target.close()));
  }

  private make(name: string, vars: HostVars): Target {
    const { inputs, run } = this;
    return new Target({
      name,
      run,
      who: controller(),
      runJson: `${JSON.stringify({ format: 1, run, host: name, controller: controller(), started: inputs.started.toISOString(), playbooks: inputs.playbooks.map((playbook) => playbook.path) })}\n`,
      store: inputs.store,
      largeFiles: this.largeFiles,
      use: inputs.options.check ? 'check' : 'change',
      onJournal: (user) => inputs.noteJournal?.(name, this.places.get(name), user),
      connect: async () => {
        const settings = settingsOf(name, vars, inputs.templates);
        this.places.set(name, placeOf(settings));
        return inputs.connect(name, settings);
      },
    });
  }
}

function controller(): string {
  return `${userInfo().username}@${hostname()}`;
}
