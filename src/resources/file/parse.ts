/** The states of paths from what `read` printed. The sections are in library-read.ts. */
import type { FileState } from './state.js';
import type { ContentStore, ReadRequest } from '../resource.js';
import { sha256Of } from '../lib/content-store.js';
import { Cursor, readFailed, readRaced } from './cursor.js';
import { shellPath } from './names.js';
import { readParts } from './read.js';
import { readStatRecord, type StatRecord } from './stat-record.js';
import { parseTree, type Tree } from './tree.js';
import { dumpPath, parseDumpLine } from './xattrs.js';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly depth: 'meta' | 'content' | 'tree';
  /** What the shell saw: see rtp_file_probe. */
  readonly seen: string;
  mount?: 'here' | 'below';
  stat?: StatRecord;
  sha256?: string;
  size?: number;
  xattrs?: Record<string, string>;
  tree?: Tree | undefined;
}

function expectMark(cursor: Cursor, path: string): void {
  if (!cursor.skip('=\n')) throw readRaced(path);
}

function readSums(cursor: Cursor, files: readonly Entry[]): void {
  for (const entry of files) {
    const escaped = entry.path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
    cursor.skip('\\');
    const sum = cursor.remaining > 64 ? cursor.take(64).toString('latin1') : '';
    const named = cursor.skip(`  ${entry.path}\n`) || cursor.skip(`  ${escaped}\n`);
    // sha256sum leaves out what it cannot read; the next line is then another file's, or none.
    if (!named || !/^[0-9a-f]{64}$/.test(sum)) {
      throw readFailed(`${entry.path} cannot be read (or went while it was being read).`);
    }
    entry.sha256 = sum;
    entry.size = entry.stat?.size ?? 0;
  }
}

function readContents(cursor: Cursor, files: readonly Entry[], store: ContentStore): void {
  for (const entry of files) {
    if (cursor.remaining < (entry.size ?? 0)) throw readRaced(entry.path);
    const content = cursor.take(entry.size ?? 0);
    if (sha256Of(content) !== entry.sha256) throw readRaced(entry.path);
    store.put(content);
  }
}

function readXattrs(cursor: Cursor, entries: readonly Entry[]): void {
  for (const entry of entries) {
    entry.xattrs = {};
    if (!cursor.skip(`# file: ${dumpPath(entry.path)}\n`)) continue;
    for (let line = cursor.line(); line !== ''; line = cursor.line()) {
      const attribute = parseDumpLine(line);
      if (attribute === undefined)
        throw readFailed(`An extended attribute of ${entry.path} cannot be understood.`);
      entry.xattrs[attribute[0]] = attribute[1];
    }
  }
}

/** Base64 lines up to a line `=` (good) or `=WHAT`. */
function readBase64(cursor: Cursor): { bytes: Buffer; mark: string } {
  let text = '';
  for (;;) {
    const line = cursor.line();
    if (line.startsWith('=')) return { bytes: Buffer.from(text, 'base64'), mark: line.slice(1) };
    text += line;
  }
}

function readVirtual(cursor: Cursor, entry: Entry, store: ContentStore): void {
  const { bytes, mark } = readBase64(cursor);
  if (mark !== '') throw readFailed(`${entry.path} cannot be read.`);
  entry.sha256 = sha256Of(bytes);
  entry.size = bytes.length;
  if (entry.depth !== 'meta') store.put(bytes);
}

function readTree(cursor: Cursor, entry: Entry): void {
  const manifest = readBase64(cursor);
  if (manifest.mark !== 'mounted')
    entry.tree = parseTree(entry.path, manifest.bytes, readBase64(cursor).bytes);
  if (entry.tree === undefined) entry.mount ??= 'below';
}

function stateOf(entry: Entry): FileState {
  const { stat } = entry;
  if (stat === undefined) return { type: 'absent' };
  const { owner, group } = stat;
  if (stat.type === 'link') return { type: 'link', target: stat.target ?? '', owner, group };
  const attributes = {
    mode: stat.mode,
    owner,
    group,
    mtime: stat.mtime,
    ...(entry.xattrs === undefined ? {} : { xattrs: entry.xattrs }),
    ...(stat.selinux === undefined ? {} : { selinux: stat.selinux }),
    ...(entry.mount === undefined ? {} : { mount: entry.mount }),
  };
  if (stat.type === 'other') return { type: 'other', ...attributes, what: stat.what };
  if (stat.type === 'directory') return { type: 'directory', ...attributes, ...entry.tree };
  return { type: 'file', ...attributes, sha256: entry.sha256 ?? '', size: entry.size ?? 0 };
}

/** The type that the shell saw before and the one that `stat` saw must agree. */
const seenTypes: Readonly<Record<string, string>> = {
  l: 'link',
  f: 'file',
  v: 'file',
  d: 'directory',
  o: 'other',
};

function parsePart(
  cursor: Cursor,
  requests: readonly ReadRequest<'file'>[],
  store: ContentStore,
  states: Map<string, FileState>,
): void {
  const header = cursor.line();
  if (!header.startsWith('rtp-file:'))
    throw readFailed(`Expected the states of files, got ${JSON.stringify(header)}.`);
  const flags = header.slice('rtp-file:'.length);
  const codes = cursor.line();
  if (codes.length !== requests.length)
    throw readFailed('The target printed states for a different number of paths.');
  const entries = requests.map((request, index): Entry => ({
    name: request.name,
    path: shellPath(request.name),
    depth: request.depth ?? 'meta',
    seen: (codes[index] ?? '').toLowerCase(),
    ...(/[FVDO]/.test(codes[index] ?? '') ? { mount: 'here' as const } : {}),
  }));
  const closed = entries.find((entry) => entry.seen === '!');
  if (closed !== undefined) throw readFailed(`${closed.path} cannot be read: permission denied.`);
  const present = entries.filter((entry) => entry.seen !== '-');
  for (const entry of present) {
    entry.stat = readStatRecord(cursor, entry.path, flags.includes('s'));
    if (entry.stat.type !== seenTypes[entry.seen]) throw readRaced(entry.path);
  }
  const last = entries.at(-1)?.path ?? '';
  expectMark(cursor, last);
  const files = present.filter((entry) => entry.seen === 'f');
  readSums(cursor, files);
  expectMark(cursor, last);
  readContents(
    cursor,
    files.filter((entry) => entry.depth !== 'meta'),
    store,
  );
  expectMark(cursor, last);
  if (flags.includes('x'))
    readXattrs(
      cursor,
      present.filter((entry) => 'fdo'.includes(entry.seen)),
    );
  expectMark(cursor, last);
  for (const entry of present) if (entry.seen === 'v') readVirtual(cursor, entry, store);
  for (const entry of present) if (entry.seen === 'd' && entry.depth === 'tree') readTree(cursor, entry);
  if (cursor.line() !== 'rtp-file-end') throw readFailed('The states of files do not end as they should.');
  for (const entry of entries) states.set(entry.name, stateOf(entry));
}

/** States by name. READ_FAILED when a path cannot be read, READ_RACED when one changed meanwhile (read again). */
export function parse(
  requests: readonly ReadRequest<'file'>[],
  output: Buffer,
  store: ContentStore,
): ReadonlyMap<string, FileState> {
  const cursor = new Cursor(output);
  const states = new Map<string, FileState>();
  for (const part of readParts(requests)) parsePart(cursor, part, store, states);
  if (!cursor.atEnd) throw readFailed(`Unexpected text after the states of files: ${cursor.peek()}.`);
  return states;
}
