/**
 * What a write leaves that fails on its way, or is cut off, is the run's own: its rollback brings it back, and takes nothing else for it.
 * Units are stand-ins; the write, the journal and the rollback program are the real ones.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planUndo } from '../../src/engine/rollback/plan.js';
import { entriesScript, parseEntries } from '../../src/journal/read-journal.js';
import { guardedWrite } from '../../src/resources/lib/guard.js';
import type { Change } from '../../src/resources/resource.js';
import type { UnitState } from '../../src/resources/unit/state.js';
import { unitAction, unitKind } from '../../src/resources/unit/kind.js';
import { raw, sh, type Shell } from '../../src/shell/shell.js';
import { shells } from '../resources/kind-shell.js';
import { journalled, noMarks } from './entries.js';
import { PretendedTarget, run } from './pretended-target.js';

const off: UnitState = { exists: true, enabled: 'disabled', masked: false, active: false };
const on: UnitState = { ...off, enabled: 'enabled', active: true };

/** Each property of the unit is a file of the world; `broken`: it cannot be started; `killed`: its write comes no farther than enabling it. */
const standIns = (world: string): Shell => sh`
w=${world}
if [ -e "$w/killed" ]; then rtp_written() { exit 1; }; fi
is() { if [ -e "$w/$1" ]; then echo true; else echo false; fi; }
rtp_unit_show() {
  u=no
  if [ -e "$w/enabled" ] && [ ! -e "$w/masked" ]; then u=enabled; fi
  echo "enabled=$u masked=$(is masked) active=$(is active)"
}
rtp_unit_save() { :; }
rtp_unit_fresh() { :; }
rtp_unit_relink() { :; }
rtp_unit_remains() { [ -e "$w/link" ]; }
rtp_unit_disable() { rm -f "$w/enabled"; }
rtp_unit_start() { [ ! -e "$w/broken" ] && : >"$w/active"; }
rtp_unit_call() {
  case $1 in
    stop) rm -f "$w/active" ;;
    unmask) rm -f "$w/masked" ;;
    mask) : >"$w/masked" ;;
    enable) : >"$w/enabled"; if [ -e "$w/killed" ]; then return 1; fi ;;
  esac
}
`;

for (const [at, shell] of shells.entries())
  describe(`a unit's write that fails on its way, in ${shell}`, () => {
    let target: PretendedTarget;
    beforeEach(() => (target = new PretendedTarget(shell, standIns)));
    afterEach(() => target.remove());

    const has = (...names: readonly string[]): void => {
      for (const name of names) writeFileSync(join(target.world, name), '');
    };

    const change = (from: UnitState, to: UnitState): Change<'unit'> => ({
      id: { kind: 'unit', name: 'x.service' },
      from,
      to,
    });

    function write(from: UnitState, to: UnitState, then: Shell = raw('')): void {
      const one = change(from, to);
      const made = target.execute([
        journalled(one),
        raw('('),
        guardedWrite(unitKind, [{ change: one, entry: 0, task: 0 }]),
        raw(')'),
        then,
      ]);
      target.undoWithStandIns();
      assert.ok(existsSync(join(target.rundir, '00001.undo')), made.stdout);
    }

    /** What the plan says, what the rollback did, and its status. */
    function undo(...options: readonly string[]): readonly (string | number | null | undefined)[] {
      const journal = parseEntries(target.execute([entriesScript(run)]).stdout, run);
      const now = /enabled=(\S+) masked=(\S+) active=(\S+)/.exec(
        target.execute([raw('rtp_unit_show x.service')]).stdout,
      );
      assert.ok(now);
      const state = {
        exists: true,
        enabled: now[1] ?? '',
        masked: now[2] === 'true',
        active: now[3] === 'true',
      };
      const remaining = new Set(existsSync(join(target.world, 'link')) ? ['00001.0'] : []);
      const present = new Map([['unit:x.service', state]]);
      const [planned] = planUndo(journal, { ...noMarks, remaining, present });
      const [command, args] = target.reading(join(target.state, 'undo.sh'));
      const done = spawnSync(command, [...args, run, ...options], { encoding: 'utf8' });
      return [planned?.verdict, done.stdout.trim(), done.status];
    }

    const undone = ['would_undo', 'undone 00001 0', 0];
    const conflict = ['conflict', 'conflict 00001 0', 1];

    it('is undone where it was enabled and could not be started', () => {
      has('broken');
      write(off, on);
      assert.deepEqual(target.left, ['broken', 'enabled']);
      assert.deepEqual(undo(), undone);
      assert.deepEqual(target.left, ['broken']);
    });

    it('is undone where it was cut off', () => {
      has('killed');
      write(off, on);
      assert.deepEqual(target.left, ['enabled', 'killed']);
      assert.deepEqual(undo(), undone);
      assert.deepEqual(target.left, ['killed']);
    });

    // What follows is decided by the texts alone, which each shell reads alike.
    if (at > 0) return;

    it('is undone where it was unmasked too, and still comes to another state by itself', () => {
      has('broken', 'masked');
      write({ ...off, enabled: 'masked', masked: true }, on);
      assert.deepEqual(target.left, ['broken', 'enabled']);
      has('active');
      assert.deepEqual(undo(), undone);
      assert.deepEqual(target.left.includes('active'), false);
      assert.ok(target.left.includes('masked'));
    });

    it('is undone where its restart fails after the write', () => {
      has('active');
      write({ ...off, active: true }, on, unitAction('x.service', raw('rm "$w/active"; false')));
      assert.deepEqual(target.left, ['enabled']);
      assert.deepEqual(undo(), undone);
      assert.deepEqual(target.left, ['active']);
    });

    it('leaves what somebody else made of it since, and of one that did not fail', () => {
      has('broken');
      write(off, on);
      has('masked');
      assert.deepEqual(undo(), conflict);
      rmSync(target.state, { recursive: true });
      for (const name of target.left) rmSync(join(target.world, name));
      write(off, on);
      rmSync(join(target.world, 'active'));
      assert.deepEqual(undo(), conflict);
    });

    it('stays a conflict where a link of it is left that its state no longer shows', () => {
      write(off, on);
      has('masked');
      assert.deepEqual(undo(), conflict);
      for (const name of target.left) rmSync(join(target.world, name));
      has('link');
      assert.deepEqual(undo(), conflict);
      rmSync(join(target.world, 'link'));
      assert.deepEqual(undo(), ['same', 'same 00001 0', 0]);
    });
  });
