/** Where an include stands × what it includes × its loop × how deep × whether it fails: each task runs as often as it has to. */
import assert from 'node:assert/strict';
import { shellHosts } from './shell-hosts.js';

const PLACES = ['pre_tasks', 'role', 'tasks', 'block', 'rescue', 'always', 'post_tasks', 'handler'] as const;
const KINDS = ['file', 'templated file', 'role', 'templated role'] as const;
const LOOPS = [undefined, 0, 2] as const;

interface Case {
  readonly place: (typeof PLACES)[number];
  readonly kind: (typeof KINDS)[number];
  readonly loop: (typeof LOOPS)[number];
  readonly depth: number;
  readonly fails: boolean;
}

const debug = (name: string): string => `- { name: ${name}, debug: { msg: x } }\n`;
const failing = (name: string): string => `- { name: ${name}, fail: { msg: x } }\n`;
const indent = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by));

function includeOf({ kind, loop }: Case, level: number): string {
  const name = kind.startsWith('templated') ? `"{{ 'level' }}${level}` : `"level${level}`;
  const what = kind.endsWith('file') ? `include_tasks: ${name}.yml"` : `include_role: { name: ${name}" }`;
  const list = Array.from({ length: loop ?? 0 }, (_, index) => index);
  const looped =
    loop === undefined ? '' : `  loop: ${JSON.stringify(list)}\n  loop_control: { loop_var: l${level} }\n`;
  return `- name: inc${level}\n  ${what}\n${looped}`;
}

function filesOf(one: Case): Readonly<Record<string, string>> {
  const levels = Array.from({ length: one.depth }, (_, index) => index + 1);
  const inner = (level: number): string =>
    level < one.depth ? includeOf(one, level + 1) : one.fails ? failing('boom') : '';
  return {
    ...Object.fromEntries(
      levels.map((level) => [
        one.kind.endsWith('file') ? `level${level}.yml` : `roles/level${level}/tasks/main.yml`,
        debug(`in${level}`) + inner(level) + debug(`out${level}`),
      ]),
    ),
    'roles/outer/tasks/main.yml': one.place === 'role' ? includeOf(one, 1) : debug('role'),
  };
}

function playbookOf(one: Case): string {
  const include = includeOf(one, 1);
  const at = (place: Case['place'], otherwise = ''): string => (one.place === place ? include : otherwise);
  const sections = {
    pre_tasks: debug('pre') + at('pre_tasks'),
    tasks:
      `- { name: notifies, debug: { msg: x }, changed_when: true, notify: inc1 }\n` +
      debug('first') +
      at('tasks') +
      `- block:\n${indent(debug('block') + at('block') + (one.place === 'rescue' ? failing('fail') : ''), 4)}` +
      `  rescue:\n${indent(debug('rescue') + at('rescue'), 4)}` +
      `  always:\n${indent(debug('always') + at('always'), 4)}` +
      debug('last'),
    post_tasks: debug('post') + at('post_tasks'),
    handlers: at('handler', debug('inc1')),
  };
  const text = Object.entries(sections).map(([key, tasks]) => `  ${key}:\n${indent(tasks, 4)}`);
  return `- hosts: h1\n  gather_facts: false\n  roles: [outer]\n${text.join('')}`;
}

class Failed extends Error {}

/** What has to run, in order. */
function expected(one: Case): readonly string[] {
  const ran: string[] = [];
  const passes = one.loop ?? 1;
  const include = (level: number): void => {
    for (let pass = 0; pass < passes; pass += 1) {
      ran.push(`in${level}`);
      if (level < one.depth) include(level + 1);
      else if (one.fails) {
        ran.push('boom');
        throw new Failed();
      }
      ran.push(`out${level}`);
    }
  };
  const at = (place: Case['place']): void => {
    if (one.place === place) include(1);
  };
  try {
    ran.push('pre');
    at('pre_tasks');
    if (one.place === 'role') include(1);
    else ran.push('role');
    ran.push('notifies', 'first');
    at('tasks');
    try {
      try {
        ran.push('block');
        at('block');
        if (one.place === 'rescue') {
          ran.push('fail');
          throw new Failed();
        }
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        ran.push('rescue');
        at('rescue');
      }
    } finally {
      ran.push('always');
      at('always');
    }
    ran.push('last');
    if (one.place === 'handler') include(1);
    else ran.push('inc1');
    ran.push('post');
    at('post_tasks');
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
  }
  return ran;
}

describe('engine: includes, counted', function () {
  this.timeout(120_000);
  const hosts = shellHosts();

  const plain = (name: string): string => name.replace(/^\w+ : /, '');

  for (const place of PLACES)
    for (const kind of KINDS) {
      // A role is not a handler, in Ansible neither.
      if (place === 'handler' && kind.endsWith('role')) continue;
      it(`in ${place}, of a ${kind}`, async () => {
        for (const loop of LOOPS)
          for (const depth of [1, 2, 3])
            for (const fails of [false, true])
              for (const check of [false, true]) {
                const one = { place, kind, loop, depth, fails };
                const result = await hosts.play(playbookOf(one), { check, files: filesOf(one) });
                const names = result.results.map(({ task }) => plain(task.name));
                assert.deepEqual(names, expected(one), JSON.stringify({ ...one, check }));
              }
      });
    }
});
