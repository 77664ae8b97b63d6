/** Writes of every kind look right before they change something whether somebody else has changed it. */
import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardedWrite, note } from '../../../src/resources/lib/guard.js';
import { kinds, kindOf } from '../../../src/resources/registry.js';
import type { KindName, State } from '../../../src/resources/resource.js';
import { raw } from '../../../src/shell/shell.js';
import { KindTarget, onThisMachine, shells, type ShellName } from '../kind-shell.js';

interface Case {
  readonly kind: KindName;
  readonly name: string;
  readonly from: State;
  readonly to: State;
  readonly other: State;
  /** What the kind looks with. */
  readonly show: string;
  /** What it changes the machine with: here they only show that they were called. */
  readonly writes: readonly string[];
}

const unit = { exists: true, enabled: 'disabled', masked: false, active: false };
const pack = { version: '1', configFiles: true, auto: false, held: false };

const cases: readonly Case[] = [
  {
    kind: 'sysctl',
    name: 'vm.swappiness',
    from: { value: '60', writable: true },
    to: { value: '10', writable: true },
    other: { value: '33', writable: true },
    show: 'rtp_sysctl_show',
    writes: ['rtp_sysctl_write'],
  },
  {
    kind: 'kernel_setting',
    name: '/sys/kernel/mm/ksm/run',
    from: { value: '0', writable: true },
    to: { value: '2', writable: true },
    other: { value: '1', writable: true },
    show: 'rtp_kernel_setting_show',
    writes: ['rtp_kernel_setting_write'],
  },
  {
    kind: 'module',
    name: 'loop',
    from: { loaded: false, builtin: false, available: true },
    to: { loaded: true, builtin: false, available: true },
    other: { loaded: true, builtin: true, available: true },
    show: 'rtp_module_show',
    writes: ['rtp_module_load'],
  },
  {
    kind: 'unit',
    name: 'x.service',
    from: unit,
    to: { ...unit, enabled: 'enabled' },
    other: { ...unit, enabled: 'masked', masked: true },
    show: 'rtp_unit_show',
    writes: ['rtp_unit_call'],
  },
  {
    kind: 'user',
    name: 'who',
    from: { exists: false },
    to: { exists: true, uid: 1234 },
    other: { exists: true, uid: 1000 },
    show: 'rtp_user_show',
    writes: ['rtp_user_add', 'rtp_user_modify', 'rtp_user_join', 'rtp_user_hash'],
  },
  {
    kind: 'group',
    name: 'who',
    from: { exists: true, gid: 7 },
    to: { exists: false },
    other: { exists: true, gid: 8 },
    show: 'rtp_group_show',
    writes: ['rtp_group_remove'],
  },
  {
    kind: 'package',
    name: 'demo',
    from: { configFiles: false, auto: false, held: false },
    to: pack,
    other: { ...pack, version: '2' },
    show: 'rtp_package_seen',
    writes: ['rtp_package_write'],
  },
  {
    kind: 'boot_entry',
    name: 'default',
    from: { grub: true },
    to: { grub: true, entry: 'new' },
    other: { grub: true, entry: 'another' },
    show: 'rtp_boot_entry_show',
    writes: ['rtp_boot_entry_write'],
  },
];

describe('a guarded write', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rtprov-guard-'));
    for (const name of ['runs/test', 'stage']) mkdirSync(join(dir, name), { recursive: true });
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  /** Runs it where the resource reads as `now`. */
  async function run(
    { kind: kindName, name, from, to, show, writes }: Case,
    now: State,
    shell: ShellName,
    noted = false,
  ): Promise<{
    readonly status: number;
    readonly stderr: string;
    readonly wrote: boolean;
    readonly marked: boolean;
  }> {
    const kind = kindOf(kindName);
    const target = new KindTarget(kind, onThisMachine, shell, dir);
    const guarded = { change: { id: { kind: kindName, name }, from, to }, entry: 3, task: 0 };
    writeFileSync(join(dir, 'now'), `${kind.canon(name, now)}\n`);
    const fakes = [
      `${show}() { cat '${dir}/now'; }`,
      'rtp_unit_fresh() { :; }; rtp_unit_relink() { :; }; rtp_account_back() { :; }',
      ...writes.map((call) => `${call}() { : >'${dir}/wrote'; }`),
      'rtp_seq=00001',
      ...(noted ? [note([guarded]).text] : []),
    ];
    const done = await target.exec(raw([...fakes, guardedWrite(kind, [guarded]).text].join('\n')), true);
    return {
      status: done.status,
      stderr: done.stderr,
      wrote: existsSync(join(dir, 'wrote')),
      marked: existsSync(join(dir, 'runs/test/untouched.00001.3')),
    };
  }

  it('is known of every kind that can be written, but for files, which look by themselves', () => {
    const readOnly = ['boot', 'topology', 'transaction'];
    const rest = [...kinds.keys()].filter((kind) => kind !== 'file' && !readOnly.includes(kind));
    assert.deepEqual(cases.map(({ kind }) => kind).sort(), rest.sort());
    assert.equal(kindOf('file').guardsItself, true);
  });

  for (const one of cases)
    it(`of ${one.kind} leaves what somebody else changed`, async () => {
      const name = `${one.kind}:${one.name}`;
      for (const shell of shells) {
        assert.deepEqual(await run(one, one.other, shell), {
          status: 1,
          stderr: `drift: ${name}\n`,
          wrote: false,
          marked: true,
        });
        rmSync(join(dir, 'runs/test/untouched.00001.3'));
        for (const [now, noted] of [[one.from], [one.to], [one.other, true]] as const) {
          const done = await run(one, now, shell, noted);
          assert.deepEqual(done, { status: 0, stderr: '', wrote: true, marked: false }, shell);
          for (const left of ['wrote', 'stage/seen.3']) rmSync(join(dir, left), { force: true });
        }
      }
    });
});
