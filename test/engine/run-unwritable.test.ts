/** A journal that cannot be written: the plan says so as the run does, with the reason and what helps. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellHosts } from './shell-hosts.js';

describe('engine/run: a journal that cannot be written', function () {
  this.timeout(240_000);
  const hosts = shellHosts();
  const home = join(hosts.dir, 'h1');
  const journal = join(home, 'login');
  let mounted = false;
  beforeEach(() => mkdirSync(journal, { recursive: true }));
  afterEach(() => {
    if (mounted) execFileSync('umount', [journal]);
    mounted = false;
  });

  const mount = (options: string): void => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', journal]);
    mounted = true;
  };

  for (const [what, prepare, code, why, hint] of [
    [
      'is on a read-only file system',
      () => mount('ro'),
      'LOCK_FAILED',
      /Read-only file system/,
      /Mount that file system/,
    ],
    [
      'is on a full disk',
      () => {
        mount('size=64k');
        try {
          writeFileSync(join(journal, 'fill'), Buffer.alloc(1 << 20));
        } catch {
          // It is full now.
        }
      },
      'LOCK_FAILED',
      /[Nn]o space|not enough room/,
      /history prune/,
    ],
    [
      'is on a disk without inodes',
      () => mount('nr_inodes=1'),
      'LOCK_FAILED',
      /[Nn]o space|not enough room/,
      /Free some room/,
    ],
    [
      'is on a disk with room for a lock alone',
      () => mount('size=64k'),
      'JOURNAL_FAILED',
      /not enough room/,
      /^$/,
    ],
    [
      'is not a folder',
      () => {
        execFileSync('rmdir', [journal]);
        writeFileSync(journal, '');
      },
      'LOCK_FAILED',
      /Not a directory|File exists/,
      /move it/,
    ],
    [
      'has a lock that is not a folder',
      () => writeFileSync(join(journal, 'lock'), ''),
      'LOCK_FAILED',
      /lock.*(?:Not a directory|File exists)/,
      /move it/,
    ],
    [
      'belongs to somebody else',
      () => chownSync(journal, 61234, 61234),
      'LOCK_FAILED',
      /belongs to another user/,
      /move it, or give it/,
    ],
  ] as const)
    it(`that ${what}`, async () => {
      prepare();
      const play = `- hosts: h1\n  gather_facts: false\n  tasks: [{ copy: { content: x, dest: "{{ dir }}/x" } }]\n`;
      for (const check of [true, false]) {
        const result = await hosts.play(play, { check });
        const failed = result.events.find((event) => event.type === 'host_failed');
        assert.equal(failed?.code, code, `${check}: ${JSON.stringify(failed)}`);
        assert.match(failed.msg, why);
        assert.match(failed.hint ?? '', hint);
        assert.deepEqual(result.lines, []);
        assert.equal(hosts.has('x'), false);
        assert.equal(result.summary.hosts.get('h1')?.failed, true);
      }
    });
});
