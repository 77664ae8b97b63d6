/** Recorded machines that are damaged, hostile or something else: what a person reads of them, and that nothing outside is read. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pack, type Header } from 'tar-stream';
import { archiveLimits, type ArchiveLimits } from '../../../src/cli/topology/archive.js';
import { readTopologyTexts, readTopologyTree } from '../../../src/cli/topology/tree.js';
import { RtprovError } from '../../../src/diagnostics/diagnostic.js';
import { formatCpuList } from '../../../src/rt/cpus/cpu-list.js';
import { tree } from '../../rt/topology/tree.js';

const machine = (): Map<string, string> => tree({ packages: 1, cores: 2, threads: 2, siblings: 'far' });
const online = '/sys/devices/system/cpu/online';

type Member = readonly [header: Partial<Header> & { name: string }, text: string];

const members = (root: string, files: ReadonlyMap<string, string>): readonly Member[] =>
  [...files].map(([path, text]) => [{ name: `${root}${path}` }, text]);

describe('a recorded machine that is given with --topology', function () {
  // Unpacking takes its time where much else runs.
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-recorded-'));
    // Another user looks at it below.
    chmodSync(folder, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(name: string, bytes: Buffer | string): string {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return path;
  }

  const bzip2 = (bytes: Buffer): Buffer =>
    execFileSync('bzip2', ['-c'], { input: bytes, maxBuffer: 2 ** 28 });

  async function tarOf(list: readonly Member[]): Promise<Buffer> {
    const tar = pack();
    for (const [header, text] of list) tar.entry(header, text);
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  const archive = async (list: readonly Member[]): Promise<string> =>
    write('machine.tar.bz2', bzip2(await tarOf(list)));

  /** What stands in the message after the name of the folder or the file. */
  async function refusal(path: string, limits: ArchiveLimits = archiveLimits): Promise<string> {
    const fault: unknown = await readTopologyTree(path, limits).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(fault instanceof RtprovError, `${path} was read`);
    assert.equal(fault.code, 'BAD_TOPOLOGY');
    const begin = `${path} cannot be read as a machine's topology: `;
    assert.equal(fault.message.slice(0, begin.length), begin);
    return fault.message.slice(begin.length);
  }

  describe('as an archive', () => {
    it('is read, with or without a folder around it', async () => {
      for (const root of ['', '.', './machine', 'a/b/machine']) {
        const read = await readTopologyTree(await archive(members(root, machine())));
        assert.equal(formatCpuList(read.online), '0-3', root);
        assert.deepEqual(read.notes, []);
      }
    });

    it('that ends too early is refused, wherever it ends', async () => {
      const packed = bzip2(await tarOf(members('machine', machine())));
      for (const length of [20, packed.length >> 1, packed.length - 20])
        assert.match(await refusal(write('cut.tar.bz2', packed.subarray(0, length))), /it ends too early/);
      const tar = await tarOf(members('machine', machine()));
      const cut = tar.subarray(0, tar.length - 2000);
      assert.match(await refusal(write('cut.tar.bz2', bzip2(cut))), /Unexpected end of data/);
    });

    it('that is none is refused', async () => {
      assert.match(await refusal(write('a.tar.bz2', 'no archive at all')), /No magic number found/);
      assert.match(await refusal(write('b.tar.bz2', '')), /it is empty/);
      const text = Buffer.from('x'.repeat(2048));
      assert.match(await refusal(write('c.tar.bz2', bzip2(text))), /Invalid tar header/);
    });

    it('with a damaged byte is refused', async () => {
      const packed = bzip2(await tarOf(members('machine', machine())));
      const middle = packed.length >> 1;
      packed[middle] = (packed[middle] ?? 0) ^ 0x55;
      assert.notEqual(await refusal(write('bad.tar.bz2', packed)), '');
    });

    it('that unpacks to too much is refused before it fills the memory', async () => {
      const bomb = write('bomb.tar.bz2', bzip2(Buffer.alloc(4 * 2 ** 20)));
      const limits = { ...archiveLimits, bytes: 2 ** 20 };
      assert.equal(await refusal(bomb, limits), 'it unpacks to more than 1048576 bytes');
      const list = members('machine', machine());
      const many = { ...archiveLimits, entries: 10 };
      assert.equal(await refusal(await archive(list), many), 'it has more than 10 entries');
      const long = await archive([[{ name: `m${online}` }, '0'.repeat(100)]]);
      const short = { ...archiveLimits, fileBytes: 50 };
      assert.equal(await refusal(long, short), `m${online} is longer than 50 bytes`);
    });

    it('of two machines is refused, and both are named', async () => {
      const both = [...members('one', machine()), ...members('two', machine())];
      assert.equal(await refusal(await archive(both)), 'it holds several machines: one/, two/');
    });

    it('of something else is refused', async () => {
      const path = await archive([[{ name: 'photos/cat.txt' }, 'a cat']]);
      assert.match(await refusal(path), /^no CPU is named in \/sys\/devices\/system\/cpu\/online/);
    });

    it('may hold links, devices and names that lead out of it: they are skipped', async () => {
      const list: readonly Member[] = [
        ...members('machine', machine()),
        [{ name: 'machine/sys/devices/system/cpu/possible', type: 'symlink', linkname: '/etc/passwd' }, ''],
        [{ name: 'machine/sys/devices/cpu_core/cpus', type: 'link', linkname: 'machine/proc/x' }, ''],
        [{ name: 'machine/sys/devices/cpu_atom/cpus', type: 'fifo' }, ''],
        [{ name: '../../outside/etc/passwd' }, 'root'],
      ];
      const texts = await readTopologyTexts(await archive(list));
      assert.deepEqual(texts, await readTopologyTexts(await archive(members('machine', machine()))));
    });
  });

  describe('as a folder', () => {
    const put = (files: ReadonlyMap<string, string>): void => {
      for (const [path, text] of files) write(`machine${path}`, text);
    };

    it('is read, also by the folder around it', async () => {
      put(machine());
      for (const path of [join(folder, 'machine'), folder])
        assert.equal(formatCpuList((await readTopologyTree(path)).online), '0-3', path);
    });

    it('that is not there, is empty or lacks sys is refused', async () => {
      const missing = join(folder, 'missing');
      assert.equal(await refusal(missing), `${missing} does not exist`);
      assert.match(await refusal(folder), /^no CPU is named in \/sys\/devices\/system\/cpu\/online/);
      write('machine/proc/meminfo', 'MemTotal: 1 kB\n');
      assert.match(await refusal(join(folder, 'machine')), /^no CPU is named in/);
    });

    it('that the user may not look into is refused; files that he may not read are absent', async () => {
      put(machine());
      const closed = join(folder, 'closed');
      mkdirSync(closed, { mode: 0 });
      chmodSync(join(folder, 'machine', '/sys/devices/system/cpu/possible'), 0);
      const asRoot = process.geteuid?.() === 0;
      // Root may read all.
      if (asRoot) process.seteuid?.('nobody');
      try {
        assert.equal(await refusal(closed), `permission is denied for ${closed}`);
        const { sources, online: runs } = await readTopologyTree(join(folder, 'machine'));
        assert.deepEqual([sources['possible'], runs], [undefined, [0, 1, 2, 3]]);
      } finally {
        if (asRoot) process.seteuid?.(0);
      }
    });

    it('shows nothing outside it, whatever its links say', async () => {
      put(machine());
      write('outside/cpus', '0-1\n');
      symlinkSync(join(folder, 'outside'), join(folder, 'machine/sys/devices/cpu_core'));
      const texts = await readTopologyTexts(join(folder, 'machine'));
      assert.equal(texts.has('/sys/devices/cpu_core/cpus'), false);
    });

    it('shows no file outside it that a file of it is a link to; links within it count', async () => {
      put(machine());
      write('outside', 'a secret\n');
      symlinkSync(join(folder, 'outside'), join(folder, 'machine/sys/devices/system/cpu/isolated'));
      symlinkSync('online', join(folder, 'machine/sys/devices/system/cpu/nohz_full'));
      const { isolated, nohzFull, notes } = await readTopologyTree(join(folder, 'machine'));
      assert.deepEqual([isolated, nohzFull, notes], [undefined, [0, 1, 2, 3], []]);
    });

    it('with a file that is too long, or files that are too long together, is refused', async () => {
      put(machine());
      write(`machine${online}`, '0'.repeat(100));
      const path = join(folder, 'machine');
      const short = { ...archiveLimits, fileBytes: 50 };
      assert.equal(await refusal(path, short), `${online} is longer than 50 bytes`);
      const little = { ...archiveLimits, bytes: 50 };
      assert.equal(await refusal(path, little), 'its files hold more than 50 bytes');
    });
  });

  describe('as neither', () => {
    it('is refused without waiting for a writer or for the end of a device', async () => {
      const fifo = join(folder, 'fifo');
      execFileSync('mkfifo', [fifo]);
      for (const path of [fifo, '/dev/zero'])
        assert.equal(await refusal(path), 'it is neither a folder nor a regular file');
    });
  });
});
