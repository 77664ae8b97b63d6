/** The accounts of a machine as `rtp_account_list` prints them. */
import { readFailed } from '../lib/output.js';
import type { FreeIds } from './state.js';

export interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}
export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}
export interface Accounts {
  readonly users: ReadonlyMap<string, PasswdEntry>;
  readonly groups: ReadonlyMap<string, GroupEntry>;
  /** Hash fields by user name; empty for a reader who is not root. */
  readonly hashes: ReadonlyMap<string, string>;
  /** login.defs(5): UID_MIN, SYS_UID_MAX, ... */
  readonly ranges: ReadonlyMap<string, number>;
}

/** Byte order, as `LC_ALL=C sort` on the target has it. */
export function inByteOrder(names: Iterable<string>): string[] {
  return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** The first account of a number that was asked for as a name. */
export function namedBy<T extends { readonly name: string }>(
  asked: string,
  accounts: Iterable<T>,
  idOf: (account: T) => number,
): { readonly named?: string } {
  if (!/^\d+$/.test(asked)) return {};
  for (const account of accounts) if (idOf(account) === Number(asked)) return { named: account.name };
  return {};
}

export function parseAccounts(output: Buffer): Accounts {
  const text = output.toString('utf8');
  const sections = /^([^]*?)::group\n([^]*?)::shadow\n([^]*?)::ranges\n([^]*)$/.exec(text);
  if (sections === null) throw readFailed('user and group', text);
  const rows = (section: string | undefined): string[][] =>
    (section ?? '')
      .split('\n')
      .filter((line) => line.includes(':'))
      .map((line) => line.split(':'));
  const users = new Map<string, PasswdEntry>();
  for (const [name = '', , uid, gid, comment = '', home = '', shell = ''] of rows(sections[1])) {
    if (!users.has(name)) users.set(name, { name, uid: Number(uid), gid: Number(gid), comment, home, shell });
  }
  const groups = new Map<string, GroupEntry>();
  for (const [name = '', , gid, members = ''] of rows(sections[2])) {
    if (!groups.has(name)) {
      groups.set(name, {
        name,
        gid: Number(gid),
        members: members.split(',').filter((member) => member !== ''),
      });
    }
  }
  const hashes = new Map(rows(sections[3]).map(([name = '', hash = '']) => [name, hash]));
  const ranges = new Map<string, number>();
  for (const line of (sections[4] ?? '').split('\n')) {
    const [key, value] = line.split(' ');
    if (key !== undefined && value !== undefined) ranges.set(key, Number(value));
  }
  return { users, groups, hashes, ranges };
}

/**
 * Free ids. useradd(8) takes the highest used normal id plus one, and for system accounts the highest free id below
 * SYS_UID_MAX.
 */
export function freeIds(
  taken: ReadonlySet<number>,
  ranges: ReadonlyMap<string, number>,
  prefix: 'UID' | 'GID',
): FreeIds {
  const min = ranges.get(`${prefix}_MIN`) ?? 1000;
  const max = ranges.get(`${prefix}_MAX`) ?? 60000;
  const systemMin = ranges.get(`SYS_${prefix}_MIN`) ?? 101;
  const systemMax = ranges.get(`SYS_${prefix}_MAX`) ?? min - 1;
  let normal = min;
  for (const id of taken) if (id >= normal && id < max) normal = id + 1;
  let system = systemMax;
  while (taken.has(system) && system > systemMin) system -= 1;
  return { normal, system };
}

/** Free ids with all that is needed to find the next ones once some of them are given away in a plan. */
export function readFreeIds({ users, groups, ranges }: Accounts, prefix: 'UID' | 'GID'): FreeIds {
  const taken = [...[...users.values()].map(({ uid }) => uid), ...[...groups.values()].map(({ gid }) => gid)];
  return { ...freeIds(new Set(taken), ranges, prefix), taken, ranges: Object.fromEntries(ranges) };
}
