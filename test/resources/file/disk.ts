/** Things made on a real disk, and the hard facts about them, both without the code under test. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Nanoseconds since the epoch. */
  readonly mtime: bigint;
  readonly xattrs: Readonly<Record<string, string>>;
}

export type Thing =
  | { readonly type: 'absent' }
  | ({ readonly type: 'file'; readonly content: Buffer } & Attributes)
  | ({ readonly type: 'directory'; readonly below: Readonly<Record<string, Thing>> } & Attributes)
  | { readonly type: 'link'; readonly target: string; readonly uid: number; readonly gid: number }
  | ({ readonly type: 'fifo' } & Attributes);

const attributes = {
  mode: fc.oneof(
    fc.constantFrom(0o644, 0o600, 0o755, 0o4755, 0o2750, 0o1777),
    fc.integer({ min: 0, max: 0o7777 }),
  ),
  uid: fc.constantFrom(0, 0, 1, 2, 54321),
  gid: fc.constantFrom(0, 0, 1, 12, 54322),
  mtime: fc.bigInt({ min: 1n, max: 1_900_000_000_000_000_000n }),
  xattrs: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    fc.dictionary(
      fc.constantFrom('user.note', 'user.a=b', 'user.ü'),
      fc.constantFrom('', 'x', 'two\nlines'),
      { maxKeys: 2 },
    ),
  ),
};

const content = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('same text\n', 'other text\n').map((text) => Buffer.from(text)),
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => Buffer.alloc(1024 * 1024 + 7, byte)),
  },
);

/** One path component: anything but a slash, a NUL, `.` and `..`. */
export const component = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.constantFrom(
      '-rf',
      '--help',
      'new\nline',
      "it's",
      'back\\slash',
      ' ',
      '~',
      '*',
      '$(x)',
      '# file: y',
      '=',
      '.hidden',
    ),
  )
  .filter(
    (name) => !/[/\0]/.test(name) && name !== '.' && name !== '..' && Buffer.from(name).toString() === name,
  );

const file = fc.record({ type: fc.constant('file' as const), content, ...attributes });
const link = fc.record({
  type: fc.constant('link' as const),
  target: fc.oneof(component, fc.constantFrom('/', '..', '/nowhere/at all', 'trailing\n')),
  uid: attributes.uid,
  gid: attributes.gid,
});
const fifo = fc.record({ type: fc.constant('fifo' as const), ...attributes, xattrs: fc.constant({}) });
const absent = fc.constant({ type: 'absent' as const });

/** Anything that may be in a folder, folders with contents among them. */
export const thing: fc.Arbitrary<Thing> = fc.letrec<{ tree: Thing; thing: Thing }>((tie) => ({
  tree: fc.record({
    type: fc.constant('directory' as const),
    below: fc.dictionary(component, tie('thing'), { maxKeys: 4 }),
    ...attributes,
  }),
  thing: fc.oneof({ depthSize: 'small', maxDepth: 3 }, file, link, fifo, absent, tie('tree')),
})).thing;

/** The same without a file system that has extended attributes. */
export function withoutXattrs(of: Thing): Thing {
  if (of.type === 'absent' || of.type === 'link') return of;
  const bare = { ...of, xattrs: {} };
  if (bare.type !== 'directory') return bare;
  return {
    ...bare,
    below: Object.fromEntries(
      Object.entries(bare.below).map(([name, inner]) => [name, withoutXattrs(inner)]),
    ),
  };
}

function decimal(nanoseconds: bigint): string {
  return `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`;
}

/** Makes the thing at the path, where nothing is. */
export function make(path: string, wanted: Thing): void {
  switch (wanted.type) {
    case 'absent':
      return;
    case 'link':
      symlinkSync(wanted.target, path);
      lchownSync(path, wanted.uid, wanted.gid);
      return;
    case 'file':
      writeFileSync(path, wanted.content);
      break;
    case 'fifo':
      execFileSync('mkfifo', ['--', path]);
      break;
    case 'directory':
      mkdirSync(path);
      for (const [name, inner] of Object.entries(wanted.below)) make(join(path, name), inner);
      break;
  }
  lchownSync(path, wanted.uid, wanted.gid);
  chmodSync(path, wanted.mode);
  for (const [name, value] of Object.entries(wanted.xattrs)) {
    execFileSync('setfattr', [
      '-h',
      '-n',
      name,
      '-v',
      `0s${Buffer.from(value).toString('base64')}`,
      '--',
      path,
    ]);
  }
  execFileSync('touch', ['-h', '-m', '-d', `@${decimal(wanted.mtime)}`, '--', path]);
}

export interface FactOptions {
  /** busybox sets whole seconds only. */
  readonly wholeSeconds: boolean;
}

function factsOf(path: string, label: string, options: FactOptions, found: Record<string, unknown>): void {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) {
    found[label] = 'absent';
    return;
  }
  const second = 1_000_000_000n;
  const common = {
    mode: stat.mode.toString(8),
    uid: stat.uid,
    gid: stat.gid,
    ...(stat.isSymbolicLink() ? {} : { mtime: options.wholeSeconds ? stat.mtimeNs / second : stat.mtimeNs }),
    ...(stat.isFile() ? { content: readFileSync(path).toString('base64') } : {}),
    ...(stat.isSymbolicLink() ? { target: readlinkSync(path) } : {}),
  };
  found[label] = common;
  if (stat.isDirectory()) {
    for (const name of readdirSync(path).sort())
      factsOf(join(path, name), `${label}/${name}`, options, found);
  }
}

/** Every hard fact about all that is in the folder. */
export function factsIn(path: string, options: FactOptions): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const name of readdirSync(path).sort()) factsOf(join(path, name), name, options, found);
  // Every attribute, times and owners aside; nothing where the package attr is not installed.
  found['xattrs'] = spawnSync(
    'sh',
    ['-c', 'cd "$1" && getfattr -R -h -P -d -m - -e base64 -- * .[!.]* | LC_ALL=C sort', 'sh', path],
    {
      encoding: 'utf8',
    },
  ).stdout;
  return found;
}
