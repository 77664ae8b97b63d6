/** Test cases as data: arguments and a target before, what is expected after. See cases/README.md. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { checkArgs } from '../../src/modules/args/check.js';
import { GivenArgs } from '../../src/modules/args/given.js';
import { findModule } from '../../src/modules/core/registry.js';
import { transactionName } from '../../src/resources/transaction/request.js';
import type { FileState } from '../../src/resources/file/state.js';
import type { State } from '../../src/resources/resource.js';
import type { BootState } from '../../src/resources/boot/state.js';
import type { TransactionRequest, TransactionState } from '../../src/resources/transaction/state.js';
import type { Value } from '../../src/values/value.js';
import { Unknown } from '../../src/values/value.js';
import { entries, rescue } from '../rt/bls-fixtures.js';
import { fixture, uuid } from '../rt/fixtures.js';
import { FakeTarget, facts, type Outcome } from './context.js';

/** Text is a file's content; null is "not there". */
export type FileSpec =
  | null
  | string
  | {
      readonly content?: string;
      readonly base64?: string;
      readonly directory?: true;
      readonly link?: string;
      readonly other?: string;
      /** The text of a menu below test/rt/fixtures, instead of `content`; without what `without` matches. */
      readonly menu?: string;
      readonly without?: string;
      /** Text after that of the menu. */
      readonly extra?: string;
      readonly mode?: string;
      readonly owner?: string;
      readonly group?: string;
      readonly mtime?: string;
    };

export interface Case {
  readonly name: string;
  readonly args: Readonly<Record<string, Value>>;
  readonly files?: Readonly<Record<string, FileSpec>>;
  readonly units?: Readonly<Record<string, Record<string, unknown>>>;
  readonly packages?: Readonly<Record<string, Record<string, unknown>>>;
  readonly sysctls?: Readonly<Record<string, Record<string, unknown>>>;
  readonly kernelModules?: Readonly<Record<string, Record<string, unknown>>>;
  readonly users?: Readonly<Record<string, Record<string, unknown>>>;
  readonly groups?: Readonly<Record<string, Record<string, unknown>>>;
  /** Files of a RHEL's /boot/loader/entries (test/rt/bls-fixtures.ts), under those that `files` gives. */
  readonly bls?: keyof typeof entries;
  /** What differs from `booted`; a file system that is null: there is no GRUB. */
  readonly boot?: Partial<Omit<BootState, 'grubFileSystem'>> & { readonly grubFileSystem?: string | null };
  /** GRUB's boot entries, `default` and `next`; by default there is a GRUB that has none. */
  readonly bootEntries?: Readonly<Record<string, Record<string, unknown>>>;
  readonly transaction?: {
    readonly request: Partial<TransactionRequest>;
    readonly state: Partial<TransactionState>;
  };
  readonly sources?: Readonly<Record<string, Readonly<Record<string, string>> | string>>;
  readonly facts?: Readonly<Record<string, Value>>;
  readonly vars?: Readonly<Record<string, Value>>;
  readonly unknown?: string;
  readonly check?: boolean;
  readonly verbosity?: number;
  readonly expect: {
    readonly changed?: boolean;
    readonly failed?: string;
    readonly skipped?: string;
    readonly faults?: readonly string[];
    readonly unknown?: string;
    readonly msg?: string;
    readonly files?: Readonly<Record<string, FileSpec>>;
    readonly units?: Readonly<Record<string, Record<string, unknown>>>;
    readonly packages?: Readonly<Record<string, Record<string, unknown>>>;
    readonly sysctls?: Readonly<Record<string, Record<string, unknown>>>;
    readonly kernelModules?: Readonly<Record<string, Record<string, unknown>>>;
    readonly users?: Readonly<Record<string, Record<string, unknown>>>;
    readonly groups?: Readonly<Record<string, Record<string, unknown>>>;
    readonly bootEntries?: Readonly<Record<string, Record<string, unknown>>>;
    /** Parts of the files' text, in this order. */
    readonly has?: Readonly<Record<string, readonly string[]>>;
    /** What is in none of the files' text. */
    readonly lacks?: Readonly<Record<string, readonly string[]>>;
    readonly actions?: readonly string[];
    readonly order?: readonly string[];
    readonly validate?: string;
    readonly warnings?: readonly string[];
    readonly result?: Readonly<Record<string, unknown>>;
    readonly operation?: Readonly<Record<string, unknown>>;
    readonly script?: readonly string[];
    readonly shown?: string;
    /** The second run changes something again, as it must (a restart). */
    readonly again?: true;
  };
}

const KINDS = {
  units: 'unit',
  packages: 'package',
  sysctls: 'sysctl',
  kernelModules: 'module',
  users: 'user',
  groups: 'group',
  bootEntries: 'boot_entry',
} as const;

const NEW: Readonly<Record<string, Record<string, unknown>>> = {
  unit: { exists: true, enabled: 'disabled', masked: false, active: false },
  package: { configFiles: false, auto: false, held: false },
  sysctl: { writable: true },
  module: { loaded: false, builtin: false, available: true },
  user: { exists: true },
  group: { exists: true, members: [] },
  boot_entry: { grub: true },
};

/** A machine that runs Debian 12's usual kernel, as the menu test/rt/fixtures/debian-12.cfg boots it. */
const booted: BootState = {
  release: '6.1.0-40-amd64',
  version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.153-1 (2025-09-20)',
  machine: 'x86_64',
  cmdline: `BOOT_IMAGE=/boot/vmlinuz-6.1.0-40-amd64 root=UUID=${uuid} ro quiet`,
  bootId: '0c1e7b42-5f0e-4a55-9d0c-6b1d3a8d6c11',
  osVersion: '12',
  kernelPackages: [],
  flags: ['constant_tsc'],
  hugepageKb: 2048,
  bootFreeKb: 1_000_000,
  grubFileSystem: 'ext2',
  grubAbstractions: [],
  watchdogDevice: false,
  watchdogModules: [],
  failedUnits: [],
  rcuOffloadThreads: [],
  grubLines: { linux: '', linuxDefault: 'quiet' },
  blsEntries: [],
  grubVariables: {},
  efi: false,
  files: { '/sys/devices/system/cpu/possible': '0-7' },
};

const REQUEST: TransactionRequest = {
  install: [],
  remove: [],
  purge: false,
  autoremove: false,
  latest: false,
  allowDowngrade: false,
  updateCache: false,
  cacheValidSeconds: 0,
  look: false,
};

function fileState(target: FakeTarget, spec: FileSpec): FileState {
  if (spec === null) return { type: 'absent' };
  if (typeof spec === 'string') return target.text(spec);
  const { mode, owner = 'root', group = 'root', mtime } = spec;
  const times = mtime === undefined ? {} : { mtime };
  if (spec.link !== undefined) return { type: 'link', target: spec.link, owner, group };
  if (spec.directory === true) return { type: 'directory', mode: mode ?? '0755', owner, group, ...times };
  if (spec.other !== undefined)
    return { type: 'other', what: spec.other, mode: mode ?? '0644', owner, group };
  if (spec.menu !== undefined) {
    const menu = fixture(spec.menu);
    const text = (spec.without === undefined ? menu : menu.replaceAll(spec.without, '')) + (spec.extra ?? '');
    return target.text(text, { mode: mode ?? '0644' });
  }
  const content = spec.base64 === undefined ? (spec.content ?? '') : Buffer.from(spec.base64, 'base64');
  return target.text(content, { mode: mode ?? '0644', owner, group, ...times });
}

function source(target: FakeTarget, name: string, spec: string | Readonly<Record<string, string>>): void {
  const bytes = (text: string) => {
    const content = Buffer.from(text);
    return { content, sha256: target.store.put(content), size: content.length };
  };
  const path = `files/${name}`;
  if (typeof spec === 'string') {
    target.sources.set(name, { type: 'file', path, mode: '0755', ...bytes(spec) });
    return;
  }
  const entries = Object.entries(spec).map(([relative, text]) => {
    if (text === '<directory>') return { relative, type: 'directory' as const, mode: '0750' };
    if (text.startsWith('<link> ')) return { relative, type: 'link' as const, target: text.slice(7) };
    return { relative, type: 'file' as const, path: `${path}/${relative}`, mode: '0640', ...bytes(text) };
  });
  target.sources.set(name, { type: 'directory', path, entries });
}

export function targetOf(given: Case): FakeTarget {
  const target = new FakeTarget();
  for (const folder of ['/etc', '/root', '/home', '/tmp', '/var/lib']) {
    target.setFile(folder, { type: 'directory', mode: '0755', owner: 'root', group: 'root' });
  }
  const bls = given.bls === undefined ? [] : [...entries[given.bls], rescue];
  const files = {
    ...Object.fromEntries(bls.map(({ id, text }) => [`/boot/loader/entries/${id}.conf`, text])),
    ...given.files,
  };
  for (const [path, spec] of Object.entries(files)) target.setFile(path, fileState(target, spec));
  const blsEntries = Object.keys(files).flatMap((path) => {
    const id = /^\/boot\/loader\/entries\/(.*)\.conf$/.exec(path)?.[1];
    return id === undefined ? [] : [{ id, text: target.contentOf(path) ?? '' }];
  });
  for (const [plural, kind] of Object.entries(KINDS)) {
    for (const [name, state] of Object.entries(given[plural as keyof typeof KINDS] ?? {})) {
      target.states.set(`${kind}:${name}`, { ...NEW[kind], ...state } as State);
    }
  }
  const { grubFileSystem, ...boot } = { ...booted, blsEntries, ...given.boot };
  const grub = typeof grubFileSystem === 'string' ? { grubFileSystem } : {};
  const running: BootState = { ...boot, ...grub };
  target.states.set('boot:running', running);
  if (given.transaction !== undefined) {
    const name = transactionName({ ...REQUEST, ...given.transaction.request });
    const state = { changes: [], refreshes: false, unavailable: [], ...given.transaction.state };
    target.states.set(`transaction:${name}`, state);
  }
  for (const [name, spec] of Object.entries(given.sources ?? {})) source(target, name, spec);
  for (const [name, value] of Object.entries(given.vars ?? {})) target.variables.set(name, value);
  target.facts = { ...facts, ...given.facts };
  target.checkMode = given.check ?? false;
  target.verbosity = given.verbosity ?? 0;
  const { unknown } = given;
  if (unknown !== undefined) {
    target.rendered = () => new Unknown(unknown);
    target.truth = (text) => (text === 'unknown' ? new Unknown(unknown) : text === true || text === 'true');
  }
  return target;
}

function checkFile(target: FakeTarget, path: string, spec: FileSpec): void {
  const state = target.file(path);
  if (spec === null) {
    assert.equal(state.type, 'absent', `${path} is there`);
    return;
  }
  if (typeof spec === 'string') {
    assert.equal(target.contentOf(path), spec, path);
    return;
  }
  const type =
    spec.link !== undefined
      ? 'link'
      : spec.directory === true
        ? 'directory'
        : spec.other !== undefined
          ? 'other'
          : 'file';
  assert.equal(state.type, type, path);
  if (spec.link !== undefined && state.type === 'link') assert.equal(state.target, spec.link, path);
  if (spec.content !== undefined) assert.equal(target.contentOf(path), spec.content, path);
  if (spec.base64 !== undefined && state.type === 'file') {
    assert.equal(target.store.get(state.sha256)?.toString('base64'), spec.base64, path);
  }
  for (const key of ['mode', 'owner', 'group'] as const) {
    if (spec[key] !== undefined)
      assert.equal((state as Record<string, unknown>)[key], spec[key], `${path} ${key}`);
  }
}

function subset(actual: unknown, expected: unknown, what: string): void {
  if (expected !== null && typeof expected === 'object' && !Array.isArray(expected)) {
    for (const [key, value] of Object.entries(expected)) {
      subset((actual as Record<string, unknown> | undefined)?.[key], value, `${what}.${key}`);
    }
    return;
  }
  // Null in a case stands for "no such key".
  assert.deepEqual(actual ?? null, expected, what);
}

function checkStates(target: FakeTarget, expect: Case['expect']): void {
  for (const [path, spec] of Object.entries(expect.files ?? {})) checkFile(target, path, spec);
  for (const [path, parts] of Object.entries(expect.has ?? {})) {
    const text = target.contentOf(path) ?? '';
    let from = 0;
    for (const part of parts) {
      const at = text.indexOf(part, from);
      assert.ok(at >= 0, `${path} lacks "${part}":\n${text}`);
      from = at + part.length;
    }
  }
  for (const [path, parts] of Object.entries(expect.lacks ?? {})) {
    const text = target.contentOf(path) ?? '';
    for (const part of parts) assert.ok(!text.includes(part), `${path} has "${part}":\n${text}`);
  }
  for (const [plural, kind] of Object.entries(KINDS)) {
    for (const [name, state] of Object.entries(expect[plural as keyof typeof KINDS] ?? {})) {
      subset(target.get(kind, name), state, `${kind} ${name}`);
    }
  }
}

function checkOutcome(outcome: Outcome, expect: Case['expect']): void {
  const { plan, steps } = outcome;
  if (expect.failed !== undefined) {
    assert.ok(plan.type === 'failed', JSON.stringify(plan));
    assert.ok(plan.msg.includes(expect.failed), `"${plan.msg}" lacks "${expect.failed}"`);
    return;
  }
  assert.ok(plan.type !== 'failed', plan.type === 'failed' ? plan.msg : '');
  if (expect.skipped !== undefined) {
    assert.equal(plan.type === 'skipped' && plan.msg, expect.skipped);
  }
  if (expect.unknown !== undefined) {
    assert.equal(plan.type === 'unknown' && plan.reason.reason, expect.unknown);
  }
  if (expect.operation !== undefined) {
    assert.ok(plan.type === 'controller', plan.type);
    subset(plan.operation, expect.operation, 'operation');
  }
  if (expect.script !== undefined || expect.shown !== undefined) {
    assert.ok(plan.type === 'command', plan.type);
    const text = `${plan.command.prepare?.text ?? ''}\n${plan.command.script.text}`;
    for (const part of expect.script ?? []) {
      assert.ok(text.includes(part), `${text}\nlacks ${part}`);
    }
    if (expect.shown !== undefined) assert.equal(plan.command.shown, expect.shown);
  }
  if (expect.changed !== undefined) assert.equal(outcome.changed, expect.changed, JSON.stringify(plan));
  if (expect.actions !== undefined) {
    assert.deepEqual(
      steps.flatMap((step) => (step.type === 'action' ? [step.label] : [])),
      expect.actions,
    );
  }
  if (expect.order !== undefined) {
    const shown = steps.map((step) =>
      step.type === 'action' ? step.label : `${step.id.kind}:${step.id.name}`,
    );
    assert.deepEqual(shown, expect.order);
  }
  if (expect.validate !== undefined) {
    const found = steps.flatMap((step) =>
      step.type === 'change' && step.validate !== undefined ? [step.validate] : [],
    );
    assert.deepEqual(found, [expect.validate]);
  }
  if (expect.msg !== undefined)
    assert.equal(plan.type === 'states' ? (plan.msg ?? '') : plan.type, expect.msg);
  if (expect.warnings !== undefined && plan.type === 'states') {
    const { warnings = [] } = plan;
    assert.equal(warnings.length, expect.warnings.length, JSON.stringify(warnings));
    for (const [index, text] of expect.warnings.entries())
      assert.ok(warnings[index]?.includes(text), warnings[index]);
  }
  if (expect.result !== undefined)
    subset('result' in plan ? plan.result : undefined, expect.result, 'result');
}

export function runCase(moduleName: string, given: Case): void {
  const module = findModule(moduleName);
  assert.ok(module !== undefined, `there is no module ${moduleName}`);
  const { expect } = given;
  if (expect.faults !== undefined) {
    const details = checkArgs(module, given.args, () => false).map(
      (fault) => `${fault.code}: ${fault.detail} ${fault.hint ?? ''}`,
    );
    assert.equal(details.length, expect.faults.length, JSON.stringify(details));
    for (const [index, text] of expect.faults.entries()) {
      assert.ok(details[index]?.includes(text), `"${details[index] ?? ''}" lacks "${text}"`);
    }
    return;
  }
  const faults = new GivenArgs(module, given.args).parsed.faults ?? [];
  if (expect.failed !== undefined && faults.length > 0) {
    const details = faults.map((fault) => fault.detail).join(' ');
    assert.ok(details.includes(expect.failed), `"${details}" lacks "${expect.failed}"`);
    return;
  }
  const target = targetOf(given);
  const outcome = target.plan(module, given.args);
  checkOutcome(outcome, expect);
  target.apply(outcome.steps);
  checkStates(target, expect);
  if (outcome.plan.type !== 'states' || outcome.steps.length === 0) return;
  if (given.transaction !== undefined) return;
  const again = target.plan(module, given.args);
  assert.equal(again.changed, expect.again === true, `again: ${JSON.stringify(again.steps)}`);
}

const folder = join(import.meta.dirname, 'cases');

/** Every case, by module and file. */
export function allCases(): readonly {
  readonly module: string;
  readonly file: string;
  readonly cases: readonly Case[];
}[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) =>
      readdirSync(join(folder, entry.name))
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => ({
          module: entry.name,
          file: basename(file, '.yaml'),
          cases: parse(readFileSync(join(folder, entry.name, file), 'utf8'), {
            merge: true,
          }) as readonly Case[],
        })),
    );
}
