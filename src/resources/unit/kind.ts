/** systemd units: enabled, masked and active, of many at once. See docs/resources/unit.md. */
import { lines, raw, sh, type Shell } from '../../shell/shell.js';
import { fieldDiff, yesNo } from '../lib/fields.js';
import { savedKey, saveEach, undoneKey } from '../lib/keep.js';
import { outputLines, readFailed } from '../lib/output.js';
import type { Change, ReadRequest, ResourceKind } from '../resource.js';
import type { UnitState } from './state.js';
import { unitLibrary } from './library.js';
import { checkUnitName } from './name.js';

/**
 * What writing a unit can bring about: enabled, masked, active. Whether there is a unit at all, and of which sort one is that is
 * not enabled (disabled, static, ...), comes of its file alone: so a unit whose file a play has just written, and one whose file
 * an undo has yet to remove, count as one that is not there.
 */
function canon(_name: string, state: UnitState): string {
  const enabled = /^(?:enabled|linked|masked-runtime)/.test(state.enabled) ? state.enabled : 'no';
  return `enabled=${enabled} masked=${state.masked} active=${state.active}`;
}

const line = /^exists=(true|false) enabled=([a-z-]*) masked=(true|false) active=(true|false)$/;

const self = { kind: 'unit', canon } as const;

function parse(requests: readonly ReadRequest<'unit'>[], output: Buffer): ReadonlyMap<string, UnitState> {
  const printed = outputLines(output);
  if (printed.length !== requests.length) throw readFailed('unit', output.toString('utf8'));
  return new Map(
    requests.map((request, index) => {
      const [, exists, enabled, masked, active] = line.exec(printed[index] ?? '') ?? [];
      if (enabled === undefined) throw readFailed('unit', printed[index] ?? '');
      return [
        request.name,
        { exists: exists === 'true', enabled, masked: masked === 'true', active: active === 'true' },
      ];
    }),
  );
}

const isEnabled = (enabled: string): boolean => enabled === 'enabled' || enabled === 'enabled-runtime';
const isRuntime = (enabled: string): boolean => enabled.endsWith('-runtime');

/** Folders that units come from (systemd.unit(5), systemd-sysv-generator(8)), as marks of changes of files. */
const unitFolders: readonly string[] = [
  'in:systemd',
  'below:/etc/init.d',
  ...['0', '1', '2', '3', '4', '5', '6', 'S'].map((level) => `below:/etc/rc${level}.d`),
];

type Step =
  | 'unmask'
  | 'stop'
  | 'disable'
  | 'disable --runtime'
  | 'mask'
  | 'mask --runtime'
  | 'enable'
  | 'enable --runtime'
  | 'start';
/** The order in which a task's steps are made. A masked unit can be neither enabled nor started, and is stopped before. */
const order: readonly Step[] = [
  'unmask',
  'stop',
  'disable',
  'disable --runtime',
  'enable',
  'enable --runtime',
  'mask',
  'mask --runtime',
  'start',
];

function stepsOf({ from, to }: Change<'unit'>): readonly Step[] {
  const steps: Step[] = [];
  if (from.masked && !to.masked) steps.push('unmask');
  if (from.active && !to.active) steps.push('stop');
  if (!to.masked && from.enabled !== to.enabled) {
    if (isEnabled(to.enabled)) {
      if (isEnabled(from.enabled)) steps.push(isRuntime(from.enabled) ? 'disable --runtime' : 'disable');
      steps.push(isRuntime(to.enabled) ? 'enable --runtime' : 'enable');
    } else if (isEnabled(from.enabled)) {
      steps.push(isRuntime(from.enabled) ? 'disable --runtime' : 'disable');
    } else if (from.masked && to.enabled === 'disabled') {
      // A mask hides whether the unit below it is enabled.
      steps.push('disable');
    }
  }
  if (to.masked && (!from.masked || isRuntime(from.enabled) !== isRuntime(to.enabled))) {
    steps.push(isRuntime(to.enabled) ? 'mask --runtime' : 'mask');
  }
  if (!from.active && to.active) steps.push('start');
  return steps;
}

/** After each of the steps; and a unit that could not be started, or fell at its restart, is not active. */
function between(change: Change<'unit'>): readonly UnitState[] {
  const { from, to } = change;
  // What a mask hid shows once it is gone.
  const below = from.masked || to.masked ? ['enabled'] : [];
  const sorts = [...new Set([from.enabled, to.enabled, 'disabled', ...below])];
  return sorts.flatMap((enabled) =>
    [...new Set([from.masked, to.masked])].flatMap((masked) =>
      [true, false].map((active) => ({ ...to, enabled, masked, active })),
    ),
  );
}

function call(step: Step, names: readonly string[]): Shell {
  if (step === 'start') return sh`rtp_unit_start ${names} || exit 1`;
  if (step.startsWith('disable')) return sh`rtp_unit_disable ${step} ${names} || exit 1`;
  return sh`rtp_unit_call ${step} ${names} || exit 1`;
}

function write(changes: readonly Change<'unit'>[]): Shell {
  if (changes.length === 0) return raw('');
  const byStep = new Map<Step, string[]>();
  for (const change of changes) {
    for (const step of stepsOf(change)) {
      byStep.set(step, [...(byStep.get(step) ?? []), checkUnitName(change.id.name)]);
    }
  }
  const parts: Shell[] = [raw('rtp_unit_fresh || exit 1')];
  for (const step of order) {
    const names = byStep.get(step);
    // Undo puts the links back before anything is started, and has the manager read them.
    if (step === 'start') parts.push(relink(changes));
    if (names !== undefined) parts.push(call(step, names));
  }
  return sh`(
${lines(parts)}
)`;
}

/** Undo finds the record that `save` made of the change that it takes back. */
function relink(changes: readonly Change<'unit'>[]): Shell {
  const each = changes.map(
    (change) => sh`rtp_unit_relink ${change.id.name} ${undoneKey(self, change)} || exit 1`,
  );
  return sh`rtp_links=$(
${lines(each)}
) || exit 1
if [ -n "$rtp_links" ]; then systemctl daemon-reload || exit 1; fi`;
}

/** A restart or reload of a unit: the state that it leaves when it fails is this run's own. */
export function unitAction(name: string, script: Shell): Shell {
  return sh`(
${script}
)
rtp_rc=$?
[ "$rtp_rc" = 0 ] || rtp_unit_fallen ${checkUnitName(name)}
exit "$rtp_rc"`;
}

function showUnits(names: readonly string[]): Shell {
  return sh`rtp_unit_show ${names.map(checkUnitName)}`;
}

export const unitKind: ResourceKind<'unit'> = {
  kind: 'unit',
  library: unitLibrary,
  read: (requests) =>
    requests.length === 0 ? raw('') : sh`rtp_unit_read ${requests.map(({ name }) => checkUnitName(name))}`,
  parse,
  canon,
  show: (name) => sh`rtp_unit_show ${checkUnitName(name)}`,
  // The manager reads files that changed since first: so does the write.
  showAll: (names) => sh`rtp_unit_fresh && ${showUnits(names)}`,
  save: (changes) =>
    saveEach(
      self,
      changes,
      showUnits(changes.map(({ id }) => id.name)),
      (name, key) => sh`rtp_unit_save ${name} ${key}`,
    ),
  write,
  between,
  remains: (change) => sh`rtp_unit_remains ${checkUnitName(change.id.name)} ${savedKey(self, change)}`,
  afterBoot: (state) => [{ ...state, active: !state.active }],
  restored: (change) =>
    sh`rtp_unit_restored ${checkUnitName(change.id.name)} ${savedKey(self, change)} ${canon(change.id.name, change.from)}`,
  settle: (changes) => (changes.length === 0 ? raw('') : raw('rtp_unit_fresh')),
  diff: ({ from, to }) => fieldDiff(fields(from), fields(to)),
  blobs: () => [],
  // Units bring others up and down, and are what their files and packages make of them.
  disturbedBy: () => ['action', 'unit', 'package', ...unitFolders],
  endsByItself: true,
  sameAfterAction: true,
  runsPrograms: true,
  isAway: (state) => !state.exists,
};

function fields(state: UnitState): Record<string, string | undefined> {
  if (!state.exists && !state.masked) return {};
  return {
    enabled: state.enabled === '' ? 'no' : state.enabled,
    masked: yesNo(state.masked),
    active: yesNo(state.active),
  };
}
