/** Writing as root into a folder that another user can change at any moment (docs/adr/0010). */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileKind } from '../../../src/resources/file/kind.js';
import type { FileState } from '../../../src/resources/file-state.js';
import type { Change } from '../../../src/resources/resource.js';
import { sh } from '../../../src/shell/shell.js';
import { factsIn } from './disk.js';
import { change, shellNames, strangerId, Target } from './run-shell.js';
import { scene } from './scene.js';

const absent: FileState = { type: 'absent' };
const stranger = { owner: String(strangerId), group: String(strangerId) } as const;
const swapped = (changes: readonly Change<'file'>[]): Change<'file'>[] =>
  [...changes].reverse().map(({ id, from, to }) => change(id.name, to, from));

/**
 * Runs as the other user, as fast as it can: whatever appears in the folder under a temporary name becomes a link to the
 * victim, and so do the destinations, in turn with folders and hard links; rooms are moved away.
 */
const racer = String.raw`
use strict; use Fcntl; my ($dir, $victim, $folder, @names) = @ARGV; alarm 60; my $n = 0; $| = 1; print "ready\n";
while (1) {
  opendir(my $d, $dir) or next;
  for my $e (readdir $d) {
    next unless $e =~ /^\.rtprov/; my $p = "$dir/$e"; $n++;
    if (!-l $p) { unlink $p or rename $p, "$dir/moved.$n"; }
    symlink($n % 3 ? $victim : $folder, $p);
    if (-d "$dir/moved.$n") { unlink $p; symlink($folder, $p); }
  }
  for my $e (@names) {
    my $p = "$dir/$e"; $n++;
    if (-d $p && !-l $p) { rename $p, "$dir/gone.$n"; } else { unlink $p; }
    my $way = $n % 5;
    if ($way == 0) { symlink $victim, $p } elsif ($way == 1) { symlink $folder, $p }
    elsif ($way == 2) { link $victim, $p } elsif ($way == 3) { mkdir $p } else { if (open my $f, '>', $p) { print $f "mine" } }
  }
}
`;

async function withRacer(
  target: Target,
  names: readonly string[],
  rounds: number,
  round: (n: number) => void,
): Promise<void> {
  const victim = join(target.base, 'victim');
  const folder = join(target.base, 'victims');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'inner'), 'rootsecret');
  writeFileSync(victim, 'rootsecret');
  for (const path of [victim, join(folder, 'inner')]) chmodSync(path, 0o600);
  const child = spawn('perl', ['-e', racer, target.root, victim, folder, ...names], {
    uid: strangerId,
    gid: strangerId,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve));
    for (let n = 0; n < rounds; n += 1) {
      round(n);
      for (const [path, mode] of [
        [victim, 0o600],
        [join(folder, 'inner'), 0o600],
        [folder, 0o755],
      ] as const) {
        const now = statSync(path);
        assert.deepEqual([now.uid, now.gid, now.mode & 0o7777], [0, 0, mode], path);
      }
      assert.equal(readFileSync(victim, 'utf8'), 'rootsecret');
      assert.deepEqual(readdirSync(folder), ['inner']);
    }
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

for (const shell of shellNames) {
  describe(`a folder of somebody else (${shell})`, () => {
    let target: Target;
    beforeEach(() => (target = new Target(shell, true)));
    afterEach(() => target.remove());

    it('takes every sort of change and its undo, and nothing is left', () => {
      const changes = scene(target);
      const before = factsIn(target.root, { wholeSeconds: shell === 'applets' });
      target.must(fileKind.save(changes));
      target.must(fileKind.write(changes, true));
      assert.deepEqual(
        target.shows(changes.map(({ id }) => fileKind.show(id.name))),
        changes.map(({ id, to }) => fileKind.canon(id.name, to)),
      );
      target.must(fileKind.write(swapped(changes)));
      assert.deepEqual(factsIn(target.root, { wholeSeconds: shell === 'applets' }), before);
      assert.deepEqual(
        readdirSync(target.root).filter((name) => name.startsWith('.rtprov')),
        [],
      );
    });

    it('changes in place the file itself, whose inode stays', () => {
      writeFileSync(target.path('f'), 'x');
      const before = statSync(target.path('f')).ino;
      const from = target.readOne(target.path('f'));
      assert.ok(from.type === 'file');
      target.apply(change(target.path('f'), from, { ...from, mode: '0600', ...stranger }));
      const after = statSync(target.path('f'));
      assert.deepEqual([after.ino, after.uid, after.mode & 0o7777], [before, strangerId, 0o600]);
    });

    it('gives no file away that has another name elsewhere', () => {
      const victim = join(target.base, 'victim');
      writeFileSync(victim, 'x', { mode: 0o600 });
      linkSync(victim, target.path('f'));
      const from = target.readOne(target.path('f'));
      assert.ok(from.type === 'file');
      const done = target.run(fileKind.write([change(target.path('f'), from, { ...from, ...stranger })]));
      assert.notEqual(done.status, 0);
      assert.match(done.stderr, /another name \(a hard link\)/);
      assert.equal(statSync(victim).uid, 0);
    });

    it("follows its owner's link into a folder of the same owner only", () => {
      const theirs = join(target.base, 'theirs');
      const ours = join(target.base, 'ours');
      for (const folder of [theirs, ours]) mkdirSync(folder);
      chownSync(theirs, strangerId, strangerId);
      for (const [name, to] of [
        ['good', theirs],
        ['bad', ours],
      ] as const) {
        symlinkSync(to, target.path(name));
        spawnSync('chown', ['-h', String(strangerId), target.path(name)]);
      }
      const to = (): FileState => ({
        type: 'file',
        sha256: target.upload('x'),
        size: 1,
        mode: '0644',
        ...stranger,
      });
      target.must(fileKind.write([change(target.path('good/f'), absent, to())]));
      assert.equal(readFileSync(join(theirs, 'f'), 'utf8'), 'x');
      const done = target.run(fileKind.write([change(target.path('bad/f'), absent, to())]));
      assert.notEqual(done.status, 0);
      assert.match(done.stderr, /leads to a folder of somebody else/);
      assert.deepEqual(readdirSync(ours), []);
    });

    it('clears away the rooms of killed runs, and nothing that only looks like one', () => {
      const uuid = '01234567-89ab-cdef-0123-456789abcdef';
      const room = target.path(`.rtprov-${uuid}`);
      mkdirSync(join(room, 'n'), { recursive: true });
      mkdirSync(join(room, 'o/old'), { recursive: true });
      chmodSync(room, 0o700);
      const other = target.path(`.rtprov-${uuid.replace('0', '1')}`);
      mkdirSync(other, { mode: 0o700 });
      writeFileSync(join(other, 'precious'), 'x');
      target.must(fileKind.tidy?.(target.path('f')) ?? '');
      assert.equal(existsSync(room), false);
      assert.equal(existsSync(join(other, 'precious')), true);
    });

    it('sees a change by somebody else right before the swap', () => {
      const names = ['file', 'link', 'dir', 'gone', 'new'].map((name) => target.path(name));
      const put = (): void => {
        for (const name of ['file', 'gone']) writeFileSync(target.path(name), 'old');
        symlinkSync('old', target.path('link'));
        mkdirSync(target.path('dir'));
      };
      const to = (content: string): FileState => ({
        type: 'file',
        sha256: target.upload(content),
        size: content.length,
        mode: '0644',
        owner: 'root',
        group: 'root',
      });
      const wanted: readonly FileState[] = [
        to('new'),
        { type: 'link', target: 'new', owner: 'root', group: 'root' },
        { type: 'directory', mode: '0700', owner: 'root', group: 'root' },
        absent,
        to('new'),
      ];
      const spoil: readonly (() => void)[] = [
        () => writeFileSync(target.path('file'), 'theirs'),
        () => {
          rmSync(target.path('link'));
          symlinkSync('theirs', target.path('link'));
        },
        () => chmodSync(target.path('dir'), 0o711),
        () => writeFileSync(target.path('gone'), 'theirs'),
        () => writeFileSync(target.path('new'), 'theirs'),
      ];
      names.forEach((name, index) => {
        put();
        const change1 = change(name, target.readOne(name), wanted[index] ?? absent);
        target.must(fileKind.save([change1]));
        spoil[index]?.();
        const before = target.show(name);
        const done = target.run(fileKind.write([change1], true));
        assert.notEqual(done.status, 0, name);
        assert.match(done.stderr, new RegExp(`^drift: ${name}\n$`));
        assert.equal(target.show(name), before);
        for (const left of readdirSync(target.root)) rmSync(target.path(left), { recursive: true });
      });
    });

    const big = Buffer.alloc(1024 * 1024 + 1, 'b').toString();
    const kinds: Readonly<Record<string, (name: string) => readonly Change<'file'>[]>> = {
      'small and large files': (name) =>
        ['small', big].map((content, index) =>
          change(target.path(`${name}${index}`), absent, {
            type: 'file',
            sha256: target.upload(content),
            size: content.length,
            mode: '0644',
            ...stranger,
          }),
        ),
      'mode and owner of a file': (name) => [
        change(
          target.path(`${name}0`),
          { type: 'file', sha256: target.upload('mine'), size: 4, mode: '0644', ...stranger },
          {
            type: 'file',
            sha256: target.upload('mine'),
            size: 4,
            mode: '0666',
            owner: '54322',
            group: '54322',
          },
        ),
      ],
      'folders and their attributes': (name) => [
        change(
          target.path(`${name}0`),
          { type: 'directory', mode: '0755', ...stranger },
          { type: 'directory', mode: '0777', owner: '54322', group: '54322' },
        ),
        change(target.path(`${name}1`), absent, { type: 'directory', mode: '0777', ...stranger }),
      ],
      'links and removals': (name) => [
        change(target.path(`${name}0`), absent, { type: 'link', target: 'x', ...stranger }),
        change(
          target.path(`${name}1`),
          { type: 'file', sha256: target.upload('mine'), size: 4, mode: '0644', ...stranger },
          absent,
        ),
      ],
    };
    for (const [what, changes] of Object.entries(kinds)) {
      it(`loses nothing to a racing user: ${what}`, async function () {
        this.timeout(120_000);
        await withRacer(target, ['f0', 'f1'], 12, (n) => {
          target.run(fileKind.write(n % 2 === 0 ? changes('f') : swapped(changes('f')), n % 3 === 0));
        });
      });
    }

    it('loses nothing to a racing user while files of packages are put back', async function () {
      this.timeout(120_000);
      const kept = join(target.base, 'kept');
      writeFileSync(kept, 'kept', { mode: 0o644 });
      const f0 = target.path('f0');
      const scripts = [
        sh`rtp_file_put ${kept} ${f0}`,
        sh`rtp_file_folder ${f0} 0777 ${String(strangerId)}:${String(strangerId)}`,
        sh`rtp_file_drop rm ${f0}`,
        sh`rtp_file_drop all ${f0}`,
        sh`rtp_file_hard ${kept} ${f0}`,
      ];
      for (const script of [scripts[0], scripts[2], scripts[1], scripts[3], scripts[4]])
        target.must(script ?? '');
      assert.equal(statSync(f0).ino, statSync(kept).ino);
      await withRacer(target, ['f0'], 15, (n) => {
        target.run(scripts[n % scripts.length] ?? '');
      });
    });

    it('loses nothing to a racing user while old bytes are kept', async function () {
      this.timeout(120_000);
      const from: FileState = {
        type: 'file',
        sha256: target.upload('mine'),
        size: 4,
        mode: '0644',
        ...stranger,
      };
      await withRacer(target, ['f0'], 12, () => {
        target.run(fileKind.save([change(target.path('f0'), from, absent)]));
        const blobs = join(target.state, 'blobs');
        for (const name of existsSync(blobs) ? readdirSync(blobs) : []) {
          if (name.startsWith('.')) continue;
          assert.equal(lstatSync(join(blobs, name)).isFile(), true);
          assert.equal(readFileSync(join(blobs, name), 'utf8'), 'mine');
        }
      });
    });
  });
}
