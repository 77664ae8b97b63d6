/** For every declarative module: the plan is pure, and once it is carried out nothing is left to do. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GivenArgs } from '../../src/modules/args/given.js';
import { findModule } from '../../src/modules/core/registry.js';
import type { FileState } from '../../src/resources/file/state.js';
import type { GroupState } from '../../src/resources/group/state.js';
import type { KernelSettingState } from '../../src/resources/kernel-setting/state.js';
import type { ModuleState } from '../../src/resources/kernel-module/state.js';
import type { SysctlState } from '../../src/resources/sysctl/state.js';
import type { UnitState } from '../../src/resources/unit/state.js';
import type { UserState } from '../../src/resources/user/state.js';
import type { Value } from '../../src/values/value.js';
import { FakeTarget } from './context.js';
import { symbolicMode } from './files/symbolic-mode.js';

type Args = Record<string, Value>;
type Spec =
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'directory' | 'fifo' }
  | { readonly kind: 'link'; readonly to: string };
type World = ReadonlyMap<string, Spec & { readonly mode: string; readonly owner: string }>;

const paths = ['/w/a', '/w/b', '/w/d', '/w/d/a', '/w/d/e', '/w/d/e/f', '/w/l'];
const path = fc.constantFrom(...paths);
const line = fc.constantFrom(
  'key=1',
  'key = 2',
  '# key=1',
  '#key=3',
  'other',
  '',
  ' key=1',
  '[s]',
  '[t]',
  'x = y',
  'vm.a=1',
  'vm.a = 2',
  '# BEGIN ANSIBLE MANAGED BLOCK',
  '# END ANSIBLE MANAGED BLOCK',
);
const text = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.boolean())
  .map(([lines, ended]) => lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''));
const mode = fc.constantFrom('0644', '0600', '0755', '2775', '0000');
const owner = fc.constantFrom('root', 'ops', 'rt');
const spec: fc.Arbitrary<Spec> = fc.oneof(
  { weight: 5, arbitrary: text.map((content) => ({ kind: 'file' as const, text: content })) },
  { weight: 2, arbitrary: fc.constant({ kind: 'directory' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'fifo' as const }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...paths, 'a', '../w/d', 'nowhere')
      .map((to) => ({ kind: 'link' as const, to })),
  },
);
const world: fc.Arbitrary<World> = fc
  .array(fc.tuple(path, spec, mode, owner), { maxLength: 6 })
  .map(
    (entries) => new Map(entries.map(([at, what, bits, who]) => [at, { ...what, mode: bits, owner: who }])),
  );

/** Only what has a folder above it can be there. */
function build(given: World): FakeTarget {
  const target = new FakeTarget();
  for (const folder of ['/w', '/etc', '/etc/systemd/system', '/home', '/root']) {
    target.setFile(folder, { type: 'directory', mode: '0755', owner: 'root', group: 'root' });
  }
  for (const at of paths) {
    const found = given.get(at);
    const parent = target.file(at.slice(0, at.lastIndexOf('/')));
    if (found === undefined || (parent.type !== 'directory' && parent.type !== 'absent')) continue;
    const attributes = { mode: found.mode, owner: found.owner, group: 'root' };
    let state: FileState;
    if (found.kind === 'file') state = target.text(found.text, attributes);
    else if (found.kind === 'link')
      state = { type: 'link', target: found.to, owner: found.owner, group: 'root' };
    else if (found.kind === 'fifo') state = { type: 'other', what: 'fifo', ...attributes };
    else state = { type: 'directory', ...attributes };
    target.setFile(at, state);
  }
  return target;
}

function optional(
  record: Record<string, fc.Arbitrary<Value>>,
  required: Record<string, fc.Arbitrary<Value>> = {},
): fc.Arbitrary<Args> {
  return fc.record({ ...record, ...required }, { requiredKeys: Object.keys(required) });
}

const bool = fc.constantFrom<Value>(true, false, 'yes', 'no');
const attributes = {
  // A mode that depends on the present one need not come to rest (u=g,g=u).
  mode: fc.oneof(
    mode,
    symbolicMode.filter((item) => !/X|[-+=][ugo]/.test(item)),
  ),
  owner,
  group: owner,
};
const edits = { ...attributes, backup: bool, create: bool };
const value = fc.constantFrom('1', '2', 'a=b', 'new');

/** Arguments that come to rest; `again` may do more only where Ansible's own meaning has it so. */
const declarative: Readonly<Record<string, fc.Arbitrary<Args>>> = {
  copy: optional(
    { ...attributes, force: bool, backup: bool, follow: bool, directory_mode: mode },
    { dest: fc.constantFrom(...paths, '/w/d/', '/w/new/deep/'), content: text },
  ),
  file: optional(
    { ...attributes, force: bool, follow: bool, src: fc.constantFrom(...paths, 'a', 'nowhere') },
    {
      path: fc.constantFrom(...paths, '/w/new/deep'),
      state: fc.constantFrom('file', 'directory', 'absent', 'link', 'hard'),
    },
  ),
  lineinfile: fc.oneof(
    optional(
      { ...edits, insertafter: fc.constantFrom('EOF', 'BOF', '^key', '^o'), firstmatch: bool },
      { path, line },
    ),
    optional(
      {
        ...edits,
        insertbefore: fc.constantFrom('BOF', '^key'),
        firstmatch: bool,
        regexp: fc.constant('^#?\\s*key ?='),
      },
      { path, line: value.map((item) => `key=${item}`) },
    ),
    optional(
      { ...edits },
      { path, state: fc.constant('absent'), regexp: fc.constantFrom('key', '^$', '^#') },
    ),
    optional(
      { ...edits },
      { path, state: fc.constant('absent'), search_string: fc.constantFrom('key', ' ') },
    ),
  ),
  blockinfile: fc.oneof(
    optional(
      {
        ...edits,
        state: fc.constantFrom('present', 'absent'),
        append_newline: bool,
        prepend_newline: bool,
        insertafter: fc.constantFrom('EOF', '^key'),
      },
      { path, block: fc.constantFrom('', 'a', 'a\nb\n') },
    ),
    optional(
      { ...edits, insertbefore: fc.constantFrom('BOF', '^key') },
      { path, block: fc.constantFrom('a', 'a\n\n') },
    ),
  ),
  replace: optional(
    { ...attributes, backup: bool },
    {
      path,
      regexp: fc.constantFrom('^key', 'k.y', '=', ' +$', '(?i)OTHER'),
      replace: fc.constantFrom('', 'Z'),
    },
  ),
  ini_file: fc.oneof(
    optional(
      {
        ...edits,
        section: fc.constantFrom('s', 't', 'u'),
        no_extra_spaces: bool,
        ignore_spaces: bool,
        exclusive: bool,
        modify_inactive_option: bool,
      },
      { path, option: fc.constantFrom('key', 'x', 'zz'), value },
    ),
    optional(
      { ...edits, exclusive: bool, modify_inactive_option: bool },
      {
        path,
        section: fc.constantFrom('s', 't'),
        option: fc.constantFrom('key', 'x'),
        values: fc.uniqueArray(value, { minLength: 1 }),
      },
    ),
    optional(
      { ...edits, exclusive: bool, section: fc.constantFrom('s', 't'), option: fc.constantFrom('key', 'x') },
      { path, state: fc.constant('absent') },
    ),
    optional(
      { ...edits, section: fc.constantFrom('s', 'u') },
      { path, option: fc.constantFrom('key', 'x'), allow_no_value: fc.constant(true) },
    ),
  ),
  sysctl: optional(
    {
      sysctl_set: bool,
      reload: bool,
      ignoreerrors: bool,
      value,
      state: fc.constantFrom('present', 'absent'),
    },
    { name: fc.constantFrom('vm.a', 'vm/a', 'vm.b'), sysctl_file: path },
  ),
  kernel_setting: optional(
    { form: fc.constantFrom('auto', 'word', 'choice'), state: fc.constantFrom('present', 'if_present') },
    { path: fc.constantFrom('/sys/k/a', '/sys/k/b', '/sys/k/*'), value },
  ),
  modprobe: optional(
    {
      state: fc.constantFrom('present', 'absent'),
      params: fc.constantFrom('', 'a=1'),
      persistent: fc.constantFrom('disabled', 'present', 'absent'),
    },
    { name: fc.constantFrom('vfio-pci', 'kvm', 'dummy') },
  ),
  systemd: optional(
    { state: fc.constantFrom('started', 'stopped'), enabled: bool, masked: bool, daemon_reload: bool },
    { name: fc.constantFrom('a', 'b.timer', 'written') },
  ),
  service: optional(
    { state: fc.constantFrom('started', 'stopped') },
    { name: fc.constantFrom('a', 'written'), enabled: bool },
  ),
  group: optional(
    { gid: fc.nat(60000), state: fc.constantFrom('present', 'absent'), system: bool },
    { name: owner },
  ),
  user: optional(
    {
      uid: fc.nat(60000),
      group: owner,
      groups: fc.uniqueArray(owner),
      append: bool,
      comment: value,
      home: path,
      create_home: bool,
      shell: fc.constantFrom('/bin/bash', '/bin/sh'),
      password: fc.constantFrom('!', '*', '$6$x', 'plain'),
      update_password: fc.constantFrom('always', 'on_create'),
      password_lock: bool,
      system: bool,
      remove: bool,
      state: fc.constantFrom('present', 'absent'),
    },
    { name: owner },
  ),
  stat: optional({ follow: bool, get_checksum: bool }, { path }),
  slurp: optional({}, { src: path }),
};

const unit = fc.record({
  exists: fc.boolean(),
  enabled: fc.constantFrom('enabled', 'disabled', 'static', 'enabled-runtime', 'indirect', 'generated'),
  masked: fc.boolean(),
  active: fc.boolean(),
});
const account = fc.record({
  exists: fc.boolean(),
  groups: fc.uniqueArray(owner),
  hash: fc.constantFrom('!', '!$6$x', '$6$y', '*'),
  gid: fc.nat(999),
});

interface Others {
  readonly units: readonly UnitState[];
  readonly kernel: ModuleState;
  readonly sysctl: SysctlState;
  readonly setting: KernelSettingState;
  readonly accounts: readonly { exists: boolean; groups: string[]; hash: string; gid: number }[];
  readonly unitFile: boolean;
}

const others: fc.Arbitrary<Others> = fc.record({
  units: fc.tuple(unit, unit),
  kernel: fc.record({ loaded: fc.boolean(), builtin: fc.boolean(), available: fc.boolean() }),
  sysctl: fc.oneof(fc.record({ value, writable: fc.boolean() }), fc.constant({ writable: false })),
  setting: fc.oneof(
    fc.record({ value: fc.constantFrom('1', 'new', '1 [2] a=b', '[new] 1'), writable: fc.boolean() }),
    fc.constant({ writable: false, why: 'absent' as const }),
  ),
  accounts: fc.tuple(account, account, account),
  unitFile: fc.boolean(),
});

function add(target: FakeTarget, given: Others): void {
  for (const [index, name] of ['a.service', 'b.timer'].entries()) {
    const state = given.units[index] ?? { exists: false, enabled: '', masked: false, active: false };
    const masked = state.masked ? { ...state, exists: true, enabled: 'masked' } : state;
    target.states.set(
      `unit:${name}`,
      masked.exists ? masked : { exists: false, enabled: '', masked: false, active: false },
    );
  }
  if (given.unitFile)
    target.setFile('/etc/systemd/system/written.service', target.text('[Install]\nWantedBy=x.target\n'));
  for (const name of ['vfio_pci', 'kvm', 'dummy']) target.states.set(`module:${name}`, given.kernel);
  target.states.set('sysctl:vm.a', given.sysctl);
  target.states.set('kernel_setting:/sys/k/a', given.setting);
  target.states.set('kernel_setting:/sys/k/*', {
    writable: false,
    matches: given.unitFile ? ['/sys/k/a'] : [],
  });
  for (const [index, name] of ['root', 'ops', 'rt'].entries()) {
    const found = given.accounts[index];
    if (found === undefined) continue;
    const free = { normal: 1001 + index, system: 998 - index };
    const user: UserState = found.exists
      ? {
          exists: true,
          uid: found.gid,
          group: name,
          groups: found.groups.filter((group) => group !== name).sort(),
          comment: '',
          home: `/home/${name}`,
          shell: '/bin/sh',
          passwordHash: found.hash,
          locked: found.hash.startsWith('!'),
        }
      : { exists: false, free };
    const group: GroupState =
      found.exists || found.gid % 2 === 0
        ? { exists: true, gid: found.gid, members: [] }
        : { exists: false, free };
    target.states.set(`user:${name}`, user);
    target.states.set(`group:${name}`, group);
  }
}

function shown(states: ReadonlyMap<string, unknown>): string {
  return JSON.stringify([...states].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** With stray markers Ansible's rules (the last of each counts, in any order) need not come to rest. */
function wellMarked(given: Spec): boolean {
  if (given.kind !== 'file') return true;
  const markers = (given.text.match(/BEGIN|END/g) ?? []).join(' ');
  return markers === '' || markers === 'BEGIN END';
}

describe('declarative modules', function () {
  this.timeout(240_000);
  for (const [name, args] of Object.entries(declarative)) {
    it(`${name}: comes to rest, and its plan is pure`, () => {
      const module = findModule(name);
      assert.ok(module !== undefined);
      let planned = 0;
      fc.assert(
        fc.property(world, others, args, (given, more, rawArgs) => {
          fc.pre(name !== 'blockinfile' || [...given.values()].every(wellMarked));
          if (new GivenArgs(module, rawArgs).parsed.faults !== undefined) return;
          const target = build(given);
          add(target, more);
          const before = shown(target.states);
          const first = target.plan(module, rawArgs);
          assert.deepEqual(target.plan(module, rawArgs), first);
          assert.equal(shown(target.states), before);
          if (first.plan.type !== 'states') return;
          planned += 1;
          target.apply(first.steps);
          const again = target.plan(module, rawArgs);
          assert.equal(again.plan.type, 'states', JSON.stringify(again.plan));
          const left = again.steps.filter((step) => step.type === 'change' || step.quiet !== true);
          assert.deepEqual(left, []);
        }),
        { numRuns: 1500 },
      );
      assert.ok(planned > 20, `only ${planned} runs planned anything`);
    });
  }
});
