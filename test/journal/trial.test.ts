import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardScript, trialLibrary } from '../../src/journal/trial.js';
import { bootEntryLibrary } from '../../src/resources/boot-entry/library.js';
import { raw, sh, type Shell } from '../../src/shell/shell.js';
import { shells } from '../resources/kind-shell.js';

for (const shell of shells) {
  describe(`the record of a trial boot, in ${shell}`, () => {
    let state: string;
    const [command = 'sh', ...args] = shell.split(' ');
    const status = (script: Shell): number => {
      const input = `set -eu; rtp_state='${state}'\n${trialLibrary.text}\n${script.text}\n`;
      const done = spawnSync(command, args, { input, encoding: 'utf8' });
      assert.equal(done.stderr, '');
      return done.status ?? -1;
    };
    const run = (script: Shell): string => {
      const input = `set -eu; rtp_state='${state}'\n${trialLibrary.text}\n${script.text}\n`;
      const done = spawnSync(command, args, { input, encoding: 'utf8' });
      assert.equal(done.status, 0, done.stderr);
      return done.stdout;
    };
    const record = (): readonly string[] =>
      readFileSync(join(state, 'boot/trial'), 'utf8').trimEnd().split('\n').sort();

    beforeEach(() => {
      state = mkdtempSync(join(tmpdir(), 'rtprov-trial-'));
      mkdirSync(join(state, 'runs/r1'), { recursive: true });
    });
    afterEach(() => {
      rmSync(state, { recursive: true });
    });

    it('is empty before there is one', () => {
      assert.equal(run(raw('rtp_trial_get state')), '');
    });

    it('takes values and changes single ones', () => {
      run(sh`rtp_trial_set run r1 state armed deadline 600`);
      run(sh`rtp_trial_set state returning reason ${'it\'s 100% "bad" = $x \\n'}`);
      assert.deepEqual(record(), [
        'deadline=600',
        `reason=it's 100% "bad" = $x \\n`,
        'run=r1',
        'state=returning',
      ]);
      assert.equal(
        run(raw('rtp_trial_get state; rtp_trial_get reason')),
        `returning\nit's 100% "bad" = $x \\n\n`,
      );
    });

    it('takes the only value again', () => {
      run(sh`rtp_trial_set state armed`);
      run(sh`rtp_trial_set state trial`);
      assert.deepEqual(record(), ['state=trial']);
    });

    it('is readable by root alone and leaves no other file', () => {
      run(sh`rtp_trial_set state armed`);
      assert.deepEqual(readdirSync(join(state, 'boot')), ['trial']);
      assert.equal(statSync(join(state, 'boot/trial')).mode & 0o777, 0o600);
      assert.equal(statSync(join(state, 'boot')).mode & 0o777, 0o700);
    });

    it('changes its state only from the states that are named', () => {
      run(sh`rtp_trial_set run r1 state trial`);
      assert.notEqual(status(raw("rtp_trial_move 'armed confirmed' state returning")), 0);
      assert.equal(status(raw("rtp_trial_move 'armed trial' state confirmed seen 1")), 0);
      assert.deepEqual(record(), ['run=r1', 'seen=1', 'state=confirmed']);
      assert.deepEqual(readdirSync(join(state, 'boot')), ['trial']);
    });

    it('is given to one of two that decide at the same time', () => {
      run(sh`rtp_trial_set run r1 state trial`);
      const decide = (word: string): string =>
        `(if rtp_trial_move trial state ${word}; then echo ${word}; fi) & `;
      const won = run(raw(`${decide('confirmed')}${decide('returning')}wait`)).trim();
      assert.match(won, /^(confirmed|returning)$/);
      assert.deepEqual(record(), ['run=r1', `state=${won}`]);
    });

    it('loses nothing of what guard and controller write at the same time', () => {
      run(sh`rtp_trial_set run r1 state trial`);
      const steps = [1, 2, 3];
      const writers = steps.map((index) => `rtp_trial_set key${index} ${index} &`);
      run(raw(`${writers.join(' ')} rtp_trial_move trial state returning reason late & wait`));
      assert.deepEqual(record(), [
        ...steps.map((index) => `key${index}=${index}`),
        'reason=late',
        'run=r1',
        'state=returning',
      ]);
      assert.deepEqual(readdirSync(join(state, 'boot')), ['trial']);
    });

    it('says so when the record cannot be written', () => {
      writeFileSync(join(state, 'boot'), '');
      assert.notEqual(status(raw('rtp_trial_set state armed 2>&1')), 0);
      assert.notEqual(status(raw('rtp_trial_move armed state trial 2>&1')), 0);
    });

    it('knows how the machine ran before a run', () => {
      assert.equal(status(raw('rtp_trial_known r1')), 0, 'a run without a record');
      run(raw('rtp_trial_note r1'));
      const noted = readFileSync(join(state, 'runs/r1/boot'), 'utf8');
      const cmdline = readFileSync('/proc/cmdline', 'utf8')
        .trimEnd()
        .replace(/^BOOT_IMAGE=\S+ */, '');
      assert.equal(noted.split('\n')[1], cmdline);
      assert.equal(status(raw('rtp_trial_known r1')), 0);
      writeFileSync(join(state, 'runs/r1/boot'), noted.replace('\n', '-rt\n'));
      assert.notEqual(status(raw('rtp_trial_known r1')), 0, 'another kernel');
      run(raw('rtp_trial_note r1'));
      assert.match(readFileSync(join(state, 'runs/r1/boot'), 'utf8'), /-rt\n/, 'it is noted once');
      writeFileSync(join(state, 'runs/r1/boot'), noted.replace(/\n$/, ' nohz_full=2-3\n'));
      assert.notEqual(status(raw('rtp_trial_known r1')), 0, 'another command line');
    });

    it('is not a trial of a run whose mark is not on the command line', () => {
      assert.notEqual(status(raw('rtp_trial_runs r1')), 0);
    });

    for (const [name, text] of [
      ['no record', ''],
      ['a confirmed trial', 'run=r1\nstate=confirmed\n'],
      ['one that has returned', 'run=r1\nstate=returned\nundo=0\n'],
      [
        'one that was laid in this very boot',
        `run=r1\nstate=armed\nboot=${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')}`,
      ],
    ] as const) {
      it(`has nothing to do for the guard: ${name}`, () => {
        mkdirSync(join(state, 'boot'));
        writeFileSync(join(state, 'boot/guard.sh'), guardScript(bootEntryLibrary));
        if (text !== '') writeFileSync(join(state, 'boot/trial'), text);
        const done = spawnSync(command, [...args, join(state, 'boot/guard.sh')], { encoding: 'utf8' });
        assert.equal(done.status, 0, done.stderr);
        assert.equal(done.stdout + done.stderr, '');
        if (text !== '') assert.equal(readFileSync(join(state, 'boot/trial'), 'utf8'), text);
      });
    }
  });
}
