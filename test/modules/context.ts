/**
 * A target made of data: states in a map. It answers only what a module asked for, as the engine does, so
 * that a module which forgets to ask fails its test.
 */
import assert from 'node:assert/strict';
import { GivenArgs } from '../../src/modules/args/given.js';
import type { BootContext } from '../../src/modules/boot/places.js';
import type {
  Module,
  NeedsContext,
  PlanContext,
  Source,
  Step,
  TaskPlan,
} from '../../src/modules/core/module.js';
import type { TargetFacts } from '../../src/resources/facts/target.js';
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import type { FileState } from '../../src/resources/file/state.js';
import { kindOf } from '../../src/resources/registry.js';
import {
  keyOf,
  type KindName,
  type ReadRequest,
  type ResourceId,
  type State,
  type StateByKind,
} from '../../src/resources/resource.js';
import type { Value } from '../../src/values/value.js';

export const facts: TargetFacts = {
  user: 'root',
  group: 'root',
  uid: 0,
  home: '/root',
  osId: 'debian',
  osIdLike: [],
  pkgMgr: 'apt',
  container: false,
  umask: 0o022,
};

const ABSENT: { readonly [K in KindName]?: StateByKind[K] } = {
  file: { type: 'absent' },
  package: { configFiles: false, auto: false, held: false },
  unit: { exists: false, enabled: '', masked: false, active: false },
  sysctl: { writable: false },
  kernel_setting: { writable: false, why: 'absent' },
  module: { loaded: false, builtin: false, available: false },
  user: { exists: false, free: { normal: 1001, system: 998 } },
  group: { exists: false, free: { normal: 1001, system: 998 } },
  boot_entry: { grub: true },
};

const RANK = { meta: 0, content: 1, tree: 2 } as const;

export interface Outcome {
  readonly plan: TaskPlan;
  /** Changes that the engine would make, and actions; in order. */
  readonly steps: readonly Step[];
  readonly changed: boolean;
}

export class FakeTarget {
  readonly store = new MemoryContentStore();
  readonly states = new Map<string, State>();
  readonly sources = new Map<string, Source>();
  readonly variables = new Map<string, Value>();
  facts: TargetFacts = facts;
  checkMode = false;
  verbosity = 0;
  /** What `render` and `condition` give; a test sets them. */
  rendered: (text: string) => ReturnType<PlanContext['render']> = (text) => text;
  truth: (text: string | boolean) => ReturnType<PlanContext['condition']> = (text) =>
    text === true || text === 'true';

  /** The folders above come along, as on a real machine. */
  setFile(path: string, state: FileState): void {
    this.states.set(`file:${path}`, state);
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (parent !== '' && this.file(parent).type === 'absent') {
      this.setFile(parent, { type: 'directory', mode: '0755', owner: 'root', group: 'root' });
    }
  }

  text(content: string | Buffer, attributes: Partial<Extract<FileState, { type: 'file' }>> = {}): FileState {
    const bytes = Buffer.from(content);
    const sha256 = this.store.put(bytes);
    return {
      type: 'file',
      mode: '0644',
      owner: 'root',
      group: 'root',
      sha256,
      size: bytes.length,
      ...attributes,
    };
  }

  file(path: string): FileState {
    if (path === '/') return { type: 'directory', mode: '0755', owner: 'root', group: 'root' };
    return this.get('file', path);
  }

  get<K extends KindName>(kind: K, name: string): StateByKind[K] {
    if (kind === 'file' && name === '/') return this.file('/') as StateByKind[K];
    const state = this.states.get(`${kind}:${name}`) ?? ABSENT[kind];
    if (state === undefined) throw new Error(`the test gives no ${kind} ${name}`);
    return state as StateByKind[K];
  }

  /** The bytes of a file as text; undefined when there is none. */
  contentOf(path: string): string | undefined {
    const state = this.file(path);
    return state.type === 'file' ? this.store.get(state.sha256)?.toString('utf8') : undefined;
  }

  /** A state as a read of that depth brings it. */
  private read(request: ReadRequest): State {
    const state = this.get(request.kind, request.name);
    if (request.kind !== 'file' || request.depth !== 'tree') return state;
    const folder = state as FileState;
    if (folder.type !== 'directory') return folder;
    const start = `file:${request.name}/`;
    const listing = [...this.states]
      .filter(([key, below]) => key.startsWith(start) && (below as FileState).type !== 'absent')
      .map(([key, below]) => {
        const { type } = below as FileState;
        return { path: key.slice(start.length), type: type === 'absent' ? ('other' as const) : type };
      })
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    return { ...folder, tree: 'digest', listing };
  }

  private context(known: Map<string, { state: State; depth: keyof typeof RANK }>): PlanContext {
    const has = (id: ResourceId): boolean => {
      const found = known.get(keyOf(id));
      const depth = (id as ReadRequest).depth ?? 'meta';
      if (found === undefined) return false;
      return (
        RANK[found.depth] >= RANK[depth] ||
        (depth === 'content' && (found.state as FileState).type !== 'file')
      );
    };
    const readable = new Set<string>();
    return {
      checkMode: this.checkMode,
      verbosity: this.verbosity,
      backupSuffix: '1.2026-01-02@03:04:05~',
      facts: this.facts,
      has,
      state: <K extends KindName>(kind: K, name: string) => {
        const found = known.get(`${kind}:${name}`);
        if (found === undefined) throw new Error(`the module did not ask for ${kind} ${name}`);
        return found.state as StateByKind[K];
      },
      content: (sha256) => {
        const asked = [...known.values()].some(
          ({ state, depth }) => depth === 'content' && (state as { sha256?: string }).sha256 === sha256,
        );
        if (!asked && !readable.has(sha256)) throw new Error('the module did not ask for these bytes');
        const content = this.store.get(sha256);
        if (content === undefined) throw new Error('the test has no such bytes');
        return content;
      },
      put: (content) => {
        const sha256 = this.store.put(content);
        readable.add(sha256);
        return sha256;
      },
      source: (name) => {
        const source = this.sources.get(name);
        if (source === undefined) throw new Error(`the test gives no source ${name}`);
        return source;
      },
      expression: (text) => this.variables.get(text) ?? null,
      condition: (text) => this.truth(text),
      render: (text) => this.rendered(text),
    };
  }

  /** What the planning of a boot sees, with all states read. */
  bootContext(): BootContext {
    return {
      facts: this.facts,
      backupSuffix: '',
      state: (kind, name) => this.get(kind, name),
      content: (sha256) => this.store.get(sha256) ?? assert.fail('the test has no such bytes'),
      put: (content) => this.store.put(content),
    };
  }

  /** Asks, reads and asks again, as the engine does; then plans. Throws where arguments are faulty. */
  plan(module: Module, rawArgs: Readonly<Record<string, Value>>): Outcome {
    const parsed = new GivenArgs(module, rawArgs).parsed;
    if (parsed.faults !== undefined) throw new Error(parsed.faults.map((fault) => fault.detail).join('\n'));
    const args: unknown = parsed.args;
    const known = new Map<string, { state: State; depth: keyof typeof RANK }>();
    const context = this.context(known);
    for (let round = 0; ; round += 1) {
      assert.ok(round < 8, `${module.name} asks for ever more`);
      const missing = module.needs(args, context as NeedsContext).filter((request) => !context.has(request));
      if (missing.length === 0) break;
      for (const request of missing) {
        const depth = request.depth ?? 'meta';
        const before = known.get(keyOf(request))?.depth ?? 'meta';
        known.set(keyOf(request), {
          state: this.read(request),
          depth: RANK[depth] >= RANK[before] ? depth : before,
        });
      }
    }
    const plan = module.plan(args, context);
    const steps = plan.type === 'states' ? plan.steps.filter((step) => this.matters(step)) : [];
    return { plan, steps, changed: steps.some((step) => step.type === 'change' || step.quiet !== true) };
  }

  private matters(step: Step): boolean {
    if (step.type === 'action') return true;
    const { kind, name } = step.id;
    return kindOf(kind).canon(name, this.get(kind, name)) !== kindOf(kind).canon(name, step.to);
  }

  /** Makes the changes: the target then has the wanted states. */
  apply(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.type !== 'change') continue;
      const { kind, name } = step.id;
      if (kind === 'file' && (step.to as FileState).type === 'absent') {
        for (const key of [...this.states.keys()])
          if (key.startsWith(`file:${name}/`)) this.states.delete(key);
      }
      this.states.set(keyOf(step.id), step.to);
    }
  }
}
