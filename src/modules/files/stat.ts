/** `stat`: what is at a path. */
import * as z from 'zod';
import type { FileState } from '../../resources/file/state.js';
import type { ReadRequest } from '../../resources/resource.js';
import type { Value } from '../../values/value.js';
import { isAccountName } from '../../resources/account/name.js';
import { bool, choice, ignored, path } from '../args/types.js';
import { digest } from './digest.js';
import { fileRequest, followLinks, followRequests } from './follow.js';
import { linkDestination, targetPath } from './target-path.js';
import type { Module, NeedsContext, PlanContext } from '../core/module.js';
import { unchanged } from '../core/plan-result.js';

/** Larger files get no checksum but SHA-256, which every read brings: their bytes would have to be fetched. */
const LARGEST = 8 * 1024 * 1024;

const args = z.strictObject({
  path: path(),
  follow: bool().default(false),
  get_checksum: bool().default(true),
  checksum_algorithm: choice(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']).default('sha1'),
  get_mime: ignored('The type of the content is not determined.'),
  get_attributes: ignored('The attributes of chattr(1) are not read.'),
  get_selinux_context: ignored('The SELinux label is not read.'),
});
export type StatArgs = z.infer<typeof args>;

function wantsContent(given: StatArgs, state: FileState): boolean {
  return (
    given.get_checksum &&
    given.checksum_algorithm !== 'sha256' &&
    state.type === 'file' &&
    state.size <= LARGEST
  );
}

/** The path that is looked at: the end of links when they are followed. */
function lookedAt(given: StatArgs, context: Pick<NeedsContext, 'has' | 'state' | 'facts'>): string {
  const path = targetPath(given.path, context.facts);
  return given.follow ? followLinks(path, context).path : path;
}

function needs(given: StatArgs, context: NeedsContext): readonly ReadRequest[] {
  const path = targetPath(given.path, context.facts);
  const reads = given.follow ? followRequests(path, context) : [fileRequest(path)];
  if (reads.some((read) => !context.has(read))) return reads;
  const end = lookedAt(given, context);
  const state = context.state('file', end);
  return [...reads, ...(wantsContent(given, state) ? [fileRequest(end, 'content')] : []), ...accounts(state)];
}

/** A name that has no number of its own, as the kernel gives it. */
const isName = (owner: string): boolean => owner !== 'root' && !/^\d+$/.test(owner) && isAccountName(owner);

/** The accounts by whose names the owners are known: their numbers are in the result, too. */
function accounts(state: FileState): readonly ReadRequest[] {
  if (state.type === 'absent') return [];
  return [
    ...(isName(state.owner) ? [{ kind: 'user' as const, name: state.owner }] : []),
    ...(isName(state.group) ? [{ kind: 'group' as const, name: state.group }] : []),
  ];
}

/** `stat -c %F` of what is neither file, folder nor link. */
function typeKeys(state: FileState): Record<string, Value> {
  const what = state.type === 'other' ? state.what : '';
  return {
    isreg: state.type === 'file',
    isdir: state.type === 'directory',
    islnk: state.type === 'link',
    ischr: what.startsWith('character'),
    isblk: what.startsWith('block'),
    isfifo: what === 'fifo',
    issock: what === 'socket',
  };
}

function modeKeys(mode: string): Record<string, Value> {
  const bits = Number.parseInt(mode, 8);
  const has = (bit: number): boolean => (bits & bit) !== 0;
  return {
    mode,
    isuid: has(0o4000),
    isgid: has(0o2000),
    rusr: has(0o400),
    wusr: has(0o200),
    xusr: has(0o100),
    rgrp: has(0o040),
    wgrp: has(0o020),
    xgrp: has(0o010),
    roth: has(0o004),
    woth: has(0o002),
    xoth: has(0o001),
  };
}

/** Root may read and write everything, and execute what anybody may. Of others, groups are not known. */
function accessKeys(state: FileState, context: PlanContext): Record<string, Value> {
  if (context.facts.uid !== 0 || !('mode' in state)) return {};
  const executable = state.type === 'directory' || (Number.parseInt(state.mode, 8) & 0o111) !== 0;
  return { readable: true, writeable: true, executable };
}

function idKeys(
  { owner, group }: { readonly owner: string; readonly group: string },
  context: PlanContext,
): Record<string, Value> {
  const numeric = (name: string): boolean => /^\d+$/.test(name);
  const uid = owner === 'root' ? 0 : isName(owner) ? context.state('user', owner).uid : undefined;
  const gid = group === 'root' ? 0 : isName(group) ? context.state('group', group).gid : undefined;
  return {
    ...(numeric(owner) ? { uid: Number(owner) } : { pw_name: owner }),
    ...(numeric(group) ? { gid: Number(group) } : { gr_name: group }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  };
}

function checksumKeys(given: StatArgs, state: FileState, context: PlanContext): Record<string, Value> {
  if (!given.get_checksum || state.type !== 'file') return {};
  if (given.checksum_algorithm === 'sha256') return { checksum: state.sha256 };
  if (!wantsContent(given, state)) return {};
  return { checksum: digest(given.checksum_algorithm, context.content(state.sha256)) };
}

function describe(
  given: StatArgs,
  path: string,
  state: FileState,
  context: PlanContext,
): Record<string, Value> {
  if (state.type === 'absent') return { exists: false };
  const common = { exists: true, path, ...typeKeys(state), ...idKeys(state, context) };
  if (state.type === 'link') {
    const source = linkDestination(path, state.target);
    return {
      ...common,
      mode: '0777',
      size: Buffer.byteLength(state.target),
      lnk_target: state.target,
      lnk_source: source,
    };
  }
  return {
    ...common,
    ...modeKeys(state.mode),
    ...accessKeys(state, context),
    ...(state.type === 'file' ? { size: state.size } : {}),
    ...(state.mtime === undefined ? {} : { mtime: Number(state.mtime) }),
    ...checksumKeys(given, state, context),
  };
}

export const stat: Module<StatArgs> = {
  name: 'stat',
  fullNames: ['ansible.builtin.stat', 'ansible.legacy.stat'],
  barrier: false,
  args,
  aliases: {
    path: ['dest', 'name'],
    checksum_algorithm: ['checksum', 'checksum_algo'],
    get_mime: ['mime', 'mime_type', 'mime-type'],
    get_attributes: ['attr', 'attributes'],
  },
  doc: {
    summary:
      'Shows what is at a path, as `stat` in the result: exists, isreg, isdir, islnk, ischr, isblk, isfifo, issock, mode and its bits, uid, gid, pw_name, gr_name, size, mtime, checksum, lnk_target and lnk_source. Device and inode numbers, link counts and other times are not included.',
    args: {
      path: 'The path.',
      follow: 'Whether a link is followed. Default: false.',
      get_checksum:
        'Whether a file gets `checksum`. For files over 8 MiB only SHA-256 is available. Default: true.',
      checksum_algorithm: '`md5`, `sha1`, `sha224`, `sha256`, `sha384` or `sha512`. Default: sha1.',
      get_mime: 'Accepted, but has no effect.',
      get_attributes: 'Accepted, but has no effect.',
      get_selinux_context: 'Accepted, but has no effect.',
    },
    examples: ['- stat:\n    path: /sys/fs/resctrl/schemata\n  register: resctrl'],
  },
  needs,
  plan(given, context) {
    const path = lookedAt(given, context);
    return unchanged({ stat: describe(given, path, context.state('file', path), context) });
  },
};
