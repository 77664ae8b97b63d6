/** Another user swaps names as fast as he can while root writes into his folder: he gains nothing (docs/adr/0010). */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileKind } from '../../../src/resources/file/kind.js';
import type { Change } from '../../../src/resources/resource.js';
import { lines, sh } from '../../../src/shell/shell.js';
import { absent, change, onEachShell, reversed, stranger, strangerId, type Target } from './run-shell.js';

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
  utimesSync(join(folder, 'inner'), 1_600_000_000, 1_600_000_000);
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
      for (const path of [victim, join(folder, 'inner')])
        assert.equal(readFileSync(path, 'utf8'), 'rootsecret');
      assert.equal(statSync(join(folder, 'inner')).mtimeMs, 1_600_000_000_000);
      assert.deepEqual(readdirSync(folder), ['inner']);
    }
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

onEachShell(
  'a racing user',
  (target) => {
    const big = Buffer.alloc(1024 * 1024 + 1, 'b').toString();
    const kinds: Readonly<Record<string, (name: string) => readonly Change<'file'>[]>> = {
      'small and large files': (name) =>
        ['small', big].map((content, index) =>
          change(target().path(`${name}${index}`), absent, target().regular(content, stranger)),
        ),
      'mode and owner of a file': (name) => [
        change(
          target().path(`${name}0`),
          target().regular('mine', stranger),
          target().regular('mine', { mode: '0666', owner: '54322', group: '54322' }),
        ),
      ],
      'folders and their attributes': (name) => [
        change(
          target().path(`${name}0`),
          { type: 'directory', mode: '0755', ...stranger },
          { type: 'directory', mode: '0777', owner: '54322', group: '54322' },
        ),
        change(target().path(`${name}1`), absent, { type: 'directory', mode: '0777', ...stranger }),
      ],
      'links and removals': (name) => [
        change(target().path(`${name}0`), absent, { type: 'link', target: 'x', ...stranger }),
        change(target().path(`${name}1`), target().regular('mine', stranger), absent),
      ],
      'what is below a folder that is swapped': (name) => {
        const inner = target().path(`${name}0`, 'inner');
        return [
          change(inner, target().regular('mine', stranger), target().regular('mine', { mode: '0666' })),
          change(target().path(`${name}1`, 'inner'), absent, target().regular('mine', stranger)),
          change(target().path(`${name}1`, 'inner', 'deep'), absent, {
            type: 'link',
            target: 'x',
            ...stranger,
          }),
        ];
      },
    };
    for (const [what, changes] of Object.entries(kinds)) {
      it(`loses nothing to a racing user: ${what}`, async function () {
        this.timeout(120_000);
        await withRacer(target(), ['f0', 'f1'], 8, (n) => {
          target().run(fileKind.write(n % 2 === 0 ? changes('f') : reversed(changes('f')), n % 3 === 0));
        });
      });
    }

    it('loses nothing to a racing user while files of packages are put back', async function () {
      this.timeout(120_000);
      const kept = join(target().base, 'kept');
      writeFileSync(kept, 'kept', { mode: 0o644 });
      const f0 = target().path('f0');
      const scripts = [
        sh`rtp_file_put ${kept} ${f0}`,
        sh`rtp_file_folder ${f0} 0777 ${String(strangerId)}:${String(strangerId)}`,
        sh`rtp_file_drop rm ${f0}`,
        sh`rtp_file_drop all ${f0}`,
        sh`rtp_file_hard ${kept} ${f0}`,
        sh`rtp_file_retime ${f0} -h`,
        ...['inner', 'new'].flatMap((below) => [
          sh`rtp_file_put ${kept} ${join(f0, below)}`,
          sh`rtp_file_folder ${join(f0, below)} 0777 ${String(strangerId)}`,
          sh`rtp_file_hard ${kept} ${join(f0, below)}`,
          sh`rtp_file_retime ${join(f0, below)} -m -h -d @1`,
          sh`rtp_file_drop rm ${join(f0, below)}`,
          sh`rtp_file_drop all ${join(f0, below)}`,
        ]),
      ];
      for (const script of [scripts[0], scripts[2], scripts[1], scripts[3], scripts[4]])
        target().must(script ?? '');
      assert.equal(statSync(f0).ino, statSync(kept).ino);
      await withRacer(target(), ['f0'], scripts.length, (n) => {
        target().run(scripts[n % scripts.length] ?? '');
      });
    });

    it('gives a user no bytes that he had it read through a link, for the time of reading only', () => {
      const victim = join(target().base, 'victim');
      const [path, own] = [target().path('f0'), target().path('own')];
      writeFileSync(victim, 'rootsecret', { mode: 0o600 });
      // What a racing user does, at the worst moment: his own file is there whenever its name, owner and mode are looked at.
      const race = sh`timeout() { shift; "$@"; }
sha256sum() {
  if [ "$1" = -c ]; then command sha256sum "$@"; return; fi
  mv ${path} ${own}; ln -s ${victim} ${path}; command sha256sum "$@"; rtp_r=$?; mv ${own} ${path}; return "$rtp_r"; }`;
      const from = target().regular('rootsecret', stranger);
      for (const to of [target().regular('rootsecret\nline', stranger), absent]) {
        writeFileSync(path, '0123456789');
        chownSync(path, strangerId, strangerId);
        const done = target().run(lines([race, fileKind.write([change(path, from, to)], true)]));
        assert.match(done.stderr, /^drift: .*f0$/m);
        assert.deepEqual(readdirSync(target().root), ['f0']);
        assert.equal(readFileSync(path, 'utf8'), '0123456789');
      }
    });

    it('writes into a folder of somebody else also where there are no hard links', () => {
      const path = target().path('f0');
      writeFileSync(path, 'mine');
      chownSync(path, strangerId, strangerId);
      const [from, to] = [target().regular('mine', stranger), target().regular('new', stranger)];
      for (const one of [change(path, from, to), change(path, to, absent)])
        target().must(lines([sh`ln() { return 1; }`, fileKind.write([one], true)]));
      assert.deepEqual(readdirSync(target().root), []);
    });

    it('keeps no folder that a link leads to which took the place of the one that goes', () => {
      const folder = join(target().base, 'victims');
      mkdirSync(folder);
      writeFileSync(join(folder, 'inner'), 'rootsecret');
      const from = target().readOne(folder, 'tree');
      symlinkSync(folder, target().path('f0'));
      const key = from.type === 'directory' ? from.tree : undefined;
      const done = target().run(sh`rtp_file_keep_tree ${target().path('f0')} ${key ?? ''}`);
      assert.match(done.stderr, /^drift: .*f0$/m);
      assert.deepEqual(readdirSync(join(target().state, 'trees')), []);
    });

    it('loses nothing to a racing user while old bytes are kept', async function () {
      this.timeout(120_000);
      const from = target().regular('mine', stranger);
      await withRacer(target(), ['f0'], 8, () => {
        target().run(fileKind.save([change(target().path('f0'), from, absent)]));
        const blobs = join(target().state, 'blobs');
        for (const name of existsSync(blobs) ? readdirSync(blobs) : []) {
          if (name.startsWith('.')) continue;
          assert.equal(lstatSync(join(blobs, name)).isFile(), true);
          assert.equal(readFileSync(join(blobs, name), 'utf8'), 'mine');
        }
      });
    });
  },
  { foreign: true },
);
