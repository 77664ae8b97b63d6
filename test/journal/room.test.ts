/** A full disk is found before the first change: bytes and inodes, of the journal's file system and of the places that files go to. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { roomLibrary, roomScript } from '../../src/journal/room.js';
import type { FileState } from '../../src/resources/file/state.js';
import type { Change } from '../../src/resources/resource.js';
import { lines, sh } from '../../src/shell/shell.js';
import { ShellHosts } from '../engine/shell-hosts.js';
import { shells } from '../resources/kind-shell.js';

class Mounts {
  readonly dir = mkdtempSync(join(tmpdir(), 'rtprov-room-'));
  private readonly mounted: string[] = [];

  tmpfs(name: string, options: string): string {
    const path = join(this.dir, name);
    mkdirSync(path);
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
    this.mounted.push(path);
    return path;
  }

  remove(): void {
    for (const path of this.mounted) execFileSync('umount', ['-l', path]);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

const absent: FileState = { type: 'absent' };
const file = (size: number, sha256 = '0'): FileState => ({
  type: 'file',
  sha256: sha256.padStart(64, '0'),
  size,
  mode: '0644',
  owner: 'root',
  group: 'root',
});
const change = (name: string, from: FileState, to: FileState): Change<'file'> => ({
  id: { kind: 'file', name },
  from,
  to,
});

describe('room for a window', function () {
  this.timeout(240_000);
  const mounts = new Mounts();
  const hosts = new ShellHosts();
  let small = '';
  let few = '';
  let large = '';

  before(() => {
    hosts.reset();
    small = mounts.tmpfs('small', 'size=1m');
    few = mounts.tmpfs('few', 'size=64m,nr_inodes=20');
    large = mounts.tmpfs('large', 'size=64m');
    for (let at = 0; at < 10; at += 1) writeFileSync(join(few, String(at)), '');
  });

  after(() => {
    hosts.remove();
    mounts.remove();
  });

  for (const shell of shells) {
    const asked = (state: string, changes: readonly Change<'file'>[]): readonly [number | null, string] => {
      const [command = 'sh', ...args] = shell.split(' ');
      const input = lines([roomLibrary, sh`rtp_state=${state}`, roomScript(changes)]).text;
      const done = spawnSync(command, args, { input, encoding: 'utf8' });
      return [done.status, done.stderr];
    };

    it(`is asked for in ${shell}: bytes and inodes, where the journal is and where files go`, () => {
      assert.deepEqual(asked(large, [change(join(small, 'a/b'), absent, file(1000))]), [0, '']);
      assert.deepEqual(asked(large, [change('/proc/sys/x', absent, file(1000))]), [0, '']);
      assert.deepEqual(asked(large, []), [0, '']);
      const [status, said] = asked(large, [
        change(join(small, 'new folder/a'), absent, file(600_000)),
        change(join(small, 'b'), absent, file(600_000)),
      ]);
      assert.equal(status, 1);
      assert.match(
        said,
        /not enough room on the file system of \S+small: 1176 KiB are needed and 1024 KiB are free/,
      );
      // Old bytes are kept where the journal is, new ones pass through there.
      assert.equal(asked(small, [change(join(large, 'a'), file(700_000), absent)])[0], 1);
      assert.equal(asked(small, [change(join(large, 'a'), absent, file(700_000))])[0], 1);
      assert.equal(asked(small, [change(join(large, 'a'), file(700_000, '1'), file(700_000, '1'))])[0], 0);
      const many = Array.from({ length: 12 }, (_, at) => change(join(few, `n${at}`), absent, file(1)));
      assert.match(asked(large, many)[1], /12 inodes \(files\) are needed and \d are free/);
      assert.equal(asked(large, many.slice(0, 5))[0], 0);
    });
  }

  it('a run without room changes nothing on that host, and says what is missing', async () => {
    const result = await hosts.play(
      `- hosts: h1
  gather_facts: false
  tasks:
    - { name: first, copy: { dest: "{{ dir }}/first", content: "1" } }
    - { name: large, copy: { dest: ${small}/large, content: "{{ 'x' * 1100000 }}" } }
`,
    );
    const failure = result.events.find((event) => event.type === 'host_failed');
    assert.match(failure?.msg ?? '', /nothing was changed on h1.*not enough room.*small/s);
    assert.equal(result.summary.hosts.get('h1')?.failed, true);
    assert.equal(hosts.has('first'), false);
    assert.deepEqual(readdirSync(small), []);
  });
});
