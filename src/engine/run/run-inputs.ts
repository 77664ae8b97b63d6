/** All that a run starts from. */
import type { ConnectionSettings } from '../../inventory/connection.js';
import type { Inventory } from '../../inventory/inventory.js';
import type { VarLayer } from '../../inventory/precedence.js';
import type { Lookups } from '../../lookups/lookups.js';
import type { Playbook, Task } from '../../playbook/read/model.js';
import type { ContentStore } from '../../resources/resource.js';
import type { Templates } from '../../template/engine.js';
import type { Connection } from '../../transport/types.js';
import type { EngineOptions, Prompter, RunContext } from './context.js';
import type { EventSink } from './events.js';
import type { PlanEntry } from '../saved-plan/file.js';
import type { Secrets } from './secrets.js';

export interface RunInputs {
  readonly inventory: Inventory;
  readonly playbooks: readonly Playbook[];
  readonly templates: Templates;
  readonly lookups: Lookups;
  readonly store: ContentStore;
  readonly extraVars: VarLayer;
  /** Names of hosts that --limit leaves. */
  readonly limited: ReadonlySet<string> | undefined;
  readonly limitText?: string;
  /** The user of `--user`. */
  readonly user?: string;
  /** The ansible.cfg that was read. */
  readonly configFile?: string;
  readonly options: EngineOptions;
  readonly become: RunContext['become'];
  readonly secrets: Secrets;
  readonly prompter?: Prompter;
  /** For --step: may this task run? A rejection ends the hosts before the task. */
  readonly confirmTask?: (task: Task) => Promise<boolean>;
  readonly stop: AbortSignal;
  readonly emit: EventSink;
  readonly version: string;
  /** Called before a user's journal on a host (`at`: where that is) takes its first window. */
  noteJournal?(host: string, at: string | undefined, user: string): void;
  connect(name: string, settings: ConnectionSettings): Promise<Connection>;
  readonly planKey?: Buffer;
  expected?(host: string, task: string): readonly PlanEntry[] | undefined;
  /** Shown to other controllers that find the host locked, and kept in the run's record. */
  readonly started: Date;
}
