import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockLibrary } from '../../src/journal/lock.js';
import { parseSpace, pruneScript, runsToPrune, spaceScript, type RunSpace } from '../../src/journal/prune.js';
import { journalLibrary } from '../../src/journal/target.js';
import { lines, raw, type Shell } from '../../src/shell/shell.js';

const id = (day: number): string => `2026010${day}T000000.000Z-00000${day}`;
const space = (day: number, busy?: string): RunSpace => ({
  run: id(day),
  kib: 4,
  ...(busy === undefined ? {} : { busy }),
});
const sha = (letter: string): string => letter.repeat(64);

describe('journal/prune', () => {
  it('chooses the oldest runs only, up to one that is not at its end', () => {
    const runs = [space(1), space(2), space(3), space(4)];
    const chosen = (...given: Parameters<typeof runsToPrune>): unknown => {
      const { runs: found, stopped } = runsToPrune(...given);
      return [found.map(({ run }) => run), stopped?.run];
    };
    assert.deepEqual(chosen(runs, { keep: 1 }), [[id(1), id(2), id(3)], undefined]);
    assert.deepEqual(chosen(runs, { keep: 9 }), [[], undefined]);
    assert.deepEqual(chosen(runs, { before: new Date('2026-01-03T00:00:00.000Z') }), [
      [id(1), id(2)],
      undefined,
    ]);
    assert.deepEqual(chosen([space(1), space(2, 'owes'), space(3)], { keep: 0 }), [[id(1)], id(2)]);
  });

  it('refuses what is not an answer, and leaves alone what is not a run of its own', () => {
    assert.throws(() => parseSpace('run x', 'h1'), { code: 'READ_FAILED' });
    assert.throws(() => parseSpace(`run ${id(1)} 4 \n`, 'h1'), { code: 'READ_FAILED' });
    assert.deepEqual(parseSpace(`run ../.. 4 \nrun ${id(1)} 4 \nspace 9\n`, 'h1').runs, [space(1)]);
    assert.throws(() => pruneScript(['../..']));
  });

  for (const shell of [['dash'], ['bash', '--posix'], ['bash'], ['busybox', 'ash']]) {
    describe(`with ${shell.join(' ')}`, () => {
      let state: string;

      beforeEach(() => {
        state = mkdtempSync(join(tmpdir(), 'rtprov-prune-'));
        for (const folder of ['blobs', 'trees', 'debs', 'runs']) mkdirSync(join(state, folder));
        for (const letter of ['a', 'b', 'c']) {
          writeFileSync(join(state, 'blobs', sha(letter)), letter);
          mkdirSync(join(state, 'trees', sha(letter)));
        }
        for (const name of ['one_1.0_all.deb', 'two_1%3a2_amd64.deb', 'three-1.0-1.x86_64.rpm'])
          writeFileSync(join(state, 'debs', name), '');
        run(1, `{"id":{"kind":"package","name":"one"},"from":"${sha('a')}"}`);
        run(2, `{"id":{"name":"two:amd64"},"from":"${sha('b')}","more":"${sha('a')}"}{"name":"three"}`);
      });

      afterEach(() => {
        rmSync(state, { recursive: true });
      });

      function run(day: number, entries: string): void {
        const folder = join(state, 'runs', id(day));
        mkdirSync(folder);
        writeFileSync(join(folder, 'run.json'), '{}\n');
        writeFileSync(join(folder, '00001.json'), `${entries}\n`);
        writeFileSync(join(folder, '00001.undo'), ':\n');
      }

      function does(script: Shell): string {
        const [program = '', ...args] = shell;
        const text = lines([journalLibrary, lockLibrary, script]).text;
        return execFileSync(program, args, { input: `rtp_state='${state}'\n${text}`, encoding: 'utf8' });
      }

      const listed = (folder: string): readonly string[] => readdirSync(join(state, folder)).sort();

      it('takes out a run, and only what no other run needs', () => {
        does(pruneScript([id(2)]));
        assert.deepEqual(listed('runs'), [id(1)]);
        assert.deepEqual(listed('blobs'), [sha('a')]);
        assert.deepEqual(listed('trees'), [sha('a')]);
        assert.deepEqual(listed('debs'), ['one_1.0_all.deb']);
        assert.deepEqual(listed('.'), ['blobs', 'debs', 'runs', 'trees']);
        does(pruneScript([id(1)]));
        assert.deepEqual([listed('runs'), listed('blobs'), listed('debs')], [[], [], []]);
      });

      it('notes itself in the lock while it is at work, so that nobody takes the lock meanwhile', () => {
        mkdirSync(join(state, 'lock'));
        const shim = raw('mv() { rtp_script_said; command mv "$@"; }');
        assert.match(does(lines([shim, pruneScript([id(1)])])), /^\d+ history prune\n$/);
        assert.deepEqual(listed('lock'), []);
        does(pruneScript([]));
        assert.deepEqual(listed('lock'), []);
      });

      it('ends what was cut off after the renaming, or in the middle of the sweep', () => {
        renameSync(join(state, 'runs', id(1)), join(state, `pruned.${id(1)}`));
        writeFileSync(join(state, 'pruned.keep.names'), '');
        assert.doesNotMatch(does(spaceScript), new RegExp(id(1)));
        does(pruneScript([]));
        assert.deepEqual(listed('runs'), [id(2)]);
        assert.deepEqual(listed('blobs'), [sha('a'), sha('b')]);
        assert.deepEqual(listed('debs'), ['three-1.0-1.x86_64.rpm', 'two_1%3a2_amd64.deb']);
        assert.ok(!existsSync(join(state, `pruned.${id(1)}`)));
      });

      it('tells how large runs are, and which are not at their end', () => {
        writeFileSync(join(state, 'runs', id(1), 'owed'), 'restart it\n');
        writeFileSync(join(state, 'runs', id(2), 'undone.00001.0'), '');
        const shown = parseSpace(does(spaceScript), 'h1');
        assert.deepEqual(
          shown.runs.map(({ run: name, busy }) => [name, busy]),
          [
            [id(1), 'it was cut off and owes handlers'],
            [id(2), 'its rollback is not at its end'],
          ],
        );
        assert.ok(shown.kib > 0 && shown.runs.every(({ kib }) => kib > 0));
        for (const day of [1, 2]) writeFileSync(join(state, 'runs', id(day), 'undone'), 'now\n');
        assert.ok(parseSpace(does(spaceScript), 'h1').runs.every(({ busy }) => busy === undefined));
        mkdirSync(join(state, 'boot'));
        writeFileSync(join(state, 'boot/trial'), `run=${id(2)}\nstate=trial\n`);
        assert.equal(parseSpace(does(spaceScript), 'h1').runs[1]?.busy, 'its trial boot is not at its end');
      });
    });
  }
});
