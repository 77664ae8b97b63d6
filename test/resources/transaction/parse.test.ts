import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import { octalMode, otherPath, parseListed } from '../../../src/resources/transaction/listing.js';
import { parseChanges, parseTransaction } from '../../../src/resources/transaction/parse.js';
import { tarFiles } from '../../../src/resources/transaction/tar.js';

describe("apt's simulation", () => {
  /** Recorded from apt 2.6 on Debian 12. */
  const plan = [
    "Note, selecting 'exim4' instead of 'mta'",
    'Inst libnuma1 (2.0.16-1 Debian:12.5/stable [amd64])',
    'Inst rt-tests [2.3-1] (2.4-1 Debian:12.5/stable [amd64]) [other:amd64 ]',
    'Inst exim4 (4.96 Debian:12/stable [all])',
    'Inst libc6:i386 (2.36-9 Debian:12/stable [i386]) []',
    'Remv chrony [4.3-2+deb12u1]',
    'Purg old [1.0]',
    'Purg left []',
    'Conf libnuma1 (2.0.16-1 Debian:12.5/stable [amd64])',
    'Conf half (1.5 Debian:12/stable [amd64])',
  ];

  it('becomes changes', () => {
    const marks = new Map([
      ['rt-tests', true],
      ['chrony', false],
    ]);
    assert.deepEqual(parseChanges(plan, [], marks), [
      { name: 'libnuma1', to: '2.0.16-1', auto: true },
      { name: 'rt-tests', from: '2.3-1', to: '2.4-1', auto: true },
      { name: 'exim4', to: '4.96', auto: false },
      { name: 'libc6:i386', to: '2.36-9', auto: true },
      { name: 'chrony', from: '4.3-2+deb12u1', auto: false },
      { name: 'old', from: '1.0', auto: false },
      { name: 'left', auto: false },
      { name: 'half', to: '1.5', auto: false },
    ]);
  });

  it('configures the version that is there, not the newest, which apt names', () => {
    const half = parseChanges(plan, [], new Map(), [], new Map([['half', '1.4']])).at(-1);
    assert.deepEqual(half, { name: 'half', to: '1.4', auto: false });
  });

  it('marks what was asked for by name', () => {
    assert.equal(parseChanges(plan, ['rt-tests'], new Map([['rt-tests', true]]))[1]?.auto, false);
  });

  it('gives its complaint', () => {
    const output = Buffer.from(
      '::refreshes false\n::merged true\n::starts true\n::error\nUnable to locate package x\n',
    );
    assert.deepEqual(parseTransaction(output, false, new MemoryContentStore()), {
      changes: [],
      error: 'Unable to locate package x',
      refreshes: false,
      unavailable: [],
    });
  });

  it('is refused when it is something else', () => {
    assert.throws(() => parseTransaction(Buffer.from('sh: not found\n'), false, new MemoryContentStore()), {
      code: 'READ_FAILED',
    });
  });
});

describe('the listing of a package', () => {
  it('is read', () => {
    assert.deepEqual(parseListed('-rw-r----- root/adm          12 2023-05-01 10:00:00 ./etc/a file'), {
      path: '/etc/a file',
      mode: '0640',
      owner: 'root',
      group: 'adm',
      type: 'file',
    });
    assert.deepEqual(
      parseListed('lrwxrwxrwx root/root          0 2023-05-01 10:00:00 ./usr/lib/x.so -> x.so.1')?.target,
      'x.so.1',
    );
    assert.equal(
      parseListed('drwxrwsr-t root/staff         0 2023-05-01 10:00:00 ./var/local/')?.mode,
      '3775',
    );
    assert.equal(parseListed('drwxr-xr-x root/root 0 2023-05-01 10:00:00 ./')?.path, '/');
    assert.equal(parseListed('something else'), undefined);
  });

  it('turns permissions into octal', () => {
    assert.equal(octalMode('-rwsr-xr-x'), '4755');
    assert.equal(octalMode('-rwSr--r-T'), '5644');
  });

  it('knows both names of a path below a merged /usr', () => {
    assert.equal(otherPath('/lib/systemd/system/a.service'), '/usr/lib/systemd/system/a.service');
    assert.equal(otherPath('/usr/bin/a'), '/bin/a');
    assert.equal(otherPath('/etc/a'), undefined);
    assert.equal(otherPath('/library/a'), undefined);
  });
});

describe('a tar stream', () => {
  it('gives the files that tar packed', () => {
    const base = mkdtempSync(join(tmpdir(), 'rtprov-tar-'));
    try {
      fc.assert(
        fc.property(
          fc.array(
            fc.record({
              length: fc.integer({ min: 1, max: 220 }),
              content: fc.uint8Array({ maxLength: 2000 }),
            }),
            { maxLength: 4 },
          ),
          (files) => {
            rmSync(base, { recursive: true });
            mkdirSync(base);
            const wanted = files.map(({ length, content }, index) => ({
              path: `${'d'.repeat(100)}/${index}${'n'.repeat(length)}`,
              content: Buffer.from(content),
            }));
            for (const { path, content } of wanted) {
              mkdirSync(dirname(join(base, path)), { recursive: true });
              writeFileSync(join(base, path), content);
            }
            const packed = spawnSync('tar', ['-C', base, '--format=gnu', '--sort=name', '-cf', '-', '.']);
            const found = tarFiles(packed.stdout);
            assert.deepEqual(
              [...found].sort((a, b) => (a.path < b.path ? -1 : 1)),
              wanted.sort((a, b) => (a.path < b.path ? -1 : 1)),
            );
          },
        ),
        { numRuns: 15 },
      );
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  });

  it('may be cut off anywhere', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), (bytes) => {
        assert.ok(Array.isArray(tarFiles(Buffer.from(bytes))));
      }),
    );
  });
});
