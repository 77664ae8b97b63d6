/**
 * May the user of a task reach what it looks at and change what it wants to? For what is there the kernel says so; for what is only
 * planned, modes and owners do (path_resolution(7), inode(7), sticky(7) in chmod(1)). A plan that is not sure of it says so.
 */
import { foldersAbove } from '../../resources/file/names.js';
import type { FileState } from '../../resources/file/state.js';
import type { Change, ReadRequest } from '../../resources/resource.js';
import type { UserState } from '../../resources/user/state.js';
import { isUnknown, Unknown } from '../../values/value.js';
import type { Needs, PlanInputs } from '../inputs.js';
import type { PlanView } from '../view.js';

const READ = 4;
const WRITE = 2;
const SEARCH = 1;

interface Who {
  readonly user: string;
  readonly uid: number;
  readonly groups: readonly string[];
  /** All groups are known. */
  readonly complete: boolean;
}

type Attributes = Exclude<FileState, { type: 'absent' | 'link' }>;

const attributesOf = (state: unknown): Attributes | undefined => {
  const file = state as FileState | undefined;
  return file === undefined || isUnknown(file) || file.type === 'absent' || file.type === 'link'
    ? undefined
    : file;
};

const owns = (who: Who, owner: string): boolean => owner === who.user || owner === String(who.uid);

/** Undefined: it depends on groups that are not known, or on an access list (acl(5)). */
export function permits(state: Attributes, bits: number, who: Who): boolean | undefined {
  if (state.xattrs?.['system.posix_acl_access'] !== undefined) return undefined;
  const mode = Number.parseInt(state.mode, 8);
  const has = (shift: number): boolean => ((mode >> shift) & bits) === bits;
  if (owns(who, state.owner)) return has(6);
  if (who.groups.includes(state.group)) return has(3);
  if (who.complete || has(3) === has(0)) return has(0);
  return undefined;
}

class Access {
  private readonly who: Who;

  constructor(private readonly inputs: PlanInputs) {
    const { facts, view } = inputs;
    const { user, uid, group } = facts;
    const known = view.peek({ kind: 'user', name: user });
    const account = known === undefined || isUnknown(known) ? undefined : (known as UserState);
    const complete = account?.exists === true;
    const more = complete
      ? [...(account.group === undefined ? [] : [account.group]), ...(account.groups ?? [])]
      : [];
    this.who = { user, uid, groups: [group, ...more], complete };
  }

  /** Why the user may not get to see one of these, as far as planned or borrowed states say. */
  reading(requests: readonly ReadRequest[]): string | undefined {
    const { view } = this.inputs;
    for (const { kind, name, ...request } of requests) {
      if (kind !== 'file') continue;
      const path = view.realPath(name);
      for (const folder of [...foldersAbove(path)].reverse()) {
        const shut = this.refused(folder, SEARCH, 'look into');
        if (shut !== undefined) return shut;
      }
      const tree = 'depth' in request && request.depth === 'tree';
      const state = attributesOf(view.peek({ kind, name: path }));
      const bits = state?.type === 'file' ? READ : state?.type === 'directory' && tree ? READ | SEARCH : 0;
      const shut = bits === 0 ? undefined : this.refused(path, bits, 'read');
      if (shut !== undefined) return shut;
    }
    return undefined;
  }

  /** Why the user may not be able to make these changes. */
  writing(changes: readonly Change[]): string | undefined {
    for (const { id, from, to } of changes) {
      if (id.kind !== 'file') continue;
      const why = this.change(id.name, from as FileState, to as FileState);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  private change(path: string, from: FileState, to: FileState): string | undefined {
    const { view } = this.inputs;
    const [before, after] = [attributesOf(from), attributesOf(to)];
    if (before !== undefined && 'mount' in before) return undefined;
    const kept =
      before !== undefined &&
      before.type === after?.type &&
      (before.type !== 'file' || before.sha256 === (after as typeof before).sha256);
    if (kept && !owns(this.who, before.owner)) return this.words(path, before, 'change the mode or owner of');
    if (after !== undefined && !owns(this.who, after.owner))
      return `${this.who.user} may not be allowed to give ${path} to ${after.owner}`;
    const above = foldersAbove(path)[0] ?? '/';
    const folder = attributesOf(view.peek({ kind: 'file', name: above }));
    // In a folder with setgid new things get its group (inode(7)).
    const own = kept
      ? before.group
      : folder !== undefined && /^[2367]/.test(folder.mode)
        ? folder.group
        : undefined;
    if (after !== undefined && after.group !== own && !this.who.groups.includes(after.group))
      return `${this.who.user} may not be allowed to give ${path} to the group ${after.group}`;
    if (kept || folder === undefined) return undefined;
    const owner = 'owner' in from ? from.owner : undefined;
    if (
      /^[1357]/.test(folder.mode) &&
      owner !== undefined &&
      ![owner, folder.owner].some((name) => owns(this.who, name))
    )
      return this.words(above, folder, 'replace what others own in');
    return this.refused(above, WRITE | SEARCH, 'write in', true);
  }

  /** `always`: also where it is there, and only its modes are known to refuse. */
  private refused(path: string, bits: number, what: string, always = false): string | undefined {
    const { view } = this.inputs;
    const unproven = isUnproven(view, path);
    if (!unproven && !always) return undefined;
    const state = attributesOf(view.peek({ kind: 'file', name: path }));
    const allowed = state === undefined ? true : permits(state, bits, this.who);
    if (state === undefined || allowed === true || (allowed === undefined && !unproven)) return undefined;
    return this.words(path, state, what);
  }

  private words(path: string, { owner, group, mode }: Attributes, what: string): string {
    return `${this.who.user} may not be allowed to ${what} ${path} (${owner}:${group} ${mode})`;
  }
}

function isUnproven(view: PlanView, path: string): boolean {
  const id = { kind: 'file', name: path } as const;
  return view.isPlanned(id) || view.lent.has(`file:${path}`);
}

/** Why it is unknown whether the user of a task can do what it wants. The groups of the user may have to be read first. */
export function accessDoubt(
  doubt: (access: Access) => string | undefined,
  inputs: PlanInputs,
  needs: Needs,
): Unknown | undefined {
  const { facts, view, checkMode } = inputs;
  if (!checkMode || facts.uid === 0) return undefined;
  const reason = doubt(new Access(inputs));
  if (reason === undefined) return undefined;
  // The groups that decide are asked for only where they may.
  needs.reads.push(...view.missing([{ kind: 'user', name: facts.user }]));
  return new Unknown(reason);
}
