import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.js';
import { Sources } from '../../../src/engine/run/sources.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';

describe('Sources', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rtprov-sources-'));
    mkdirSync(join(dir, 'files/conf/sub'), { recursive: true });
    writeFileSync(join(dir, 'files/conf/a'), 'a');
    writeFileSync(join(dir, 'files/conf/sub/b'), 'b');
    symlinkSync('a', join(dir, 'files/conf/to-file'));
    symlinkSync('sub', join(dir, 'files/conf/to-folder'));
    symlinkSync('nowhere', join(dir, 'files/conf/to-nothing'));
    symlinkSync('..', join(dir, 'files/conf/sub/back'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  async function entries(followLinks: boolean): Promise<readonly string[]> {
    const sources = new Sources(new MemoryContentStore());
    const task = { searchPaths: [dir], furtherTemplates: [], range: { file: 'p.yaml', line: 1, column: 1 } };
    const request = { name: 'conf/', folder: 'files', followLinks } as const;
    await sources.load(request, task);
    const source = sources.get(request, task);
    assert.ok(source?.type === 'directory');
    return source.entries.map(({ relative, type }) => `${type} ${relative}`);
  }

  it('gives links below a folder as links', async () => {
    assert.deepEqual(await entries(false), [
      'file a',
      'directory sub',
      'file sub/b',
      'link sub/back',
      'link to-file',
      'link to-folder',
      'link to-nothing',
    ]);
  });

  it('gives what they lead to when they are followed, but for circles and nothing', async () => {
    const found = await entries(true);
    assert.ok(found.includes('file to-file'));
    assert.ok(found.includes('directory to-folder'));
    assert.ok(found.includes('file to-folder/b'));
    assert.ok(found.includes('link to-nothing'));
    assert.ok(found.includes('link sub/back'));
  });

  it('looks for templates, and for nothing else, in the further folders last', async () => {
    const sources = new Sources(new MemoryContentStore());
    for (const name of ['templates/own.j2', 'further/own.j2', 'further/sub/last.j2']) {
      mkdirSync(join(dir, name, '..'), { recursive: true });
      writeFileSync(join(dir, name), name);
    }
    const range = { file: 'p.yaml', line: 1, column: 1 };
    const task = { searchPaths: [dir], furtherTemplates: [join(dir, 'further')], range };
    for (const [name, path] of [
      ['own.j2', 'templates/own.j2'],
      ['sub/last.j2', 'further/sub/last.j2'],
    ] as const) {
      await sources.load({ name, folder: 'templates' }, task);
      assert.equal(sources.get({ name, folder: 'templates' }, task)?.path, join(dir, path));
    }
    await assert.rejects(sources.load({ name: 'sub/last.j2', folder: 'files' }, task), DiagnosticError);
  });
});
