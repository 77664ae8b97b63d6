import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPlace, PlaceFault, placeOf, replaceFile } from '../../../src/engine/operations/fetch-place.js';

describe('fetch: where the file is', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'rtprov-fetch-'));
  });
  afterEach(() => rmSync(base, { recursive: true }));

  const place = (src: string, more: { dest?: string; flat?: boolean; host?: string } = {}) =>
    placeOf({ dest: 'out', flat: false, host: 'h1', base, src, ...more });

  /** Writes the file; gives the fault's text or ''. */
  async function write(...args: Parameters<typeof place>): Promise<string> {
    try {
      const where = place(...args);
      await checkPlace(where, true);
      await replaceFile(where, (file) => file.writeFile('new\n'));
      return '';
    } catch (error) {
      if (error instanceof PlaceFault) return error.message;
      throw error;
    }
  }

  it('is below dest and the name of the host, or dest itself', () => {
    assert.equal(place('/etc/motd').path, join(base, 'out/h1/etc/motd'));
    assert.equal(place('/etc//./motd').path, join(base, 'out/h1/etc/motd'));
    assert.equal(place('/a\\b/c\nd').path, join(base, 'out/h1/a\\b/c\nd'));
    assert.equal(place('/etc/motd', { flat: true, dest: 'out/' }).path, join(base, 'out/motd'));
    assert.equal(place('/etc/motd', { flat: true, dest: '/srv/own' }).path, '/srv/own');
  });

  for (const src of ['/root/../../tmp/x', '/..', '/a/..', '/../x', '/', '', '/a\0b'])
    it(`refuses src ${JSON.stringify(src)}`, () => assert.throws(() => place(src), PlaceFault));
  for (const host of ['../../x', '..', '.', '', '/etc', 'a/b', 'a\0b'])
    it(`refuses the host ${JSON.stringify(host)}`, () =>
      assert.throws(() => place('/x', { host }), PlaceFault));

  it('writes new files, replaces old ones, and leaves nothing beside them', async () => {
    assert.equal(await write('/etc/motd'), '');
    writeFileSync(join(base, 'out/h1/etc/motd'), 'old\n');
    assert.equal(await write('/etc/motd'), '');
    assert.equal(readFileSync(join(base, 'out/h1/etc/motd'), 'utf8'), 'new\n');
    assert.deepEqual(readdirSync(join(base, 'out/h1/etc')), ['motd']);
  });

  it('follows dest where it is a link, and no link below it', async () => {
    mkdirSync(join(base, 'real'));
    mkdirSync(join(base, 'away'));
    symlinkSync('real', join(base, 'out'));
    assert.equal(await write('/etc/motd'), '');
    assert.ok(existsSync(join(base, 'real/h1/etc/motd')));
    symlinkSync(join(base, 'away'), join(base, 'real/h1/srv'));
    assert.match(await write('/srv/x'), /out\/h1\/srv is a link and not a folder/);
    symlinkSync(join(base, 'away/x'), join(base, 'real/h1/etc/link'));
    assert.match(await write('/etc/link'), /is a link and is not replaced/);
    assert.deepEqual(readdirSync(join(base, 'away')), []);
  });

  it('leaves folders, devices and FIFOs alone', async () => {
    execFileSync('mkfifo', [join(base, 'fifo')]);
    assert.match(await write('/x', { flat: true, dest: 'fifo' }), /FIFO/);
    mkdirSync(join(base, 'folder'));
    assert.match(await write('/x', { flat: true, dest: 'folder' }), /ends with a slash/);
    assert.match(await write('/x', { flat: true, dest: '/dev/null' }), /device/);
  });

  it('gives up a folder that cannot be made', async () => {
    await assert.rejects(checkPlace(place('/x', { dest: '/proc/none/here/' }), true), /ENOENT/);
  });

  it('leaves nothing behind a failure', async () => {
    const where = place('/x');
    await checkPlace(where, true);
    await assert.rejects(
      replaceFile(where, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.deepEqual(readdirSync(join(base, 'out/h1')), []);
  });
});
