/** What GRUB boots: `default` always, `next` once. See docs/resources/boot_entry.md. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { library, lines, sh } from '../../shell/shell.js';
import { fieldDiff } from '../lib/fields.js';
import { saveEach, undoneKey } from '../lib/keep.js';
import { outputLines, readFailed } from '../lib/output.js';
import type { ResourceKind } from '../resource.js';
import type { BootEntryState } from './state.js';
import { bootEntryLibrary } from './library.js';
import { menuLibrary } from './menu-library.js';

/** The variable of GRUB's environment block that holds it (grub-set-default(8), grub-reboot(8)). */
function variableOf(name: string): string {
  if (name === 'default') return 'saved_entry';
  if (name === 'next') return 'next_entry';
  throw new RtprovError('BAD_NAME', `GRUB has a \`default\` and a \`next\` boot entry, but not "${name}"`);
}

/** An entry's id or path of ids, or `N` and titles; no line end, which an environment block would have to escape. */
function entryText(entry: string): string {
  if (/[\n\\]/.test(entry)) throw new RangeError(`${JSON.stringify(entry)} is not a boot entry`);
  return entry;
}

function canon(_name: string, state: BootEntryState): string {
  return state.grub ? `entry=${state.entry ?? ''}` : 'none';
}

const self = { kind: 'boot_entry', canon } as const;

export const bootEntryKind: ResourceKind<'boot_entry'> = {
  kind: 'boot_entry',
  library: library([bootEntryLibrary, menuLibrary]),
  read: (requests) => lines(requests.map(({ name }) => sh`rtp_boot_entry_show ${variableOf(name)}`)),
  parse: (requests, output) => {
    const printed = outputLines(output);
    if (printed.length !== requests.length) throw readFailed('boot entry', output.toString('utf8'));
    return new Map(
      requests.map(({ name }, index): [string, BootEntryState] => {
        const line = printed[index] ?? '';
        if (line === 'none') return [name, { grub: false }];
        if (!line.startsWith('entry=') || line.includes('\\')) throw readFailed('boot entry', line);
        const entry = line.slice('entry='.length);
        return [name, { grub: true, ...(entry === '' ? {} : { entry }) }];
      }),
    );
  },
  canon,
  show: (name) => sh`rtp_boot_entry_show ${variableOf(name)}`,
  save: (changes) =>
    saveEach(
      self,
      changes,
      lines(changes.map(({ id }) => sh`rtp_boot_entry_show ${variableOf(id.name)}`)),
      (_name, key) => sh`rtp_boot_entry_save ${key}`,
    ),
  write: (changes) =>
    lines(
      changes.map(
        (change) =>
          sh`rtp_boot_entry_write ${variableOf(change.id.name)} ${entryText(change.to.entry ?? '')} ${undoneKey(self, change)} || exit 1`,
      ),
    ),
  diff: ({ from, to }) => fieldDiff({ entry: from.entry }, { entry: to.entry }),
  blobs: () => [],
  disturbedBy: () => ['package'],
};
