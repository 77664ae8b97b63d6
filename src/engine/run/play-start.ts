/** The state with which a host enters a play: its variables, and its facts when they are to be gathered. */
import { join } from 'node:path';
import type { HostVars } from '../../inventory/host-vars.js';
import { freshVars } from '../../inventory/lazy.js';
import { magicVars } from '../../inventory/magic.js';
import type { VarLayer } from '../../inventory/precedence.js';
import type { Keywords, Play } from '../../playbook/read/model.js';
import { OMIT, type Templates } from '../../template/engine.js';
import type { Value, Vars } from '../../values/value.js';
import { becomeOf } from '../host/become.js';
import type { RunContext } from './context.js';
import type { TaskResult } from './events.js';
import { factsInCheck } from '../host/check-user.js';
import { factVars } from '../target/facts.js';
import { isUnreachable, messageOf } from '../host/error.js';
import type { HostRecord } from '../host/record.js';
import type { HostState } from '../../planner/host-state.js';
import { flag } from '../../planner/conditions.js';
import { playName } from './play-vars.js';
import { layOut } from '../../planner/program.js';
import type { RunInputs } from './run-inputs.js';
import type { Target } from '../target/target.js';
import type { TargetShell } from '../target/target-shell.js';
import { withScopes } from '../../planner/task-vars.js';
import { withVarsFiles } from './vars-files.js';

/** A play as the hosts of one batch enter it. */
export interface PlayEntry {
  readonly index: number;
  readonly play: Play;
  /** All hosts of the play, and those of the batch. */
  readonly names: readonly string[];
  readonly batch: readonly string[];
  /** Answers to vars_prompt. */
  readonly prompted: Vars;
}

/** What a host has to know of the run that it is in. */
export interface AroundHost {
  readonly inputs: RunInputs;
  readonly context: RunContext;
  /** Neither failed nor unreachable. */
  isAlive(name: string): boolean;
  varsOf(name: string): HostVars;
  target(name: string, vars: HostVars): Target;
}

/** Gathers facts again when something was written since, or when the play runs as another user. */
export async function startPlay(
  record: HostRecord,
  entry: PlayEntry,
  around: AroundHost,
): Promise<HostState> {
  const { play } = entry;
  const { templates } = around.inputs;
  const received = record.delegatedFacts.length;
  let vars = startVars(record, entry, around);
  const target = around.target(record.name, vars);
  const gather = play.gatherFacts === undefined ? true : (flag(play.gatherFacts, vars, templates) ?? true);
  if (gather) {
    const shell = target.shell(becomeOf(record.name, playKeywords(play), vars, around.context));
    if (record.gathered !== shell || target.changed)
      vars = vars.with(
        'facts',
        (await gatherFacts(record, entry, vars, target, shell, around.context)) ?? {},
      );
  }
  return {
    at: 0,
    program: layOut(play.body, play.handlers),
    vars: withVarsFiles(play, vars, templates),
    notified: new Set(),
    rolesSeen: new Set(),
    pending: new Map(),
    ended: false,
    received,
  };
}

function startVars(record: HostRecord, entry: PlayEntry, around: AroundHost): HostVars {
  const { inputs } = around;
  const { play } = entry;
  const { inventory, templates } = inputs;
  // A host that is not in the play has at least its name and its groups.
  const hostVars = (name: string): Vars =>
    templatedVars(around.varsOf(name), templates, () => magicVars({ inventory, hostName: name, hostVars }));
  return withScopes(record.vars.with('role-defaults', defaultsOf(record, play, inputs)), play.vars)
    .with('play-vars', entry.prompted)
    .withLayer(
      magicVars({
        inventory,
        hostName: record.name,
        hostVars,
        playbookDir: join(play.playbookPath, '..'),
        playName: playName(play, inputs),
        roleNames: play.roleNames.named,
        dependentRoleNames: play.roleNames.dependent,
        playHosts: () => entry.names.filter((name) => around.isAlive(name)),
        playHostsAll: entry.names,
        playBatch: entry.batch,
        checkMode: inputs.options.check,
        diffMode: inputs.options.diff,
        verbosity: inputs.options.verbosity,
        forks: inputs.options.forks,
        runTags: inputs.options.tags.length === 0 ? ['all'] : inputs.options.tags,
        skipTags: inputs.options.skipTags,
        version: inputs.version,
        omit: OMIT,
        ...(inputs.configFile === undefined ? {} : { configFile: inputs.configFile }),
        ...(inputs.limitText === undefined ? {} : { limit: inputs.limitText }),
      }),
    );
}

/**
 * What holds where no variable says anything else: the connection, as the command line and then the play's keywords have it, and facts
 * before any are gathered.
 */
function defaultsOf(record: HostRecord, play: Play, { user }: RunInputs): Vars {
  return {
    ansible_host: record.name,
    ansible_connection: 'ssh',
    ansible_facts: {},
    ...(user === undefined ? {} : { ansible_user: user }),
    ...connectionVars(play),
  };
}

/** Undefined when the host cannot be reached, and the play ignores that. */
async function gatherFacts(
  record: HostRecord,
  { index, play }: PlayEntry,
  vars: HostVars,
  target: Target,
  shell: TargetShell,
  context: RunContext,
): Promise<Vars | undefined> {
  context.emit({ type: 'step_started', host: record.name, play: index, what: 'gathering facts' });
  if (target.changed) target.forgetFacts();
  const began = performance.now();
  const tell = (fields: Pick<TaskResult, 'status' | 'msg' | 'result'>): void => {
    context.count(record.name, [fields.status]);
    context.emit({
      type: 'task_result',
      host: record.name,
      play: index,
      task: {
        id: `${index}.facts`,
        name: 'Gathering Facts',
        module: 'setup',
        range: play.range,
        handler: false,
      },
      diffs: [],
      actions: [],
      warnings: [],
      seconds: (performance.now() - began) / 1000,
      notUndoable: [],
      ...fields,
    });
  };
  let facts: Vars;
  try {
    facts = factVars(await factsInCheck(shell));
  } catch (error) {
    if (!isUnreachable(error) || flag(play.ignoreUnreachable, vars, context.templates) !== true) throw error;
    target.lost();
    const msg = messageOf(error);
    tell({ status: 'ignored', msg, result: { unreachable: true, msg } });
    return undefined;
  }
  record.gathered = shell;
  target.changed = false;
  record.vars = record.vars.with('facts', facts);
  tell({ status: 'ok', result: null });
  return facts;
}

const templated = new WeakMap<HostVars, Vars>();

/** Variables of a host, templated when they are looked at: what they are made of may be another host's, and change. */
function templatedVars(vars: HostVars, templates: Templates, magic: () => VarLayer): Vars {
  const known = templated.get(vars);
  if (known !== undefined) return known;
  const all = vars.has('inventory_hostname') ? vars : vars.withLayer(magic());
  const fresh = freshVars(all.names(), (name): Value => {
    const found = all.lookup(name);
    if (found === undefined) return null;
    return templates.variable(name, found, all);
  });
  templated.set(vars, fresh);
  return fresh;
}

/** Keywords of the play about connections, as the variables that mean the same. */
function connectionVars(play: Play): Vars {
  const { remoteUser, port, connection } = play.connection;
  return {
    ...(remoteUser === undefined ? {} : { ansible_user: remoteUser.value }),
    ...(port === undefined ? {} : { ansible_port: port.value }),
    ...(connection === undefined ? {} : { ansible_connection: connection.value }),
  };
}

function playKeywords(play: Play): Keywords {
  return {
    when: [],
    loopControl: { loopVar: 'item', extended: false },
    notify: [],
    tags: [],
    environment: [],
    vars: [],
    ...play.become,
  };
}
