import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.js';
import type { Keywords, Node, Task } from '../../../src/playbook/read/model.js';
import { includesOf, load, playOf, removeProjects, tasksOf, write } from '../project.js';

const TASKS = '- hosts: all\n  tasks:\n';

function only(site: string, files: Readonly<Record<string, string>> = {}): Task {
  const [task] = tasksOf(playOf(site, files).body);
  assert.ok(task !== undefined);
  return task;
}

function values(keywords: Keywords): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(keywords).map(([name, entry]: [string, unknown]) => [
      name,
      entry !== null && typeof entry === 'object' && 'value' in entry ? entry.value : entry,
    ]),
  );
}

function idsOf(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap((node) => [
    node.id,
    ...(node.type === 'block' ? idsOf([...node.block, ...node.rescue, ...node.always]) : []),
    ...(node.type === 'include' && node.literal
      ? idsOf(node.load({ name: node.file.value, from: {} }).nodes)
      : []),
  ]);
}

describe('loadPlaybook', () => {
  afterEach(removeProjects);

  it('takes a templated path whose first part may be anything, beside files of any name', () => {
    const task = only(`${TASKS}    - include_vars: '{{ folder }}/v.yaml'\n`, { 'vars/one/v.yaml': 'a: 1\n' });
    assert.equal(task.module.name, 'include_vars');
  });

  it('hands keywords down: conditions add up, tags unite, the innermost of the others counts', () => {
    const task = only(`- hosts: all
  become: true
  become_user: root
  tags: site
  environment: {A: 1}
  tasks:
    - block:
        - block:
            - command: id
              when: c
              tags: [t, site]
              become_user: three
              environment: {C: 3}
              vars: {v: 3}
          when: [b1, b2]
          become_user: two
      when: a
      tags: outer
      environment: [{B: 2}]
      vars: {v: 1}
`);
    assert.deepEqual(
      task.keywords.when.map((when) => when.value),
      ['a', 'b1', 'b2', 'c'],
    );
    assert.deepEqual(task.keywords.tags, ['site', 'outer', 't']);
    assert.deepEqual(
      task.keywords.environment.map((item) => item.value),
      [{ A: 1 }, { B: 2 }, { C: 3 }],
    );
    assert.equal(task.keywords.becomeUser?.value, 'three');
    assert.equal(task.keywords.become?.value, true);
    assert.deepEqual(
      task.keywords.vars.map(({ layer, vars }) => [layer, vars]),
      [
        ['block_vars', { v: 1 }],
        ['task_vars', { v: 3 }],
      ],
    );
  });

  it('reads every keyword of a task', () => {
    const { keywords } = only(`${TASKS}    - command: id
      register: who
      changed_when: no
      failed_when: [who.rc > 1, "'x' in who.stdout"]
      until: who.rc == 0
      retries: 5
      delay: "{{ pause }}"
      ignore_errors: yes
      ignore_unreachable: "yes"
      delegate_to: other
      delegate_facts: true
      run_once: 1
      no_log: true
      check_mode: off
      diff: false
      throttle: 2
      timeout: 60
      any_errors_fatal: true
      become_method: sudo
      become_flags: -H
      remote_user: me
      port: 2222
      connection: ssh
      notify: [a]
      loop: [1, 2]
      loop_control: {loop_var: x, index_var: i, label: "{{ x }}", pause: 0.5, extended: yes}
      undo: "true"
      touches: [/etc/x]
  handlers:
    - name: a
      command: id
`);
    const found = values(keywords);
    assert.deepEqual(
      [
        found['register'],
        found['retries'],
        found['delay'],
        found['ignoreErrors'],
        found['ignoreUnreachable'],
        found['runOnce'],
      ],
      ['who', 5, '{{ pause }}', true, true, true],
    );
    assert.deepEqual(
      [
        found['checkMode'],
        found['diff'],
        found['throttle'],
        found['timeout'],
        found['port'],
        found['becomeFlags'],
      ],
      [false, false, 2, 60, 2222, '-H'],
    );
    assert.deepEqual([found['undo'], found['touches'], found['loop']], ['true', ['/etc/x'], [1, 2]]);
    assert.deepEqual(
      keywords.changedWhen?.map((item) => item.value),
      [false],
    );
    assert.deepEqual(
      keywords.failedWhen?.map((item) => item.value),
      ['who.rc > 1', "'x' in who.stdout"],
    );
    const { label, ...control } = keywords.loopControl;
    assert.deepEqual(control, { loopVar: 'x', indexVar: 'i', pause: 0.5, extended: true });
    assert.equal(label?.value, '{{ x }}');
  });

  it('reads arguments in every form, by their main names', () => {
    const forms = [
      'lineinfile: {dest: /etc/x, line: a b}',
      'lineinfile: dest=/etc/x line="a b"',
      'action: lineinfile path=/etc/x line="a b"',
      'action: {module: lineinfile, path: /etc/x, line: a b}',
      'lineinfile: path=/etc/x\n      args: {line: a b, path: /ignored}',
      'ansible.builtin.lineinfile: {name: /etc/x, line: a b}',
    ];
    for (const form of forms) {
      const { args } = only(`${TASKS}    - ${form}\n`);
      const found = Object.fromEntries(Object.entries(args).map(([name, arg]) => [name, arg.value]));
      assert.deepEqual(found, { path: '/etc/x', line: 'a b' }, form);
    }
  });

  it('keeps what a command says', () => {
    const { args } = only(`${TASKS}    - shell: a=1 b "c  d"  | e x={{ y }} creates=/x  # no\n`);
    assert.deepEqual(args['cmd']?.value, 'a=1 b "c  d"  | e x={{ y }}');
    assert.deepEqual(args['creates']?.value, '/x');
  });

  it('keeps !unsafe texts from being rendered', () => {
    const { args } = only(`${TASKS}    - debug: {msg: !unsafe "{{ x }}"}\n`);
    assert.equal(args['msg']?.value, '{% raw %}{{ x }}{% endraw %}');
  });

  it('runs on the controller with local_action', () => {
    assert.equal(only(`${TASKS}    - local_action: command id\n`).keywords.delegateTo?.value, 'localhost');
  });

  it('turns with_* into loops', () => {
    const loops: readonly (readonly [string, unknown])[] = [
      ['with_items: [a, [b, c]]', ['a', 'b', 'c']],
      ['with_items: "{{ xs }}"', '{{ [(xs)] | flatten(levels=2, skip_nulls=false) }}'],
      ['with_items: ["{{ xs }}", y]', "{{ [(xs), 'y'] | flatten(levels=1, skip_nulls=false) }}"],
      ['with_list: [a, [b]]', ['a', ['b']]],
      ['with_ansible.builtin.list: [a]', ['a']],
      ['with_community.general.flattened: [a, "{{ xs }}"]', "{{ [['a', (xs)]] | flatten }}"],
      ['with_dict: "{{ d }}"', '{{ ((d)) | dict2items }}'],
      ['with_nested: [[a], "{{ xs }}"]', "{{ (['a']) | product(((xs))) | list }}"],
    ];
    for (const [text, expected] of loops) {
      assert.deepEqual(only(`${TASKS}    - debug:\n      ${text}\n`).keywords.loop?.value, expected, text);
    }
  });

  it('turns with_* of lookups into loops over what they find, and knows whose folder is meant', () => {
    const loops: readonly (readonly [string, string, string])[] = [
      ['debug:', 'with_sequence: count=3', 'sequence files false'],
      ['include_vars: x', 'with_first_found: [a.yml]', 'first_found vars true'],
      ['include_vars: x', 'with_ansible.builtin.first_found: [a.yml]', 'first_found vars true'],
      [
        'ansible.builtin.template: {src: x, dest: /x}',
        'with_first_found: [a.j2]',
        'first_found templates true',
      ],
      ['debug:', 'with_file: [a]', 'file files false'],
      ['debug:', 'with_ini: {}', 'ini files false'],
    ];
    for (const [module, text, expected] of loops) {
      const { lookup } =
        only(`${TASKS}    - ${module}\n      ${text}\n`, { x: 'a: 1', 'templates/x': '' }).keywords.loop ??
        {};
      assert.equal([lookup?.name, lookup?.folder, lookup?.skipsUndefined].join(' '), expected, text);
    }
  });

  it('fills arguments from module_defaults, the innermost first', () => {
    const { args } = only(`- hosts: all
  module_defaults:
    ansible.builtin.copy: {owner: root, mode: '0600'}
  tasks:
    - block:
        - copy: {dest: /x, content: y, group: own}
      module_defaults:
        copy: {mode: '0644', group: other}
`);
    const found = Object.fromEntries(Object.entries(args).map(([name, arg]) => [name, arg.value]));
    assert.deepEqual(found, { owner: 'root', mode: '0644', group: 'own', dest: '/x', content: 'y' });
  });

  it('gives stable and unique ids', () => {
    const site = `- hosts: all
  roles: [r]
  pre_tasks: [{command: a}]
  tasks:
    - import_tasks: t.yml
    - block: [{command: b}]
      rescue: [{command: c}]
      always: [{command: d}]
    - include_tasks: t.yml
    - meta: flush_handlers
  handlers: [{name: h, command: e}]
`.replace('    - meta: flush_handlers\n', '');
    const files = { 't.yml': '- command: x\n- command: y\n', 'roles/r/tasks/main.yml': '- command: r\n' };
    const { body, handlers } = playOf(site, files);
    const ids = [...idsOf(body), ...handlers.map((handler) => handler.id)];
    assert.deepEqual(ids, [
      '0.0',
      '0.f0',
      '0.1.0',
      '0.2.0',
      '0.2.1',
      '0.3',
      '0.3.b0',
      '0.3.r0',
      '0.3.a0',
      '0.4',
      '0.4:t.yml.0',
      '0.4:t.yml.1',
      '0.f1',
      '0.f2',
      '0.h0.0',
    ]);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual([...idsOf(playOf(site, files).body)], idsOf(body));
  });

  describe('roles', () => {
    const role = {
      'roles/r/tasks/main.yml': '- name: one\n  command: echo {{ a }}\n  notify: h\n',
      'roles/r/handlers/main.yml': '- name: h\n  command: id\n',
      'roles/r/defaults/main.yml': 'a: default\n',
      'roles/r/vars/main.yml': 'b: own\n',
    };

    it('take variables from the files of a folder, later ones over earlier ones', () => {
      const files = {
        'roles/r/tasks/main.yml': '- command: id\n',
        'roles/r/defaults/main/b.yml': 'a: b\n',
        'roles/r/defaults/main/a.yml': 'a: a\n',
        'roles/r/defaults/main/sub/c': 'c: 1\n',
        'roles/r/defaults/main/.hidden.yml': 'h: 1\n',
        'roles/r/defaults/main/notes.txt': 'not: [read\n',
        'roles/r/vars/main.yml': 'd: 1\n',
        'roles/r/vars/main/e.yml': 'e: 1\n',
        'roles/r/vars/more/f.json': '{"f": 1}\n',
      };
      const scopes = (site: string): unknown =>
        only(site, files).keywords.vars.map(({ layer, vars }) => [layer, vars]);
      const defaults = [
        ['role_defaults', { a: 'a' }],
        ['role_defaults', { a: 'b' }],
        ['role_defaults', { c: 1 }],
      ] as const;
      assert.deepEqual(scopes('- hosts: all\n  roles: [r]\n'), [...defaults, ['role_vars', { d: 1 }]]);
      assert.deepEqual(scopes(`${TASKS}    - import_role: {role: r, vars_from: more}\n`), [
        ...defaults,
        ['role_vars', { f: 1 }],
      ]);
    });

    it('put variables in the layers where Ansible has them', () => {
      const scopes = (site: string): unknown =>
        only(site, role).keywords.vars.map(({ layer, vars }) => [layer, vars]);
      const own = [
        ['role_defaults', { a: 'default' }],
        ['role_vars', { b: 'own' }],
      ] as const;
      assert.deepEqual(scopes('- hosts: all\n  roles:\n    - role: r\n      vars: {v: 1}\n      p: 2\n'), [
        ...own,
        ['role_vars', { v: 1 }],
        ['role_params', { p: 2 }],
      ]);
      assert.deepEqual(scopes(`${TASKS}    - import_role: {name: r}\n      vars: {v: 1}\n`), [
        ...own,
        ['block_vars', { v: 1 }],
      ]);
      assert.deepEqual(scopes(`${TASKS}    - include_role: {name: r}\n      vars: {v: 1}\n`), [
        ...own,
        ['include_params', { v: 1 }],
      ]);
    });

    it('give their variables to the play when they are named statically', () => {
      const play = playOf('- hosts: all\n  vars: {x: 1}\n  roles: [r]\n', role);
      assert.deepEqual(
        play.vars.map(({ layer }) => layer),
        ['role_defaults', 'play_vars', 'role_vars'],
      );
    });

    it('run once unless their parameters differ or they allow more', () => {
      const names = (site: string, more: Readonly<Record<string, string>> = {}): number =>
        tasksOf(playOf(site, { ...role, ...more }).body).length;
      assert.equal(names('- hosts: all\n  roles: [r, r]\n'), 1);
      assert.equal(
        names(
          '- hosts: all\n  roles: [r, {role: r, a: 1}, {role: r, tags: x}, {role: r, vars: {a: 2}}, {role: r, when: a}]\n',
        ),
        5,
      );
      assert.equal(
        names('- hosts: all\n  roles: [r, r]\n', { 'roles/r/meta/main.yml': 'allow_duplicates: true\n' }),
        2,
      );
      assert.equal(names('- hosts: all\n  roles: [r]\n  tasks:\n    - import_role: {name: r}\n'), 2);
    });

    it('run their dependencies first and hand them their keywords', () => {
      const files = {
        ...role,
        'roles/s/meta/main.yml': 'dependencies: [{role: r, when: x}]\n',
        'roles/s/tasks/main.yml': '- command: s\n',
      };
      const [first, second] = tasksOf(
        playOf('- hosts: all\n  roles: [{role: s, when: y, tags: t}]\n', files).body,
      );
      assert.deepEqual([first?.role?.name, second?.role?.name], ['r', 's']);
      assert.deepEqual(
        first?.keywords.when.map((when) => when.value),
        ['y', 'x'],
      );
      assert.deepEqual(first.keywords.tags, ['t']);
      assert.ok(first.searchPaths[0]?.endsWith('/roles/r') && first.searchPaths[1]?.endsWith('/roles/s'));
    });

    it('put their handlers before those of the play', () => {
      const play = playOf('- hosts: all\n  roles: [r]\n  handlers: [{name: own, command: id}]\n', role);
      assert.deepEqual(
        play.handlers.map((handler) => handler.name),
        ['h', 'own'],
      );
    });

    it('use the files that are named', () => {
      const files = {
        ...role,
        'roles/r/tasks/other.yml': '- command: other\n',
        'roles/r/vars/v.yml': 'c: 1\n',
      };
      const task = only(`${TASKS}    - import_role: {name: r, tasks_from: other.yml, vars_from: v}\n`, files);
      assert.equal(task.args['cmd']?.value, 'other');
      assert.deepEqual(
        task.keywords.vars.map(({ vars }) => vars),
        [{ a: 'default' }, { c: 1 }],
      );
    });
  });

  describe('includes', () => {
    const files = { 'a.yml': '- command: a\n  when: inner\n', 'b.yml': '- command: b\n- copy: {dst: x}\n' };

    it('keep their own keywords and hand down what is around them and in apply', () => {
      const play = playOf(
        `${TASKS}    - block:
        - include_tasks: {file: a.yml, apply: {tags: applied, become: true}}
          when: own
          tags: t
          vars: {v: 1}
          loop: [1]
      when: around
`,
        files,
      );
      const [block] = play.body;
      assert.ok(block?.type === 'block');
      const [include] = includesOf(block.block);
      assert.ok(include !== undefined && include.literal);
      assert.deepEqual(
        include.keywords.when.map((when) => when.value),
        ['around', 'own'],
      );
      const [task] = tasksOf(include.load({ name: 'a.yml', from: {} }, '1').nodes);
      assert.deepEqual(
        task?.keywords.when.map((when) => when.value),
        ['around', 'inner'],
      );
      assert.deepEqual(task.keywords.tags, ['applied']);
      assert.equal(task.keywords.become?.value, true);
      assert.deepEqual(
        task.keywords.vars.map(({ layer }) => layer),
        ['include_params'],
      );
      assert.equal(task.id, '0.0.b0:a.yml:1.0');
    });

    it('load other files when they are asked to, and throw all their faults', () => {
      const play = playOf(`${TASKS}    - include_tasks: "{{ which }}.yml"\n`, files);
      const [include] = includesOf(play.body);
      assert.ok(include !== undefined && !include.literal);
      assert.equal(include.load({ name: 'a.yml', from: {} }).nodes.length, 1);
      assert.throws(
        () => include.load({ name: 'b.yml', from: {} }).nodes,
        (error: unknown) => {
          assert.ok(error instanceof DiagnosticError);
          assert.ok(error.diagnostics.some((item) => item.code === 'UNKNOWN_ARGUMENT'));
          return true;
        },
      );
      assert.throws(() => include.load({ name: 'c.yml', from: {} }).nodes, DiagnosticError);
    });

    it('of roles give the handlers of roles that are known only then', () => {
      const role = {
        'roles/r/tasks/main.yml': '- command: r\n',
        'roles/r/handlers/main.yml': '- name: h\n  command: id\n',
      };
      const [include] = includesOf(playOf(`${TASKS}    - include_role: {name: "{{ which }}"}\n`, role).body);
      assert.deepEqual(
        include?.load({ name: 'r', from: {} }).handlers.map((handler) => handler.name),
        ['h'],
      );
      assert.equal(include.load({ name: 'r', from: {} }).nodes.length, 1);
    });

    it('may include themselves', () => {
      const play = playOf(`${TASKS}    - include_tasks: r.yml\n`, {
        'r.yml': '- command: id\n- include_tasks: r.yml\n  when: again\n',
      });
      const [outer] = includesOf(play.body);
      const [inner] = includesOf(outer?.load({ name: 'r.yml', from: {} }).nodes ?? []);
      assert.equal(inner?.load({ name: 'r.yml', from: {} }, '1').nodes.length, 2);
    });
  });

  it('imports playbooks with their variables, tags and conditions', () => {
    const { playbook } = load({
      'site.yml':
        '- import_playbook: sub/a.yml\n  vars: {v: 1}\n  tags: x\n  when: c\n- hosts: b\n  tasks: [{command: b}]\n',
      'sub/a.yml': '- hosts: a\n  tags: y\n  tasks: [{command: a}]\n',
    });
    const [first, second] = playbook.plays;
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual([first.hosts.value, first.tags, second.hosts.value], ['a', ['x', 'y'], 'b']);
    assert.deepEqual(
      first.vars.map(({ vars }) => vars),
      [{ v: 1 }],
    );
    assert.deepEqual(
      tasksOf(first.body)[0]?.keywords.when.map((when) => when.value),
      ['c'],
    );
    assert.equal(playbook.files.length, 2);
  });

  it('places handlers, flushes and settings of a play', () => {
    const play = playOf(
      `- name: P
  hosts: [a, 'b*']
  serial: [1, 30%]
  max_fail_percentage: 20
  any_errors_fatal: yes
  force_handlers: true
  order: sorted
  gather_facts: no
  gather_subset: [min]
  remote_user: me
  pre_tasks: [{command: a}]
  tasks:
    - command: b
      notify: topic
    - meta: flush_handlers
  post_tasks: [{command: c}]
  handlers:
    - name: h
      command: d
      listen: [topic, other]
`.replace('    - meta: flush_handlers\n', ''),
    );
    assert.deepEqual(
      play.body.map((node) => node.type),
      ['block', 'block', 'block'],
    );
    assert.deepEqual(
      play.body.map((node) =>
        node.type === 'block'
          ? [node.block, node.always].map((nodes) => nodes.map(({ type }) => type))
          : node,
      ),
      [1, 2, 3].map(() => [['task'], ['flush']]),
    );
    assert.deepEqual(
      play.handlers.map((handler) => handler.listen),
      [['topic', 'other']],
    );
    assert.deepEqual(
      [
        play.hosts.value,
        play.serial.map((size) => size.value),
        play.maxFailPercentage?.value,
        play.anyErrorsFatal,
        play.forceHandlers,
        play.order,
      ],
      ['a,b*', [1, '30%'], 20, true, true, 'sorted'],
    );
    assert.deepEqual(
      [play.gatherFacts?.value, play.gatherSubset, play.connection.remoteUser?.value],
      [false, ['min'], 'me'],
    );
  });

  it('knows names from the options, and roles in further folders', () => {
    const other = write({ 'extra/tasks/main.yml': '- command: echo {{ given }} {{ from_inventory }}\n' });
    const site = { 'site.yml': '- hosts: all\n  roles: [extra]\n' };
    const options = { extraVars: { given: 1 }, inventoryNames: ['from_inventory'] };
    for (const rolesPath of [[other], ['/nowhere', other]]) {
      assert.deepEqual(load(site, { ...options, rolesPath }).diagnostics, []);
    }
    assert.throws(() => load(site, options), /Role does not exist/);
    assert.throws(() => load(site, { rolesPath: [other] }), /Undefined variable; Undefined variable/);
  });

  it('never fails but with diagnostics, whatever the file holds', () => {
    const scalar = fc.oneof(
      fc.constantFrom('all', 'x y', '{{ a }}', '{{', 'yes', 'id', '%}'),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const key = fc.constantFrom(
      'hosts',
      'tasks',
      'block',
      'rescue',
      'when',
      'loop',
      'with_items',
      'roles',
      'command',
      'copy',
      'vars',
      'tags',
      'args',
      'action',
      'notify',
      'register',
      'loop_control',
      'import_tasks',
      'include_tasks',
      'include_role',
      'import_role',
      'role',
      'name',
      'serial',
      'environment',
      'handlers',
      'vars_files',
      'vars_prompt',
      'module_defaults',
      'import_playbook',
      'strange',
      'until',
      'listen',
      'dest',
      'src',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        scalar,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(fc.dictionary(key, value, { maxKeys: 5 }), { maxLength: 3 }), (plays) => {
        try {
          load({ 'site.yml': JSON.stringify(plays) });
        } catch (error) {
          assert.ok(error instanceof DiagnosticError, String((error as Error).stack));
          for (const item of error.diagnostics)
            assert.ok(item.hint !== undefined && item.range !== undefined, JSON.stringify(item));
        }
      }),
      { numRuns: 300 },
    );
  }).timeout(240_000);
});
