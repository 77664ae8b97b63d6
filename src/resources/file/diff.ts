/** How a change of a path is shown. */
import { isUtf8 } from 'node:buffer';
import type { FileState } from './state.js';
import type { Change, ContentStore, FieldChange, StateDiff } from '../resource.js';
import { treeDigest } from './canon.js';
import { dumpLines } from './xattrs.js';

/** Longer texts are shown by digest and size. */
export const mostTextBytes = 256 * 1024;

/** The bytes as text; undefined when they are not at hand or are not text. */
function textOf(state: FileState, store: ContentStore): string | undefined {
  if (state.type !== 'file' || state.size > mostTextBytes) return undefined;
  const content = store.get(state.sha256);
  if (content === undefined || content.length > mostTextBytes) return undefined;
  if (!isUtf8(content) || content.includes(0)) return undefined;
  return content.toString('utf8');
}

function fieldsOf(state: FileState, withBytes: boolean): Map<string, string> {
  const fields = new Map<string, string>();
  if (state.type === 'absent') return fields;
  fields.set('type', state.type === 'other' ? state.what : state.type);
  fields.set('owner', state.owner).set('group', state.group);
  if (state.type === 'link') return fields.set('target', state.target);
  fields.set('mode', state.mode);
  if (state.type === 'file' && withBytes) fields.set('sha256', state.sha256).set('size', String(state.size));
  if (state.type === 'directory' && state.listing !== undefined)
    fields.set('below', String(state.listing.length));
  if (state.type === 'directory' && state.tree !== undefined) fields.set('tree', treeDigest(state.tree));
  if (state.selinux !== undefined) fields.set('selinux', state.selinux);
  for (const line of dumpLines(state.xattrs ?? {}, state.mode)) {
    const at = line.indexOf('=');
    fields.set(`xattr ${line.slice(0, at)}`, line.slice(at + 1));
  }
  return fields;
}

const order = ['type', 'target', 'mode', 'owner', 'group', 'sha256', 'size', 'below', 'tree', 'selinux'];

function rank(field: string): number {
  const at = order.indexOf(field);
  return at < 0 ? order.length : at;
}

/** Of so many things below two folders a difference is shown by name. */
const mostNames = 20;

/** What is below one of two folders only, or is another sort of thing. */
function namesBelow(from: FileState, to: FileState): readonly FieldChange[] {
  if (from.type !== 'directory' || to.type !== 'directory') return [];
  if (from.listing === undefined || to.listing === undefined) return [];
  const before = new Map(from.listing.map(({ path, type }) => [path, type]));
  const after = new Map(to.listing.map(({ path, type }) => [path, type]));
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  const more = names.length - mostNames;
  return [
    ...names
      .slice(0, mostNames)
      .map((path) => ({ field: `below: ${path}`, before: before.get(path), after: after.get(path) })),
    ...(more > 0 ? [{ field: 'below', before: undefined, after: `(${more} more differ)` }] : []),
  ];
}

function fieldChanges(from: FileState, to: FileState, withBytes: boolean): readonly FieldChange[] {
  const before = fieldsOf(from, withBytes);
  const after = fieldsOf(to, withBytes);
  // A wanted state that says nothing about label or attributes keeps the present ones.
  const silent = (field: string): boolean =>
    to.type !== 'absent' &&
    to.type !== 'link' &&
    ((field === 'selinux' && to.selinux === undefined) ||
      (field.startsWith('xattr ') && to.xattrs === undefined));
  const fields = [...new Set([...before.keys(), ...after.keys()])]
    // The digest of a tree says something only beside another one.
    .filter((field) => field !== 'tree' || from.type === to.type)
    .filter((field) => before.get(field) !== after.get(field) && !(silent(field) && from.type === to.type))
    .sort((a, b) => rank(a) - rank(b))
    .map((field) => ({ field, before: before.get(field), after: after.get(field) }));
  return [...fields, ...namesBelow(from, to)];
}

export function diff({ id, from, to }: Change<'file'>, store: ContentStore): StateDiff {
  const before = textOf(from, store);
  const after = textOf(to, store);
  const isText = (state: FileState, text: string | undefined) =>
    state.type === 'absent' || text !== undefined;
  const sameBytes = from.type === 'file' && to.type === 'file' && from.sha256 === to.sha256;
  if (
    sameBytes ||
    !(isText(from, before) && isText(to, after)) ||
    (before === undefined && after === undefined)
  ) {
    return { type: 'fields', fields: fieldChanges(from, to, true) };
  }
  const header = (state: FileState) => (state.type === 'absent' ? '/dev/null' : id.name);
  return {
    type: 'text',
    header: { before: header(from), after: header(to) },
    before,
    after,
    fields: fieldChanges(from, to, false),
  };
}
