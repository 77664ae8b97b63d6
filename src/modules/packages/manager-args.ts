/**
 * What `package` takes besides its own arguments: Ansible hands everything else on to the module of the host's package manager. So each
 * argument is taken as any manager takes it, and what this host's manager takes is known at the host's task.
 */
import * as z from 'zod';
import { metaOf } from '../args/check.js';
import { GivenArgs } from '../args/given.js';
import { type ArgMeta, unsupported } from '../args/types.js';
import type { Module } from '../core/module.js';
import type { TargetFacts } from '../../resources/facts/target.js';
import { aptAliases, aptDocs, aptShape, aptWanted, STATES } from './apt-args.js';
import type { Value } from '../../values/value.js';
import type { WantedPackages } from './plan-packages.js';
import { dnfShape, dnfWanted, rpmDocs, zypperShape, zypperWanted } from './rpm-args.js';

type Manager = Exclude<TargetFacts['pkgMgr'], 'unknown'>;
type Shape = Readonly<Record<string, z.ZodType>>;

const WITH_NAME = 'only apt accepts it without names: write the task with `apt`.';
const { update_cache: _own, deb: _deb, upgrade: _upgrade, ...aptShared } = aptShape;
const aptFurther = {
  ...aptShared,
  deb: unsupported(WITH_NAME),
  upgrade: unsupported(WITH_NAME, 'no'),
} as const;
const SHAPES: Readonly<Record<Manager, Shape>> = { apt: aptFurther, dnf: dnfShape, zypper: zypperShape };
const MANAGERS = Object.keys(SHAPES) as readonly Manager[];

const managersOf = (name: string): readonly Manager[] =>
  MANAGERS.filter((manager) => name in SHAPES[manager]);

const refusal = (type: z.ZodType): string | undefined => {
  const { unsupported } = metaOf(type);
  return typeof unsupported === 'string' ? unsupported : undefined;
};

/** Takes what one of the types takes, as it is; where all refuse, the first says why. */
function anyOf(types: readonly z.ZodType[]): z.ZodType {
  const reasons = types.map(refusal);
  const shown = types.find((type) => refusal(type) === undefined) ?? types[0];
  const { unsupported: _all, ...meta } = shown === undefined ? {} : metaOf(shown);
  const [reason] = reasons.every((one) => one !== undefined) ? reasons : [];
  return z
    .unknown()
    .transform((value, context) => {
      const tried = types.map((type) => type.safeParse(value));
      const [issue] = tried.flatMap(({ error }) => error?.issues ?? []);
      if (issue === undefined || tried.some(({ success }) => success)) return value;
      context.addIssue({
        code: 'custom',
        message: issue.message,
        params: 'params' in issue ? (issue.params as Record<string, unknown>) : {},
      });
      return z.NEVER;
    })
    .meta({
      type: 'any',
      ...meta,
      ...(reason === undefined ? {} : { unsupported: reason }),
    } satisfies ArgMeta)
    .optional();
}

const names = [...new Set(MANAGERS.flatMap((manager) => Object.keys(SHAPES[manager])))];

/** Arguments of any manager. */
export const managerShape: Shape = Object.fromEntries(
  names.map((name) => [name, anyOf(managersOf(name).flatMap((manager) => SHAPES[manager][name] ?? []))]),
);

const { update_cache: _aliases, ...furtherAliases } = aptAliases;
export const managerAliases = furtherAliases;

/** With the managers that know the argument, where these are not all. */
export const managerDocs: Readonly<Record<string, string>> = Object.fromEntries(
  names.map((name) => {
    const text = ({ ...rpmDocs, ...aptDocs } as Readonly<Record<string, string>>)[name] ?? '';
    return [name, `With ${managersOf(name).join(' and ')}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`];
  }),
);

/** Only this manager's arguments, to be checked as its own module's are. */
function ownModule(manager: Manager): Module<unknown> {
  return {
    name: manager,
    fullNames: [],
    barrier: false,
    args: z.strictObject(SHAPES[manager]),
    aliases: {},
    doc: { summary: '', args: {}, examples: [] },
    needs: () => [],
    plan: () => ({ type: 'skipped', msg: '' }),
  };
}
const MODULES = { apt: ownModule('apt'), dnf: ownModule('dnf'), zypper: ownModule('zypper') } as const;

/** What the task wants with this host's manager, or why that does not take it. */
export function managerWanted(
  manager: Manager,
  own: {
    readonly name: readonly string[];
    readonly state: keyof typeof STATES;
    readonly update_cache?: boolean | undefined;
  },
  further: Readonly<Record<string, Value>>,
): WantedPackages | string {
  const parsed = new GivenArgs(MODULES[manager], further).parsed;
  const [fault] = parsed.faults ?? [];
  if (fault !== undefined) return `On this host \`package\` is \`${manager}\`. ${fault.detail}`;
  if (own.state === 'fixed' && manager !== 'apt')
    return `\`state: fixed\` is only for apt, but this host has ${manager}`;
  const { args } = parsed;
  const { update_cache, name, state } = own;
  if (manager === 'apt')
    return aptWanted(name, state, {
      ...(args as z.infer<z.ZodObject<typeof aptFurther>>),
      upgrade: 'no',
      update_cache,
    });
  const rest =
    manager === 'dnf'
      ? dnfWanted(args as Parameters<typeof dnfWanted>[0])
      : zypperWanted(args as Parameters<typeof zypperWanted>[0]);
  return {
    names: name,
    state: STATES[state],
    updateCache: update_cache === true,
    cacheValidSeconds: 0,
    purge: false,
    autoremove: false,
    allowDowngrade: false,
    ...rest,
  };
}
