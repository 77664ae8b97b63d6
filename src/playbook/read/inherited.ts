/** Keywords that plays, roles, blocks and imports hand down to their tasks. */
import type { Keywords, Located, Templated, VarScope } from './model.js';

/** Keywords of which the innermost counts: name in a playbook, name in the model. */
export const SINGLE = {
  become: 'become',
  become_user: 'becomeUser',
  become_method: 'becomeMethod',
  become_flags: 'becomeFlags',
  remote_user: 'remoteUser',
  port: 'port',
  connection: 'connection',
  no_log: 'noLog',
  ignore_errors: 'ignoreErrors',
  ignore_unreachable: 'ignoreUnreachable',
  check_mode: 'checkMode',
  diff: 'diff',
  any_errors_fatal: 'anyErrorsFatal',
  throttle: 'throttle',
  timeout: 'timeout',
  run_once: 'runOnce',
  delegate_to: 'delegateTo',
  delegate_facts: 'delegateFacts',
} as const satisfies Readonly<Record<string, keyof Keywords>>;

export type SingleName = (typeof SINGLE)[keyof typeof SINGLE];
type Singles = { readonly [name in SingleName]?: Templated };

/** Arguments that `module_defaults` gives, by the module's short name. */
export type ModuleDefaults = ReadonlyMap<string, Readonly<Record<string, Templated>>>;

export interface Inherited {
  readonly when: readonly Located<string | boolean>[];
  readonly tags: readonly string[];
  readonly environment: readonly Templated[];
  readonly notify: readonly Located<string>[];
  readonly vars: readonly VarScope[];
  readonly singles: Singles;
  readonly moduleDefaults: ModuleDefaults;
}

export const NOTHING_INHERITED: Inherited = {
  when: [],
  tags: [],
  environment: [],
  notify: [],
  vars: [],
  singles: {},
  moduleDefaults: new Map(),
};

function union(outer: readonly string[], inner: readonly string[]): readonly string[] {
  return [...new Set([...outer, ...inner])];
}

function mergeDefaults(outer: ModuleDefaults, inner: ModuleDefaults): ModuleDefaults {
  if (inner.size === 0) return outer;
  const merged = new Map(outer);
  for (const [module, args] of inner) merged.set(module, { ...merged.get(module), ...args });
  return merged;
}

/** What holds inside when `inner` is inside `outer`: conditions add up, tags unite, the innermost of the others counts. */
export function inherit(outer: Inherited, inner: Partial<Inherited>): Inherited {
  return {
    when: [...outer.when, ...(inner.when ?? [])],
    tags: union(outer.tags, inner.tags ?? []),
    environment: [...outer.environment, ...(inner.environment ?? [])],
    notify: [...outer.notify, ...(inner.notify ?? [])],
    vars: [...outer.vars, ...(inner.vars ?? [])],
    singles: { ...outer.singles, ...inner.singles },
    moduleDefaults: mergeDefaults(outer.moduleDefaults, inner.moduleDefaults ?? new Map()),
  };
}

/** As `inherit`, for what an import_playbook hands to a play or to another import: of variables the outermost counts. */
export function importedInto(imported: Inherited, inner: Partial<Inherited>): Inherited {
  return { ...inherit(imported, inner), vars: [...(inner.vars ?? []), ...imported.vars] };
}
