/**
 * rtprov's file below /etc/default/grub.d. grub-mkconfig reads these files with its shell, in glob order, after
 * /etc/default/grub; the menu's line is then GRUB_CMDLINE_LINUX, a blank and GRUB_CMDLINE_LINUX_DEFAULT (GRUB manual,
 * "Simple configuration"; /etc/grub.d/10_linux). Recovery entries have GRUB_CMDLINE_LINUX alone.
 */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { quote } from '../../shell/shell.js';
import { removalsOf, wantedArgs, type ArgOwner } from '../args/arg-owner.js';
import { grubWord, unwritable } from './grub-text.js';
import type { KeptOptions } from '../args/kept-options.js';
import type { Removal } from '../args/arg-sets.js';
import { isArgName, kernelArg, parseKernelLine, type KernelArg } from '../args/kernel-args.js';
import { wordsFunction } from './words-shell.js';

/** After all others: Ubuntu's real-time kernel brings 99-realtime.cfg, cloud images 50-cloudimg-settings.cfg. */
export const grubDefaultsPath = '/etc/default/grub.d/zz-rtprov.cfg';

export interface GrubDefaults {
  readonly owners: readonly ArgOwner[];
  /** GRUB_DEFAULT=saved: the menu's default is `saved_entry` of grubenv. Needed for a trial boot with a way back. */
  readonly saved?: boolean;
  /** GRUB_RECORDFAIL_TIMEOUT, seconds: how long Ubuntu's menu waits after a boot that was not completed. */
  readonly recordfailTimeoutSeconds?: number;
  /** Lines elsewhere that have the same arguments: those of Boot Loader Specification entries. */
  readonly kept?: readonly KeptOptions[];
}

const ownerMark = '# rtprov-owner ';
const menuMark = '# rtprov-menu ';
const keptMark = '# rtprov-kept ';

const head = `# Written by rtprov, and rewritten with each change. The lines below that begin with "${ownerMark.trim()}" say who
# owns which kernel arguments.
`;

function check(owner: ArgOwner): void {
  const wrong = (what: string): never => {
    throw new RtprovError('BAD_KERNEL_ARG', `${what} (owner "${owner.owner}")`);
  };
  if (/[^\x20-\x7e]/.test(owner.owner)) wrong('an owner is named with printable ASCII characters');
  for (const { name } of [...owner.set, ...owner.remove]) {
    if (!isArgName(name)) wrong(`"${name}" is not the name of a kernel argument`);
  }
  for (const arg of owner.set) {
    const char = unwritable(arg);
    if (char !== undefined) {
      wrong(`GRUB cannot pass ${JSON.stringify(char)} of ${JSON.stringify(arg.text)} to the kernel`);
    }
  }
}

const removalText = ({ name, value }: Removal): string => kernelArg(name, value).text;

/**
 * The file's text; `present` are the arguments that the machine's own files have. Throws RtprovError BAD_KERNEL_ARG for names and values that cannot be written; `faultsOf` finds them
 * before, with the place.
 */
export function renderGrubDefaults(defaults: GrubDefaults, present: readonly KernelArg[]): string {
  defaults.owners.forEach(check);
  const added = wantedArgs(defaults.owners).map(grubWord).join(' ');
  const removals = removalsOf(defaults.owners, present);
  const { saved, recordfailTimeoutSeconds: timeout } = defaults;
  const menu = {
    ...(saved === true ? { saved } : {}),
    ...(timeout === undefined ? {} : { recordfailTimeoutSeconds: timeout }),
  };
  const comments = defaults.owners.map(({ owner, set, remove }) => {
    const entry = { owner, set: set.map(({ text }) => text), remove: remove.map(removalText) };
    return `${ownerMark}${JSON.stringify(entry)}\n`;
  });
  if (Object.keys(menu).length > 0) comments.push(`${menuMark}${JSON.stringify(menu)}\n`);
  for (const { path, was, now } of defaults.kept ?? [])
    comments.push(`${keptMark}${JSON.stringify({ path, ...(was === undefined ? {} : { was }), now })}\n`);
  const words =
    removals.length === 0
      ? ''
      : `${wordsFunction(removals)}GRUB_CMDLINE_LINUX=$(rtprov_words "\${GRUB_CMDLINE_LINUX-}" '')
GRUB_CMDLINE_LINUX_DEFAULT=$(rtprov_words "\${GRUB_CMDLINE_LINUX_DEFAULT-}" ${quote(added)})
unset -f rtprov_words
`;
  return [
    head,
    ...comments,
    words,
    ...(saved === true ? ['GRUB_DEFAULT=saved\n'] : []),
    ...(timeout === undefined ? [] : [`GRUB_RECORDFAIL_TIMEOUT=${timeout}\n`]),
  ].join('');
}

function oneArg(text: unknown): KernelArg {
  const args = typeof text === 'string' ? parseKernelLine(text).args : [];
  const [arg] = args;
  if (!arg || args.length > 1) throw new TypeError(`${JSON.stringify(text)} is not one argument`);
  return arg;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('a list is missing');
  return value as readonly unknown[];
}

function readOwner(json: string): ArgOwner {
  const entry = JSON.parse(json) as Readonly<Record<string, unknown>>;
  if (typeof entry['owner'] !== 'string') throw new TypeError('the owner has no name');
  return {
    owner: entry['owner'],
    set: listOf(entry['set']).map(oneArg),
    remove: listOf(entry['remove']).map((text) => {
      const { name, value } = oneArg(text);
      return { name, ...(value === undefined ? {} : { value }) };
    }),
  };
}

function readKept(json: string): KeptOptions {
  const { path, was, now } = JSON.parse(json) as Readonly<Record<string, unknown>>;
  if (typeof path !== 'string' || typeof now !== 'string')
    throw new TypeError('a kept line has no path or text');
  return { path, ...(typeof was === 'string' ? { was } : {}), now };
}

/**
 * What a file says that `renderGrubDefaults` wrote; from an empty text, that there is nothing. Throws RtprovError
 * BAD_GRUB_DEFAULTS when its comments cannot be read: someone has edited it, and owners would get lost.
 */
export function parseGrubDefaults(text: string): GrubDefaults {
  try {
    const lines = text.split('\n');
    const owners = lines
      .filter((line) => line.startsWith(ownerMark))
      .map((line) => readOwner(line.slice(ownerMark.length)));
    const kept = lines
      .filter((line) => line.startsWith(keptMark))
      .map((line) => readKept(line.slice(keptMark.length)));
    const menu = lines.find((line) => line.startsWith(menuMark))?.slice(menuMark.length);
    const read = JSON.parse(menu ?? '{}') as { saved?: unknown; recordfailTimeoutSeconds?: unknown };
    return {
      owners,
      ...(read.saved === true ? { saved: true } : {}),
      ...(typeof read.recordfailTimeoutSeconds === 'number'
        ? { recordfailTimeoutSeconds: read.recordfailTimeoutSeconds }
        : {}),
      ...(kept.length === 0 ? {} : { kept }),
    };
  } catch (cause) {
    throw new RtprovError('BAD_GRUB_DEFAULTS', `${grubDefaultsPath} was changed by hand and cannot be read`, {
      cause,
      hint: 'restore its "rtprov-owner" lines, or remove the file and run the play again',
    });
  }
}
