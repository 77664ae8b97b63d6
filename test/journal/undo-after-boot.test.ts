/**
 * What is lost at a boot is neither undone nor a conflict after it, whatever it is then. The setting is a stand-in; the write, the journal
 * and the rollback program are the real ones.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planUndo } from '../../src/engine/rollback/plan.js';
import { entriesScript, parseEntries } from '../../src/journal/read-journal.js';
import { guardedWrite } from '../../src/resources/lib/guard.js';
import { kernelSettingKind } from '../../src/resources/kernel-setting/kind.js';
import { sh, type Shell } from '../../src/shell/shell.js';
import { shells } from '../resources/kind-shell.js';
import { journalled, noMarks } from './entries.js';
import { PretendedTarget, run } from './pretended-target.js';

const name = '/sys/kernel/mm/ksm/run';
const is = (value: string) => ({ value, writable: true });

const standIns = (world: string): Shell => sh`
w=${world}
rtp_kernel_setting_show() { printf 'value=%s\n' "$(cat "$w/run")"; }
rtp_kernel_setting_write() { printf '%s\n' "$2" >"$w/run"; }
`;

for (const shell of shells)
  describe(`a setting that the run wrote, in ${shell}`, () => {
    let target: PretendedTarget;

    const put = (value: string): void => writeFileSync(join(target.world, 'run'), `${value}\n`);
    const now = (): string => readFileSync(join(target.world, 'run'), 'utf8').trim();
    /** As after a boot: the window was written in another one. */
    const boot = (): void =>
      writeFileSync(join(target.rundir, '00001.boot'), '01234567-89ab-cdef-0123-456789abcdef\n');

    beforeEach(() => {
      target = new PretendedTarget(shell, standIns);
      put('0');
      const change = { id: { kind: 'kernel_setting', name }, from: is('0'), to: is('2') } as const;
      const made = target.execute([
        journalled(change),
        guardedWrite(kernelSettingKind, [{ change, entry: 0, task: 0 }]),
      ]);
      assert.equal(made.status, 0, made.stderr);
      assert.equal(now(), '2');
      target.undoWithStandIns();
    });
    afterEach(() => target.remove());

    /** What the plan says, what the rollback did, its status, and the value after it. */
    function undo(...options: readonly string[]): readonly (string | number | null | undefined)[] {
      const journal = parseEntries(target.execute([entriesScript(run)]).stdout, run);
      const present = new Map([[`kernel_setting:${name}`, is(now())]]);
      const plan = planUndo(journal, { ...noMarks, present, force: options.includes('--force') });
      const [command, args] = target.reading(join(target.state, 'undo.sh'));
      const done = spawnSync(command, [...args, run, '--locked', ...options], { encoding: 'utf8' });
      return [plan[0]?.verdict, done.stdout.trim(), done.status, now()];
    }

    it('is undone in the boot in which it was written', () => {
      assert.deepEqual(undo(), ['would_undo', 'undone 00001 0', 0, '0']);
    });

    it('is a conflict there when somebody else has changed it', () => {
      put('1');
      assert.deepEqual(undo(), ['conflict', 'conflict 00001 0', 1, '1']);
    });

    for (const value of ['0', '1', '2'])
      it(`is left as it is after a boot: ${value}`, () => {
        put(value);
        boot();
        assert.deepEqual(undo(), ['same', 'same 00001 0', 0, value]);
      });

    it('is left as it is after a boot that cut its undo off, also when undo is forced', () => {
      writeFileSync(join(target.rundir, 'undoing.00001.0'), '');
      boot();
      assert.deepEqual(undo('--force'), ['same', 'same 00001 0', 0, '2']);
    });
  });
