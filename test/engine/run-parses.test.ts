/** How often the arguments of a task are typed while a host is planned and written. */
import assert from 'node:assert/strict';
import { copy } from '../../src/modules/files/copy.js';
import { shellHosts } from './shell-hosts.js';

describe('engine/run: the arguments of each task are typed once for each host', function () {
  this.timeout(240_000);
  const hosts = shellHosts();
  const count = 30;
  /** How often the module's type saw each `dest`. */
  const seen = new Map<string, number>();
  const parse = copy.args.parse.bind(copy.args);
  const safeParse = copy.args.safeParse.bind(copy.args);

  function note(value: unknown): void {
    const { dest } = value as { readonly dest?: unknown };
    if (typeof dest === 'string' && dest.startsWith(hosts.files)) seen.set(dest, (seen.get(dest) ?? 0) + 1);
  }

  before(() => {
    copy.args.parse = (value, params) => {
      note(value);
      return parse(value, params);
    };
    copy.args.safeParse = (value, params) => {
      note(value);
      return safeParse(value, params);
    };
  });
  beforeEach(() => seen.clear());
  after(() => Object.assign(copy.args, { parse, safeParse }));

  const task = (at: number): string =>
    `    - copy: { content: x, dest: "{{ dir }}/{{ inventory_hostname }}-${at}" }\n`;
  const all = Array.from({ length: count }, (_, at) => task(at));
  const site = (tasks: readonly string[]): string =>
    `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks.join('')}`;

  function assertOnce(names: readonly string[]): void {
    assert.deepEqual(
      Object.fromEntries(seen),
      Object.fromEntries(
        ['h1', 'h2'].flatMap((host) => names.map((name) => [hosts.path(`${host}-${name}`), 1])),
      ),
    );
  }
  const numbers = Array.from({ length: count }, (_, at) => String(at));

  it('in a check, where states are read ahead', async () => {
    const { lines } = await hosts.play(site(all), { check: true });
    assert.equal(lines.length, 2 * count);
    assertOnce(numbers);
  });

  it('in a run, with a barrier in the middle', async () => {
    const barrier = '    - command: "true"\n';
    const { lines } = await hosts.play(site([...all.slice(0, 10), barrier, ...all.slice(10)]));
    assert.equal(lines.length, 2 * (count + 1));
    assertOnce(numbers);
  });

  it('and of each item of a loop', async () => {
    const loop = `    - copy: { content: x, dest: "{{ dir }}/{{ inventory_hostname }}-{{ item }}" }\n      loop: [a, b, c]\n`;
    const { lines } = await hosts.play(site([loop]));
    assert.equal(lines.length, 6);
    assertOnce(['a', 'b', 'c']);
  });

  it('and again where they come to something else than was seen ahead', async () => {
    const changing =
      '    - copy: { content: x, dest: "{{ dir }}/{{ inventory_hostname }}-{{ which }}" }\n      vars: { which: "{{ told.stdout | default(\'before\') }}" }\n';
    const { lines } = await hosts.play(
      site([task(0), '    - command: echo after\n      register: told\n', changing]),
    );
    assert.equal(lines.length, 6);
    assert.ok(hosts.has('h1-after') && !hosts.has('h1-before'));
    assert.equal(seen.get(hosts.path('h1-after')), 1);
  });
});
