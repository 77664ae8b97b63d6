/** Kernel parameters: the live values below /proc/sys. See docs/resources/sysctl.md. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { lines, raw, sh } from '../../shell/shell.js';
import { fieldDiff, yesNo } from '../lib/fields.js';
import { family } from './family.js';
import { saveEach, undoneKey } from '../lib/keep.js';
import { outputLines, readFailed } from '../lib/output.js';
import type { ReadRequest, ResourceKind } from '../resource.js';
import type { SysctlState } from './state.js';
import { sysctlLibrary } from './library.js';
import { sysctlPath } from './name.js';

/** White space folded as the kernel's own lists are compared: `4096 87380 6291456`. */
export function foldValue(value: string): string {
  return value
    .split(/[ \t\n]+/)
    .filter((word) => word !== '')
    .join(' ');
}

/** Whether it can be written does not count: it is not a wish. */
function canon(_name: string, state: SysctlState): string {
  return state.value === undefined ? 'absent' : `value=${foldValue(state.value)}`;
}

const self = { kind: 'sysctl', canon } as const;

function parse(requests: readonly ReadRequest<'sysctl'>[], output: Buffer): ReadonlyMap<string, SysctlState> {
  const printed = outputLines(output);
  const flags = printed.slice(0, requests.length);
  if (flags.length !== requests.length || !flags.every((flag) => /^(absent|writable|readonly)$/.test(flag))) {
    throw readFailed('sysctl', output.toString('utf8'));
  }
  const values = new Map<string, string[]>();
  for (const text of printed.slice(requests.length)) {
    const [, path, value] = /^([^:]*):(.*)$/.exec(text) ?? [];
    if (path === undefined || value === undefined) throw readFailed('sysctl', text);
    values.set(path, [...(values.get(path) ?? []), value]);
  }
  return new Map(
    requests.map(({ name }, index): [string, SysctlState] => {
      if (flags[index] === 'absent') return [name, { writable: false }];
      const value = foldValue((values.get(sysctlPath(name)) ?? []).join(' '));
      return [name, { value, writable: flags[index] === 'writable' }];
    }),
  );
}

export const sysctlKind: ResourceKind<'sysctl'> = {
  kind: 'sysctl',
  library: sysctlLibrary,
  read: (requests) =>
    requests.length === 0 ? raw('') : sh`rtp_sysctl_read ${requests.map(({ name }) => sysctlPath(name))}`,
  parse,
  canon,
  show: (name) => sh`rtp_sysctl_show ${sysctlPath(name)}`,
  save: (changes) =>
    saveEach(
      self,
      changes,
      lines(changes.map(({ id }) => sh`rtp_sysctl_show ${sysctlPath(id.name)}`)),
      (name, key) => sh`rtp_sysctl_save ${sysctlPath(name)} ${key}`,
    ),
  write: (changes) =>
    lines(
      changes.map((change) => {
        const { id, to } = change;
        if (to.value === undefined) {
          throw new RtprovError('BAD_STATE', `the kernel parameter ${id.name} cannot be removed`);
        }
        const key = undoneKey(self, change);
        return sh`rtp_sysctl_write ${sysctlPath(id.name)} ${foldValue(to.value)} ${key} || exit 1`;
      }),
    ),
  diff: ({ from, to }) => fieldDiff(fields(from), fields(to)),
  blobs: () => [],
  disturbs: ({ id }) => [`parameters:${family(id.name)}`],
  disturbedBy: ({ id }) => ['module', `parameters:${family(id.name)}`],
  notUndoable: ({ id, from }) =>
    from.value === '' ? `${id.name} cannot be read, so its old value is not known` : undefined,
};

function fields(state: SysctlState): Record<string, string | undefined> {
  return state.value === undefined
    ? {}
    : { value: foldValue(state.value), ...(state.writable ? {} : { writable: yesNo(false) }) };
}
