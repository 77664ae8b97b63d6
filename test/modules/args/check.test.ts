import assert from 'node:assert/strict';
import { checkArgs } from '../../../src/modules/args/check.js';
import { GivenArgs } from '../../../src/modules/args/given.js';
import { findModule } from '../../../src/modules/core/registry.js';
import type { Value } from '../../../src/values/value.js';

function templated(value: Value): boolean {
  return typeof value === 'string'
    ? value.includes('{{')
    : Array.isArray(value) && (value as Value[]).some(templated);
}

function check(name: string, args: Record<string, Value>) {
  const module = findModule(name);
  assert.ok(module !== undefined);
  return checkArgs(module, args, templated);
}

function parse(name: string, args: Record<string, Value>): { readonly args?: unknown } {
  const module = findModule(name);
  assert.ok(module !== undefined);
  return new GivenArgs(module, args).parsed;
}

describe('arguments', () => {
  it('are looked at before templating as far as their text goes', () => {
    assert.deepEqual(
      check('copy', { dest: '{{ d }}', content: '{{ c }}', mode: '{{ m }}', backup: '{{ b }}' }),
      [],
    );
    assert.deepEqual(check('apt', { name: ['{{ p }}', 'tuned'], cache_valid_time: '{{ t }}' }), []);
  });

  it('may exclude or need each other only where no template can omit them', () => {
    const omit = '{{ x | d(omit) }}';
    assert.deepEqual(check('copy', { dest: '/d', src: omit, content: omit }), []);
    assert.deepEqual(check('copy', { dest: '/d', src: 'a', content: omit }), []);
    assert.deepEqual(check('systemd', { daemon_reload: true, state: omit }), []);
    const codes = (args: Record<string, Value>): unknown => check('copy', args).map(({ code }) => code);
    assert.deepEqual(codes({ dest: '/d', src: '{{ a }}', content: '{{ b }}' }), ['CONFLICTING_ARGUMENTS']);
    assert.deepEqual(codes({ dest: '/d' }), ['MISSING_ARGUMENT']);
  });

  it('say everything that is wrong, with the names as written', () => {
    const faults = check('lineinfile', { regex: 'a', search_string: 'b', bakcup: true, create: 'perhaps' });
    assert.deepEqual(
      faults.map(({ arg, code }) => [arg, code]),
      [
        ['bakcup', 'UNKNOWN_ARGUMENT'],
        ['', 'MISSING_ARGUMENT'],
        ['search_string', 'CONFLICTING_ARGUMENTS'],
        ['', 'MISSING_ARGUMENT'],
        ['create', 'BAD_ARGUMENT'],
      ],
    );
    assert.equal(faults[0]?.hint, 'Did you mean "backup"?');
    assert.match(faults[2]?.detail ?? '', /"regex", "search_string"/);
  });

  it('list what there is when nothing is near', () => {
    assert.match(check('slurp', { src: '/x', qqqqqq: 1 })[0]?.hint ?? '', /^It has: src\.$/);
  });

  it('do not fail a condition that only templating decides', () => {
    assert.deepEqual(check('lineinfile', { path: '/x', regexp: 'a', state: '{{ s }}' }), []);
    assert.equal(check('lineinfile', { path: '/x', regexp: 'a' }).length, 1);
  });

  it('say what was given', () => {
    const detail = (mode: Value) => check('file', { path: '/x', mode })[0]?.detail;
    assert.match(detail(true) ?? '', /but got the boolean true/);
    assert.match(detail([1]) ?? '', /but got a list/);
    assert.match(detail({ a: 1 }) ?? '', /but got a mapping/);
    assert.match(detail('x'.repeat(100)) ?? '', /x\.\.\."/);
    assert.match(detail(0.5) ?? '', /but got the number 0\.5/);
    assert.match(detail(-1) ?? '', /but got the number -1/);
    assert.match(detail(8192) ?? '', /but got the number 8192/);
  });

  it('are coerced as Ansible does it', () => {
    const { args } = parse('apt', {
      name: 'a, b,,c',
      update_cache: 'Yes',
      cache_valid_time: ' 5 ',
      purge: 0,
    });
    assert.deepEqual(args, {
      name: ['a', 'b', 'c'],
      state: 'present',
      update_cache: true,
      cache_valid_time: 5,
      upgrade: 'no',
      purge: false,
      autoremove: false,
      only_upgrade: false,
      allow_downgrade: false,
    });
  });

  it('take a number for text and a text for one item', () => {
    assert.deepEqual(parse('command', { argv: 5 }).args, {
      argv: ['5'],
      stdin_add_newline: true,
      strip_empty_ends: true,
      expand_argument_vars: true,
    });
  });

  it('that Ansible takes no notice of without another one are refused only with that', () => {
    const codes = (name: string, args: Record<string, Value>): readonly string[] =>
      check(name, { name: 'x', ...args }).map(({ code, arg }) => `${code} ${arg}`);
    const keys = { ssh_key_file: '.ssh/id', ssh_key_bits: 4096, ssh_key_passphrase: 'p' };
    assert.deepEqual(codes('user', keys), []);
    assert.deepEqual(codes('user', { ...keys, generate_ssh_key: false }), []);
    assert.deepEqual(codes('user', { ...keys, generate_ssh_key: true }), [
      'UNSUPPORTED_ARGUMENT generate_ssh_key',
    ]);
    assert.deepEqual(codes('user', { move_home: true, non_unique: true }), []);
    assert.deepEqual(codes('user', { move_home: true, home: '/x' }), ['UNSUPPORTED_ARGUMENT move_home']);
    assert.deepEqual(codes('user', { non_unique: true, uid: '{{ uid }}' }), []);
    assert.deepEqual(codes('group', { force: true }), []);
    assert.deepEqual(codes('group', { force: true, state: 'absent' }), ['UNSUPPORTED_ARGUMENT force']);
    assert.deepEqual(parse('group', { name: 'x', force: true }).args, {
      name: 'x',
      state: 'present',
      system: false,
    });
  });

  it('take the word that YAML made a boolean of', () => {
    assert.equal((parse('apt', { upgrade: false }).args as { upgrade: string }).upgrade, 'no');
    assert.equal((parse('apt', { upgrade: true }).args as { upgrade: string }).upgrade, 'yes');
  });

  it('are free for set_fact', () => {
    assert.deepEqual(check('set_fact', { anything: 1 }), []);
    assert.deepEqual(parse('set_fact', { anything: null }).args, { anything: null });
  });
});
