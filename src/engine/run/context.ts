/** What all hosts of one run share. */
import type { HeldValues } from './held-values.js';
import type { NewFacts } from '../../planner/facts.js';
import type { PlanEntry } from '../saved-plan/file.js';
import type { EventSink } from './events.js';
import type { TaskStatus } from '../../planner/outcome.js';
import type { HostVars } from '../../inventory/host-vars.js';
import type { Inventory } from '../../inventory/inventory.js';
import type { Lookups } from '../../lookups/lookups.js';
import type { ContentStore } from '../../resources/resource.js';
import type { Templates } from '../../template/engine.js';
import type { Reboots } from './reboots.js';
import type { Sources } from './sources.js';
import type { Target } from '../target/target.js';
import type { Secrets } from './secrets.js';

export interface EngineOptions {
  readonly check: boolean;
  /** Text diffs: old bytes are read where they differ. */
  readonly diff: boolean;
  readonly forks: number;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly startAtTask?: string;
  readonly rollbackOnFailure: boolean;
  readonly verbosity: number;
}

/** Asks the person at the controller. Undefined when there is nobody to ask. */
export interface Prompter {
  ask(question: string, options: { readonly echo: boolean; readonly host?: string }): Promise<string>;
}

export interface RunContext {
  readonly run: string;
  readonly options: EngineOptions;
  readonly inventory: Inventory;
  readonly templates: Templates;
  readonly lookups: Pick<Lookups, 'forget'>;
  /** When the run began. */
  readonly started: Date;
  readonly store: ContentStore;
  readonly sources: Sources;
  readonly emit: EventSink;
  /** Called once for each task with the statuses of its items, for the recap. */
  count(host: string, statuses: readonly TaskStatus[]): void;
  readonly secrets: Secrets;
  readonly held: HeldValues;
  /** What names backup files, the same for a whole run. */
  readonly backupSuffix: string;
  readonly prompter: Prompter | undefined;
  /** From the command line: --become, --become-user and the password that was asked for. */
  readonly become: { readonly always: boolean; readonly user?: string; readonly password?: string };
  /** Aborted by the first Ctrl-C: hosts end after the window that they are writing. */
  readonly stop: AbortSignal;
  /** Trial boots of all hosts of the run. */
  readonly reboots: Reboots;
  /** The variables of a host; `inPlay`: as it has them on its way through the present play. */
  varsOf(name: string): { readonly vars: HostVars; readonly inPlay: boolean };
  /** Connection to a host by name; the same Target for the same name. */
  target(name: string): Target;
  /** Gives variables to a host, in the play that it is in and in later ones (`delegate_facts`). */
  delegateFacts(name: string, facts: NewFacts): void;
  /** With `--plan`: makes digests of the changes of no_log tasks, which nobody without it can guess from. */
  readonly planKey: Buffer | undefined;
  /** With `--plan`: what the plan says a task changes on a host; undefined when no plan is applied. */
  expected?(host: string, task: string): readonly PlanEntry[] | undefined;
}
