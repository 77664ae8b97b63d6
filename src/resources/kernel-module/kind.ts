/** Kernel modules of the running kernel. See docs/resources/module.md. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { lines, raw, sh } from '../../shell/shell.js';
import { fieldDiff, yesNo } from '../lib/fields.js';
import { saveEach, undoneKey } from '../lib/keep.js';
import { outputLines, readFailed } from '../lib/output.js';
import type { ReadRequest, ResourceKind } from '../resource.js';
import type { ModuleState } from './state.js';
import { moduleLibrary } from './library.js';

/** As /proc/modules writes it: the kernel takes `-` and `_` for the same. */
export function moduleName(name: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(name) || name.startsWith('-')) {
    throw new RtprovError('BAD_NAME', `"${name}" is not the name of a kernel module`);
  }
  return name.replaceAll('-', '_');
}

/** What is built in counts as loaded. Whether it is available is not a wish. */
function canon(_name: string, state: ModuleState): string {
  return `loaded=${state.loaded || state.builtin} builtin=${state.builtin}`;
}

const self = { kind: 'module', canon } as const;

function parse(requests: readonly ReadRequest<'module'>[], output: Buffer): ReadonlyMap<string, ModuleState> {
  const printed = outputLines(output);
  if (printed.length !== requests.length) throw readFailed('module', output.toString('utf8'));
  return new Map(
    requests.map((request, index) => {
      const text = printed[index] ?? '';
      const [, loaded, builtin, available] =
        /^loaded=(true|false) builtin=(true|false) available=(true|false)$/.exec(text) ?? [];
      if (loaded === undefined) throw readFailed('module', text);
      return [
        request.name,
        { loaded: loaded === 'true', builtin: builtin === 'true', available: available === 'true' },
      ];
    }),
  );
}

export const moduleKind: ResourceKind<'module'> = {
  kind: 'module',
  library: moduleLibrary,
  read: (requests) =>
    requests.length === 0 ? raw('') : sh`rtp_module_read ${requests.map(({ name }) => moduleName(name))}`,
  parse,
  canon,
  show: (name) => sh`rtp_module_show ${moduleName(name)}`,
  save: (changes) =>
    saveEach(
      self,
      changes,
      lines(changes.map(({ id }) => sh`rtp_module_show ${moduleName(id.name)}`)),
      (_name, key) => sh`rtp_module_save ${key}`,
    ),
  write: (changes) =>
    lines(
      changes.map((change) => {
        const { id, to } = change;
        const key = undoneKey(self, change);
        return to.loaded
          ? sh`rtp_module_load ${moduleName(id.name)} || exit 1`
          : sh`rtp_module_unload ${moduleName(id.name)} ${key} || exit 1`;
      }),
    ),
  diff: ({ from, to }) => fieldDiff(fields(from), fields(to)),
  blobs: () => [],
  // One is loaded with those that it needs.
  disturbedBy: () => ['module'],
};

function fields(state: ModuleState): Record<string, string> {
  return { loaded: yesNo(state.loaded || state.builtin) };
}
