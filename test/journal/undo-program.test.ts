/**
 * The target's rollback program is killed before every command that changes something, twice in a row, and ends where one that
 * was not killed ends. Packages and units are stand-ins here, whose every step can be hit; the journal, its marks, files and commands are
 * the real ones. What was not brought to disk is lost with each kill, as in a power cut.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry, EntryBody } from '../../src/journal/entry.js';
import { journalScript } from '../../src/journal/window-journal.js';
import type { FileState } from '../../src/resources/file/state.js';
import type { UnitState } from '../../src/resources/unit/state.js';
import { quote, raw, sh, type Shell } from '../../src/shell/shell.js';
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import { shells, type ShellName } from '../resources/kind-shell.js';
import { PretendedTarget, run } from './pretended-target.js';
import { randomNumbers } from '../support/seed.js';
import { bySpeed } from '../support/slow.js';
import { thorough } from '../support/thorough.js';

const absent: FileState = { type: 'absent' };
const unit: UnitState = { exists: true, enabled: 'enabled', masked: false, active: true };
const stopped: UnitState = { exists: true, enabled: 'disabled', masked: false, active: false };
const store = new MemoryContentStore();

function text(content: string): FileState & { readonly type: 'file' } {
  const bytes = Buffer.from(content);
  const sha256 = store.put(bytes);
  return { type: 'file', sha256, size: bytes.length, mode: '0644', owner: 'root', group: 'root' };
}

/** A package that ships a configuration file and a service, each a file of the world; installing starts the service. */
const standIns = (world: string): Shell => sh`
w=${world}
rtp_package_save() { cat >/dev/null; }
rtp_package_show() { if [ -e "$w/package" ]; then echo 'version=1 auto=false held=false config=false'; else echo 'version= auto=false held=false config=false'; fi; }
rtp_package_seen() { rtp_package_show; }
rtp_package_write() {
  cat >/dev/null
  rm -f "$w/active"; rm -f "$w/enabled"; rm -f "$w/conf"; rm -f "$w/unit"; rm -f "$w/package"
}
rtp_unit_show() {
  if [ -e "$w/enabled" ]; then u=enabled; else u=no; fi
  if [ -e "$w/active" ]; then a=true; else a=false; fi
  echo "enabled=$u masked=false active=$a"
}
rtp_unit_save() { :; }
rtp_unit_fresh() { :; }
rtp_unit_relink() { :; }
rtp_unit_disable() { rm -f "$w/enabled"; }
rtp_unit_start() { [ -e "$w/unit" ] && touch "$w/active"; }
rtp_unit_call() {
  if [ "$1" = stop ]; then rm -f "$w/active"; return; fi
  [ -e "$w/unit" ] || return 1
  touch "$w/enabled"
}
`;

/** What a run does in five windows: the entries of each, and how they come about. */
function windows(world: string): readonly (readonly [readonly EntryBody[], string])[] {
  const path = (name: string): string => join(world, name);
  const file = (name: string, from: FileState, to: FileState): EntryBody => ({
    type: 'change',
    kind: 'file',
    changes: [{ id: { kind: 'file', name: path(name) }, from, to }],
  });
  const service = (from: UnitState, to: UnitState): EntryBody => ({
    type: 'change',
    kind: 'unit',
    changes: [{ id: { kind: 'unit', name: 'p.service' }, from, to }],
  });
  const conf = text('as shipped\n');
  const made: FileState = text('first\n');
  const none = { configFiles: false, auto: false, held: false };
  return [
    [
      [
        file('plain', absent, made),
        {
          type: 'command',
          shown: 'a command',
          undo: raw('rm -f "$w/made"; rm -f "$w/made.too"'),
          touches: false,
        },
      ],
      'printf "first\\n" >plain; touch made made.too; : >"$rtp_rundir/00001.ran.1"',
    ],
    [
      [
        {
          type: 'change',
          kind: 'package',
          changes: [{ id: { kind: 'package', name: 'p' }, from: none, to: { ...none, version: '1' } }],
        },
      ],
      'printf "as shipped\\n" >conf; touch package unit enabled active',
    ],
    [[file('conf', conf, absent), service(unit, stopped)], 'rm conf enabled active'],
    [
      [file('plain', made, text('second\n')), file('other', absent, made)],
      'printf "second\\n" >plain; printf "first\\n" >other',
    ],
    [[file('other', made, absent), service(stopped, unit), service(unit, stopped)], 'rm other'],
  ];
}

class Machine extends PretendedTarget {
  /** The machine as the run left it; it is put back from there, as making it takes a shell for each window. */
  private readonly fresh = join(this.dir, 'fresh');

  constructor(shell: ShellName) {
    super(shell, standIns);
    for (const [at, [bodies, effect]] of windows(this.world).entries()) {
      const entries = bodies.map((body, index): Entry => ({ ...body, index, taskId: 't', taskName: 't' }));
      const journal = journalScript(`0000${at + 1}`, entries, {
        earlier: new Map(),
        owed: [],
        ...(at === 0 ? { first: { runJson: '{}\n' } } : {}),
      });
      const staged = [...new Set(entries.flatMap((entry) => (entry.type === 'change' ? entry.changes : [])))]
        .flatMap(({ to }) => ('sha256' in to ? [to.sha256] : []))
        .map((sha) => sh`printf '%s' ${store.get(sha)?.toString() ?? ''} >"$rtp_stage/"${sha}`);
      this.must([sh`rtp_prepare`, ...staged, journal, sh`cd "$w"`, raw(effect)]);
    }
    this.undoWithStandIns();
    for (const name of ['world', 'state']) this.copy(join(this.dir, name), join(this.fresh, name));
  }

  private copy(from: string, to: string): void {
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  }

  reset(): void {
    for (const name of ['world', 'state']) this.copy(join(this.fresh, name), join(this.dir, name));
  }

  private must(script: readonly Shell[]): void {
    const done = this.execute(script);
    assert.equal(done.status, 0, done.stderr);
  }

  /** Runs undo.sh with a kill before the n-th command that changes something; n = 0: without one. */
  async undo(
    n = 0,
    ...options: readonly string[]
  ): Promise<{ readonly killed: boolean; readonly out: string }> {
    const marks = join(this.dir, 'marks');
    const prelude = sh`
rtp_count=${this.dir}/count
echo 0 >"$rtp_count"
step() {
  read -r c <"$rtp_count"; echo $((c + 1)) >"$rtp_count"
  if [ $((c + 1)) = ${n} ]; then kill -9 0; fi
}
`.text;
    const shims = ['mv', 'rm', 'rmdir', 'touch', 'ln', 'chmod', 'chown']
      .map((name) => `${name}() { step; command ${name} "$@"; }`)
      .join('\n');
    // What is not synced when the power goes is lost.
    const sync = `sync() { step; ls ${quote(this.rundir)} >${quote(marks)}; step; }\nprintf() { case $1 in '%s %s %s\\n') step ;; esac; command printf "$@"; }`;
    const program = readFileSync(join(this.state, 'undo.sh'), 'utf8').replace(
      'rtp_grub_tidy\n',
      `${prelude}${shims}\n${sync}\n`,
    );
    const path = join(this.state, 'killed.sh');
    writeFileSync(path, program);
    writeFileSync(marks, readdirSync(this.rundir).join('\n'));
    const [command, args] = this.reading(path);
    const child = spawn(command, [...args, run, ...options], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const signal = await new Promise((resolve) => child.on('close', (_code, by) => resolve(by)));
    if (signal === null) return { killed: false, out };
    const kept = new Set(readFileSync(marks, 'utf8').split('\n'));
    for (const name of readdirSync(this.rundir))
      if (/^(undone|undoing|passed|seen)\./.test(name) && !kept.has(name)) rmSync(join(this.rundir, name));
    return { killed: true, out };
  }
}

/** By default each shell is killed at every twelfth step, or 24th, beginning anywhere. */
const stride = thorough('the rollback program is killed at every step') ? 1 : bySpeed(12, 24);
const random = randomNumbers();

for (const shell of shells)
  describe(`the rollback program in ${shell}`, function () {
    this.timeout(300_000);
    let machine: Machine;
    before(() => (machine = new Machine(shell)));
    beforeEach(() => machine.reset());
    after(() => machine.remove());

    it('undoes all, and finds nothing to do when it is started again', async () => {
      const first = await machine.undo();
      assert.match(first.out, /^undone 00002 0$/m, first.out);
      assert.deepEqual(machine.left, [], first.out);
      assert.ok(existsSync(join(machine.rundir, 'undone')));
      assert.equal(existsSync(join(machine.state, 'lock')), false);
      const again = await machine.undo();
      assert.deepEqual(
        again.out.split('\n').filter((line) => line !== '' && !line.startsWith('same ')),
        [],
      );
      assert.deepEqual(machine.left, []);
    });

    it('comes to the same end wherever it is killed, twice in a row', async () => {
      let steps = 0;
      for (let n = 1 + Math.floor(random() * stride); ; n += stride) {
        machine.reset();
        const first = await machine.undo(n);
        if (!first.killed) break;
        steps = n;
        const second = await machine.undo(1 + ((n * 7) % 23));
        const last = await machine.undo();
        const when = `killed before step ${n}:\n${first.out}--\n${second.out}--\n${last.out}`;
        assert.deepEqual(machine.left, [], when);
        assert.doesNotMatch(last.out, /^(conflict|failed)/m, when);
        assert.ok(existsSync(join(machine.rundir, 'undone')), when);
      }
      assert.ok(steps > 30, `only ${steps} steps`);
    });

    it('undoes the rest where something is in conflict, and none of it a second time', async () => {
      writeFileSync(join(machine.world, 'plain'), 'somebody else\n');
      const first = await machine.undo();
      assert.match(first.out, /^conflict 00004 0$/m, first.out);
      assert.match(first.out, /^undone 00003 1$/m, first.out);
      assert.deepEqual(machine.left, ['plain']);
      assert.equal(existsSync(join(machine.rundir, 'undone')), false);
      // The unit is disabled and stopped, as the run left it; but its package is gone.
      const second = await machine.undo();
      assert.doesNotMatch(second.out, /^(undone|failed)/m, second.out);
      assert.deepEqual(machine.left, ['plain']);
      writeFileSync(join(machine.world, 'plain'), 'second\n');
      const third = await machine.undo();
      assert.match(third.out, /^undone 00004 0$/m, third.out);
      assert.deepEqual(machine.left, []);
      assert.ok(existsSync(join(machine.rundir, 'undone')));
    });

    /** Somebody has enabled the service that the run disabled, and put another configuration file in place; both go with their package. */
    function meddle(): void {
      writeFileSync(join(machine.world, 'enabled'), '');
      writeFileSync(join(machine.world, 'conf'), 'somebody else\n');
    }

    it('takes what went with its package for undone, where the first rollback had found it in conflict', async () => {
      meddle();
      const first = await machine.undo();
      assert.match(first.out, /^conflict 00003 0$/m, first.out);
      assert.match(first.out, /^conflict 00003 1$/m, first.out);
      assert.match(first.out, /^undone 00002 0$/m, first.out);
      assert.deepEqual(machine.left, []);
      assert.equal(existsSync(join(machine.rundir, 'undone')), false);
      const second = await machine.undo();
      assert.doesNotMatch(second.out, /^(undone|failed|conflict)/m, second.out);
      assert.deepEqual(machine.left, []);
      assert.ok(existsSync(join(machine.rundir, 'undone')));
    });

    it('does so too when it was killed, twice in a row', async () => {
      for (let n = 1 + Math.floor(random() * stride); ; n += 2 * stride) {
        machine.reset();
        meddle();
        const first = await machine.undo(n);
        if (!first.killed) break;
        const second = await machine.undo(1 + ((n * 7) % 23));
        const third = await machine.undo();
        const last = await machine.undo();
        const when = [first.out, second.out, third.out, last.out].join('--\n');
        assert.deepEqual(machine.left, [], `killed before step ${n}:\n${when}`);
        assert.doesNotMatch(last.out, /^(undone|failed|conflict)/m, when);
        assert.ok(existsSync(join(machine.rundir, 'undone')), when);
      }
    });

    it('is refused while another script is at work, and says which', async () => {
      mkdirSync(join(machine.state, 'lock'));
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const script = spawn('sleep', ['600'], { stdio: 'ignore' });
      const stat = readFileSync(`/proc/${script.pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ');
      writeFileSync(join(machine.state, 'lock', 'owner'), `${boot} 1 1 another-run me@here\n`);
      writeFileSync(
        join(machine.state, 'lock', 'busy'),
        `${boot} ${script.pid} ${stat[19] ?? ''} 0 window 00001 of another-run\n`,
      );
      const refused = await machine.undo().finally(() => script.kill());
      assert.match(refused.out, /another run is active here: another-run me@here/);
      assert.match(refused.out, new RegExp(`^${script.pid} window 00001 of another-run`, 'm'));
      assert.doesNotMatch(refused.out, /^undone/m);
    });
  });
