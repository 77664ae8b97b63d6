/** Changes of every sort, and the things on a disk that they begin with. */
import type { FileAttributes, FileState } from '../../../src/resources/file/state.js';
import type { Change } from '../../../src/resources/resource.js';
import { make, type Thing } from './disk.js';
import { absent, change, type Target } from './run-shell.js';

const attributes = { mode: 0o644, uid: 0, gid: 0, mtime: 1_600_000_000_123_456_789n, xattrs: {} };
const text = (content: string) => ({ type: 'file' as const, content: Buffer.from(content), ...attributes });
const folder = (below: Record<string, Thing>): Thing => ({
  type: 'directory',
  below,
  ...attributes,
  mode: 0o755,
});
const root = { owner: 'root', group: 'root' };

/** The changes, with what they need on the disk of the target. */
export function scene(target: Target): readonly Change<'file'>[] {
  const fileOf = (content: string, more: Partial<FileAttributes> = {}): FileState =>
    target.regular(content, { mode: '0600', ...more });
  const dir: FileState = { type: 'directory', mode: '0750', owner: 'daemon', group: 'daemon' };
  const link = (to: string): FileState => ({ type: 'link', target: to, ...root });
  const list: readonly (readonly [string, Thing, FileState])[] = [
    ['created', { type: 'absent' }, fileOf('new')],
    // With these, so many files that they take their places together.
    ['second', { type: 'absent' }, fileOf('new too')],
    ['third', text('once'), fileOf('now')],
    ['replaced', text('old'), fileOf('new', { owner: 'daemon' })],
    ['owned', { ...text('kept'), mode: 0o4755 }, fileOf('kept', { owner: 'bin', mode: '2711' })],
    [
      'tree',
      folder({
        a: text('1'),
        sub: folder({ b: text('2'), l: { type: 'link', target: 'a', uid: 0, gid: 0 } }),
      }),
      absent,
    ],
    ['tree to file', folder({ a: text('3'), sub: folder({}) }), fileOf('file now')],
    ['tree to link', folder({ a: text('3') }), link('created')],
    ['empty to file', folder({}), fileOf('file too')],
    ['dir', folder({ kept: text('k') }), dir],
    ['file to dir', text('gone'), dir],
    ['link', { type: 'link', target: 'one', uid: 0, gid: 0 }, link('two')],
    ['link to file', { type: 'link', target: 'tree', uid: 0, gid: 0 }, fileOf('no link')],
    ['file to link', text('was'), link('created')],
    ['removed', text('away'), absent],
    ['made', { type: 'absent' }, dir],
    ['made/in it', { type: 'absent' }, fileOf('inner')],
  ];
  for (const [name, before] of list) make(target.path(name), before);
  const present = target.read(list.map(([name]) => ({ name: target.path(name), depth: 'tree' })));
  return list.map(([name, , to]) => change(target.path(name), present.get(target.path(name)) ?? absent, to));
}
