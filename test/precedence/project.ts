/** The project in which all layers of variables meet, for ansible-core and rtprov alike. Its files are JSON, which is YAML. */
import type { Value } from '../../src/values/value.js';
import {
  GROUPS,
  LAYERS,
  LOOP,
  NONE,
  nameOf,
  PAIRS,
  REGISTERED,
  varsOf,
  type Place,
  type Shape,
  type Vars,
} from './layers.js';

export type Files = Readonly<Record<string, string>>;

type Part = Record<string, Value>;

/** Files that are given on the command line, relative to the project. */
export const PLAYBOOK = 'site.yml';
export const INVENTORIES = ['inventory/hosts.yml', 'second/hosts.yml'] as const;
export const EXTRA_VARS = 'extra.json';

const read = (name: string): string => `{{ ${name} | default('${NONE}') }}`;

/** A task whose `msg` has every variable. */
const probe = (place: Place, vars?: Vars): Part => ({
  name: `probe ${place}`,
  debug: { msg: Object.fromEntries(PAIRS.map(({ name }) => [name, read(name)])) },
  ...(vars === undefined ? {} : { vars }),
});

/** The shape in which pairs are tried that take a task each: there are many. */
const hasAll = ({ role, tasks }: Shape): boolean => role === 'roles' && tasks === 'include_tasks';

/** The variable of a loop has one name, so each of its pairs is a task. */
const loopProbes = (): Part[] =>
  LAYERS.filter((other) => other !== LOOP).map((other) => ({
    name: `probe loop ${LAYERS.indexOf(other)}`,
    debug: { msg: read(nameOf(LOOP, other)) },
    loop: [LOOP],
    loop_control: { loop_var: nameOf(LOOP, other) },
    vars: varsOf('task vars'),
  }));

/** So is each of a registered result. */
const registering = (): Part[] =>
  LAYERS.filter((other) => other !== REGISTERED).map((other) => ({
    debug: { msg: REGISTERED },
    register: nameOf(REGISTERED, other),
  }));

function inventory(where: string, host: string, whole: boolean): Part {
  const group = (name: string, more: Part = {}): Part => ({
    vars: {
      ...varsOf(`${where} ${name}`),
      ...(whole && name === 'high' ? { ansible_group_priority: 99 } : {}),
      ...(whole && name === 'apriority' ? { ansible_group_priority: 10 } : {}),
    },
    ...more,
  });
  const hosts: Part = { hosts: { h1: null } };
  const children = Object.fromEntries(
    ['child', 'zchild', 'apriority'].map((name) => [name, group(name, hosts)]),
  );
  return {
    all: {
      ...group('all'),
      hosts: { h1: varsOf(host) },
      children: { parent: group('parent', { children }), high: group('high', hosts) },
    },
  };
}

const groupVars = (folder: string, where: string): [string, Value][] =>
  GROUPS.map((group) => [`${folder}group_vars/${group}.yml`, varsOf(`${where} ${group}`)]);

/** The role in the tasks of the play, when it is not in its `roles`. */
function roleTasks({ role }: Shape): Part[] {
  if (role === 'roles') return [];
  const apply = role === 'include_role' ? { apply: { vars: varsOf('apply of role') } } : {};
  const call = { [role]: { name: 'outer', ...apply }, vars: varsOf('role entry vars') };
  return [{ vars: varsOf('block around role'), block: [call] }];
}

function play(shape: Shape): Part {
  const outer = { role: 'outer', ...varsOf('role params'), vars: varsOf('role entry vars') };
  const prompts = Object.entries(varsOf('vars_prompt'));
  return {
    hosts: 'h1',
    gather_facts: true,
    vars: varsOf('play vars'),
    vars_prompt: prompts.map(([name, value]) => ({ name, default: value, private: false })),
    vars_files: ['vars_files.yml', 'second.yml'],
    pre_tasks: [
      { set_fact: { ...varsOf('set_fact cacheable'), cacheable: true } },
      { include_vars: 'include_vars.yml' },
      { set_fact: varsOf('set_fact') },
      ...(hasAll(shape) ? registering() : []),
      { set_fact: varsOf('set_fact again') },
      { include_vars: 'include_vars again.yml' },
    ],
    roles: [
      { role: 'earlier', ...varsOf('earlier role params') },
      ...(shape.role === 'roles' ? [outer] : []),
      { role: 'later' },
    ],
    tasks: roleTasks(shape),
    post_tasks: [probe('after')],
  };
}

function innerRole(shape: Shape): [string, Value][] {
  const { tasks } = shape;
  const loops = hasAll(shape) ? loopProbes() : [];
  const apply = { apply: { vars: varsOf('apply') } };
  const call = (file: string, layer: string, more: Part = {}): Part => ({
    [tasks]: { file, ...more },
    vars: varsOf(layer),
  });
  const mid = call('deep.yml', 'include vars', tasks === 'include_tasks' ? apply : {});
  const inner = { vars: varsOf('inner block'), block: [probe('deep', varsOf('task vars')), ...loops] };
  return [
    ['tasks/main.yml', [probe('inner'), call('mid.yml', 'outer include vars')]],
    ['tasks/mid.yml', [mid]],
    ['tasks/deep.yml', [{ vars: varsOf('outer block'), block: [inner] }]],
  ];
}

const variablesOfRole = (name: string): [string, Value][] => [
  [`roles/${name}/defaults/main.yml`, varsOf(`${name} role defaults`)],
  [`roles/${name}/vars/main.yml`, varsOf(`${name} role vars`)],
];

function roles(shape: Shape): [string, Value][] {
  const inner = { role: 'inner', ...varsOf('dependency params'), vars: varsOf('dependency entry vars') };
  return [
    ...['earlier', 'later', 'outer', 'inner'].flatMap(variablesOfRole),
    ['roles/earlier/tasks/main.yml', [{ debug: { msg: 'earlier' } }]],
    ['roles/later/tasks/main.yml', [{ debug: { msg: 'later' } }]],
    ['roles/outer/meta/main.yml', { dependencies: [inner] }],
    ['roles/outer/tasks/main.yml', [probe('outer')]],
    ...innerRole(shape).map(([name, value]): [string, Value] => [`roles/inner/${name}`, value]),
  ];
}

export function project(shape: Shape): Files {
  const files: [string, Value][] = [
    ['inventory/hosts.yml', inventory('inventory group', 'inventory host', true)],
    ['second/hosts.yml', inventory('second inventory group', 'second inventory host', false)],
    ['inventory/host_vars/h1.yml', varsOf('host_vars')],
    ['second/host_vars/h1.yml', varsOf('second host_vars')],
    ['host_vars/h1.yml', varsOf('playbook host_vars')],
    ...groupVars('inventory/', 'group_vars'),
    ...groupVars('second/', 'second group_vars'),
    ...groupVars('', 'playbook group_vars'),
    [PLAYBOOK, [{ import_playbook: 'plays.yml', vars: varsOf('import_playbook vars') }]],
    ['plays.yml', [play(shape), { hosts: 'h1', gather_facts: false, tasks: [probe('next')] }]],
    ['vars_files.yml', varsOf('vars_files')],
    ['second.yml', varsOf('second vars_files')],
    ['include_vars.yml', varsOf('include_vars')],
    ['include_vars again.yml', varsOf('include_vars again')],
    [EXTRA_VARS, varsOf('extra vars')],
    ...roles(shape),
  ];
  return Object.fromEntries(files.map(([name, value]) => [name, JSON.stringify(value)]));
}
