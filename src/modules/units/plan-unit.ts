/** What `systemd` and `service` share: from the wanted to the steps for one unit. */
import type { ReadRequest } from '../../resources/resource.js';
import type { UnitState } from '../../resources/unit/state.js';
import { unitAction } from '../../resources/unit/kind.js';
import { sh } from '../../shell/shell.js';
import type { NeedsContext, PlanContext, Result, Step, TaskPlan } from '../core/module.js';
import { failed, planned } from '../core/plan-result.js';
import { unitFileRequests, unitFromFiles } from './unit-files.js';

export type WantedRun = 'started' | 'stopped' | 'restarted' | 'reloaded';

export interface WantedUnit {
  /** The full name. */
  readonly unit: string;
  /** As the task names it. */
  readonly shown: string;
  readonly state?: WantedRun | undefined;
  readonly enabled?: boolean | undefined;
  readonly masked?: boolean | undefined;
  readonly noBlock: boolean;
}

/** States of UnitFileState for which `systemctl is-enabled` succeeds, but that enabling or disabling cannot change. */
const FIXED = new Set(['static', 'alias', 'indirect', 'generated', 'transient']);

/** Unit files matter where systemd has not seen them yet, or where a mask hides them. */
function mustSeeFiles(wanted: WantedUnit, state: UnitState): boolean {
  return !state.exists || state.enabled === '' || (state.masked && wanted.masked === false);
}

export function unitNeeds(wanted: WantedUnit, context: NeedsContext): readonly ReadRequest[] {
  const unit: ReadRequest = { kind: 'unit', name: wanted.unit };
  if (!context.has(unit)) return [unit];
  const state = context.state('unit', wanted.unit);
  return [
    unit,
    ...(mustSeeFiles(wanted, state) ? unitFileRequests(wanted.unit, context) : []),
    ...(wanted.masked === true && !state.masked ? [maskOf(wanted)] : []),
  ];
}

/** A mask is a link to /dev/null at this place; `systemctl mask` replaces nothing that is there (systemctl(1)). */
function maskOf({ unit }: WantedUnit): ReadRequest<'file'> {
  return { kind: 'file', name: `/etc/systemd/system/${unit}` };
}

function unmaskable(wanted: WantedUnit, context: PlanContext): TaskPlan | undefined {
  const { name } = maskOf(wanted);
  const state = context.state('file', name);
  if (state.type === 'absent' || (state.type === 'link' && state.target === '/dev/null')) return undefined;
  const why = `${wanted.unit} cannot be masked: ${name} exists, and a mask would replace it`;
  return failed(why, { name: wanted.shown });
}

function missing(wanted: WantedUnit): TaskPlan {
  return failed(
    `Could not find the requested service ${wanted.shown}: the host has no unit ${wanted.unit}, and no earlier task writes its file or installs a package that contains it`,
    { name: wanted.shown },
  );
}

interface Enabling {
  readonly enabled: string;
  readonly warning?: string;
}

function wantedEnabled(wanted: WantedUnit, from: UnitState): Enabling {
  const { enabled } = from;
  if (wanted.enabled === undefined || FIXED.has(enabled)) {
    const cannot = wanted.enabled === false && FIXED.has(enabled);
    return cannot
      ? { enabled, warning: `${wanted.unit} is ${enabled}: it cannot be disabled, only masked` }
      : { enabled };
  }
  return { enabled: wanted.enabled ? 'enabled' : enabled === '' ? '' : 'disabled' };
}

/** The unit as it is once no mask hides it. */
function unmasked(wanted: WantedUnit, from: UnitState, context: PlanContext): UnitState {
  const below = unitFromFiles(wanted.unit, context, { underMask: true });
  const enabled = below.exists && below.enabled !== 'masked' ? below.enabled : 'disabled';
  return { ...from, masked: false, enabled };
}

function isRunning(from: UnitState, wanted: WantedRun | undefined): boolean {
  if (wanted === undefined) return from.active;
  return wanted !== 'stopped';
}

function systemctl(verb: string, wanted: WantedUnit) {
  return sh`systemctl ${wanted.noBlock ? ['--no-block', verb] : [verb]} ${wanted.unit}`;
}

/** Restarting and reloading leave no state; a unit that does not run is started by either. */
function actionFor(wanted: WantedUnit, from: UnitState): Step | undefined {
  if (!from.active || (wanted.state !== 'restarted' && wanted.state !== 'reloaded')) return undefined;
  const restart = wanted.state === 'restarted';
  return {
    type: 'action',
    label: `${restart ? 'restart' : 'reload'} ${wanted.unit}`,
    script: unitAction(wanted.unit, systemctl(restart ? 'restart' : 'reload', wanted)),
    // What was restarted with new files must be restarted with the old ones.
    // A unit that came with this run is gone by then, and there is nothing to restart.
    onUndo: sh`rtp_unit_again ${wanted.unit} ${restart ? 'restart' : 'reload'}`,
    resource: { kind: 'unit', name: wanted.unit },
  };
}

function resultOf(wanted: WantedUnit, to: UnitState): Result {
  return {
    name: wanted.shown,
    enabled: to.enabled === 'enabled' || FIXED.has(to.enabled),
    state: to.active ? 'started' : 'stopped',
    status: {
      Id: wanted.unit,
      ActiveState: to.active ? 'active' : 'inactive',
      LoadState: to.masked ? 'masked' : to.exists ? 'loaded' : 'not-found',
      UnitFileState: to.enabled,
    },
  };
}

/** `before` are steps that come first (a daemon-reload). */
export function planUnit(wanted: WantedUnit, before: readonly Step[], context: PlanContext): TaskPlan {
  const read = context.state('unit', wanted.unit);
  const known = read.exists || read.masked ? read : unitFromFiles(wanted.unit, context);
  if (!known.exists && !known.masked && (wanted.state !== undefined || wanted.enabled !== undefined)) {
    return missing(wanted);
  }
  const masked = wanted.masked ?? known.masked;
  const from = known.masked && !masked ? unmasked(wanted, known, context) : known;
  if (masked && wanted.enabled === true) {
    return failed(`${wanted.unit} is masked, so it cannot be enabled; unmask it with masked: false`, {
      name: wanted.shown,
    });
  }
  const hindered = masked && !known.masked ? unmaskable(wanted, context) : undefined;
  if (hindered !== undefined) return hindered;
  const runs = isRunning(from, wanted.state);
  if (masked && runs && (!from.active || wanted.state === 'restarted')) {
    return failed(`${wanted.unit} is masked, so it cannot be started; unmask it with masked: false`, {
      name: wanted.shown,
    });
  }
  const { enabled, warning } = wantedEnabled(wanted, from);
  const to: UnitState = {
    exists: from.exists,
    masked,
    enabled: masked ? (known.masked ? known.enabled : 'masked') : enabled,
    active: runs,
  };
  const seen = known === read ? {} : { from: known };
  const steps: Step[] = [...before, { type: 'change', id: { kind: 'unit', name: wanted.unit }, to, ...seen }];
  const action = actionFor(wanted, from);
  if (action !== undefined) steps.push(action);
  return planned(steps, resultOf(wanted, to), { warnings: warning === undefined ? [] : [warning] });
}
