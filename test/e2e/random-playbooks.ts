/**
 * Random playbooks of declarative tasks over a small world of paths, packages, units and accounts, so that tasks meet: several on
 * one path, below one another, through links, after packages and unit files of the same play. The generator knows of each task
 * what it touches, and so which playbooks converge: a `tame` one has no two tasks that undo each other's work and none that acts
 * each time; a `wild` one is anything.
 */
import fc from 'fast-check';
import { WORLD_FILES, WORLD_FOLDERS, WORLD_LINKS } from './world.js';

type Args = Readonly<Record<string, unknown>>;

/** What a task does to a thing: two tasks of a tame playbook may only do to one thing what does not disturb. */
interface Touch {
  /** `/path`, `package:x`, `unit:x`, `account:x`, `sysctl:x`. */
  readonly thing: string;
  readonly how: 'content' | 'edit' | 'mode' | 'folder' | 'gone' | 'needs' | 'sole';
  /** Which line, block or option an edit is about; which mode; which version. Equal ones never disturb. */
  readonly what?: string;
}

export interface Leaf {
  readonly module: string;
  readonly args: Args;
  readonly touches: readonly Touch[];
  /** It acts each time: a restart, a touch. */
  readonly flaps?: true;
  /** Items of a loop over `item`. */
  readonly loop?: readonly string[];
}

type When = 'never' | 'fact' | 'changed' | 'unchanged' | 'failed';

export type Node =
  | {
      readonly type: 'task';
      readonly leaf: Leaf;
      readonly register: boolean;
      readonly when?: When;
      readonly notify: readonly number[];
      readonly ignoreErrors: boolean;
    }
  | {
      readonly type: 'block';
      readonly block: readonly Node[];
      readonly rescue?: readonly Node[];
      readonly always?: readonly Node[];
      readonly when?: 'fact';
    };

export interface RandomPlay {
  readonly wild: boolean;
  readonly nodes: readonly Node[];
  readonly handlers: readonly Leaf[];
}

// --- the world's names, and new ones ---------------------------------------------------------------------------------

const oddFile = `/srv/e2e/an odd 'name" $(x).txt`;
const files = [
  '/srv/e2e/text.conf',
  '/srv/e2e/options.ini',
  '/srv/e2e/empty',
  '/srv/e2e/bytes',
  oddFile,
  '/srv/e2e/dir/a',
  '/srv/e2e/dir/b/c',
  '/srv/e2e/new',
  '/srv/e2e/new2',
  '/srv/e2e/dir/new',
  '/srv/e2e/fresh/deep/file',
  '/srv/e2e/linkdir/a',
  '/srv/e2e/link',
  '/srv/e2e/dangling',
  '/etc/rtprov-demo-a.conf',
  '/etc/e2e.conf',
];
const folders = [
  '/srv/e2e/dir',
  '/srv/e2e/dir/b',
  '/srv/e2e/dir/hollow',
  '/srv/e2e/fresh',
  '/srv/e2e/fresh/deep',
  '/srv/e2e/linkdir',
  '/srv/e2e/newdir',
];
const contents = [
  'one\n',
  'two\nthree\n',
  '',
  'no newline at the end',
  'alpha=1\nbeta=9\n',
  '[one]\na = 1\n',
  'ünïcödé ‘quotes’ $HOME `x` \\n %s\n',
  '# managed\nalpha=1\n',
];
const templated = [
  '{{ color }}\n',
  '{% for n in numbers %}\nn={{ n }}\n{% endfor %}\n',
  'host={{ inventory_hostname }} {{ color | upper }}\n',
];
const octalModes = ['0644', '0600', '0755', '0640', '4755', '2750', '1777'];
const symbolicModes = ['u=rw,g=r,o=', 'a+X', 'go-rwx', 'u+x', 'ug=rwX,o=', 'g+s'];
const accounts = ['e2enew', 'e2eold', 'e2eother'];
const groups = ['e2enewgroup', 'e2eoldgroup'];

const pick = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });
const given = (args: Args): Args =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));

const anyFile = pick(files);
const anyFolder = pick(folders);
const mode = fc.oneof(pick(octalModes), pick(symbolicModes));
const owner = pick(['root', 'ops', 'e2eold']);

const modeTouch = (path: string, value: string | undefined, attributes: Args = {}): readonly Touch[] =>
  value === undefined && attributes['owner'] === undefined && attributes['group'] === undefined
    ? []
    : [{ thing: path, how: 'mode', what: JSON.stringify([value, attributes['owner'], attributes['group']]) }];
const needsFile = (path: string): readonly Touch[] =>
  WORLD_FILES.has(path) || WORLD_FOLDERS.has(path) ? [] : [{ thing: path, how: 'needs' }];

// --- leaves: one a module and way --------------------------------------------------------------------------------------

const copyContent: fc.Arbitrary<Leaf> = fc
  .record({
    dest: anyFile,
    content: fc.oneof(pick(contents), pick(templated)),
    force: maybe(fc.boolean()),
    backup: maybe(fc.boolean()),
    mode: maybe(mode),
    owner: maybe(owner),
    follow: maybe(fc.boolean()),
    validate: maybe(fc.constant('test -f %s')),
  })
  .map((args) => ({
    module: 'copy',
    args: given(args),
    touches: [
      {
        thing: args.dest,
        how: args.force === false ? 'sole' : 'content',
        what: `${args.content}${String(args.follow)}`,
      },
      ...modeTouch(args.dest, args.mode, args),
    ],
  }));

const copyFile: fc.Arbitrary<Leaf> = fc
  .record({
    src: pick(['plain.txt', 'bytes.bin', 'tree', 'tree/']),
    dest: fc.oneof(anyFile, anyFolder),
    mode: maybe(fc.oneof(mode, fc.constant('preserve'))),
    directory_mode: maybe(pick(octalModes)),
  })
  .map((args) => ({ module: 'copy', args: given(args), touches: [{ thing: args.dest, how: 'sole' }] }));

const copyRemote: fc.Arbitrary<Leaf> = fc
  .record({
    src: fc.oneof(anyFile, anyFolder),
    dest: pick(['/srv/e2e/new', '/srv/e2e/new2', '/srv/e2e/newdir', '/srv/e2e/dir/hollow/']),
    mode: maybe(pick(octalModes)),
  })
  // A folder that is copied into itself grows each time.
  .filter(({ src, dest }) => !`${realPath(dest)}/`.startsWith(`${realPath(src)}/`))
  .map((args) => ({
    module: 'copy',
    args: { ...given(args), remote_src: true },
    touches: [
      { thing: args.src, how: 'needs' },
      { thing: args.dest, how: 'sole' },
    ],
  }));

const template: fc.Arbitrary<Leaf> = fc
  .record({ src: pick(['a.j2', 'b.j2']), dest: anyFile, mode: maybe(mode), backup: maybe(fc.boolean()) })
  .map((args) => ({
    module: 'template',
    args: given(args),
    touches: [{ thing: args.dest, how: 'content', what: args.src }, ...modeTouch(args.dest, args.mode)],
  }));

const fileAbsent: fc.Arbitrary<Leaf> = fc.oneof(anyFile, anyFolder).map((path) => ({
  module: 'file',
  args: { path, state: 'absent' },
  touches: [{ thing: path, how: 'gone' }],
}));

const fileDirectory: fc.Arbitrary<Leaf> = fc
  .record({
    path: fc.oneof({ weight: 4, arbitrary: anyFolder }, { weight: 1, arbitrary: anyFile }),
    mode: maybe(mode),
    owner: maybe(owner),
    recurse: maybe(fc.boolean()),
  })
  .map((args) => ({
    module: 'file',
    args: given({ ...args, state: 'directory' }),
    touches:
      args.recurse === true
        ? [{ thing: args.path, how: 'sole' }]
        : [{ thing: args.path, how: 'folder' }, ...modeTouch(args.path, args.mode, args)],
  }));

const fileMode: fc.Arbitrary<Leaf> = fc
  .record({
    path: fc.oneof(anyFile, anyFolder),
    mode: maybe(mode),
    owner: maybe(owner),
    group: maybe(pick(['root', 'e2eoldgroup'])),
    follow: maybe(fc.boolean()),
  })
  .map((args) => ({
    module: 'file',
    args: given(args),
    touches: [...needsFile(args.path), ...modeTouch(args.path, args.mode, args)],
  }));

const fileLink: fc.Arbitrary<Leaf> = fc
  .record({
    path: anyFile,
    src: pick(['/srv/e2e/text.conf', 'dir', '/nowhere/at/all', '/srv/e2e/new']),
    force: maybe(fc.boolean()),
  })
  .map((args) => ({
    module: 'file',
    args: given({ ...args, state: 'link' }),
    touches: [
      { thing: args.path, how: 'sole' },
      { thing: args.src.startsWith('/') ? args.src : `/srv/e2e/${args.src}`, how: 'needs' },
    ],
  }));

/** On paths of their own: an owner given to one name of a file shows at its other names too, which no state shows. */
const fileHard: fc.Arbitrary<Leaf> = fc
  .record({
    path: pick(['/srv/e2e/hard1', '/srv/e2e/hard2']),
    src: pick(['/srv/e2e/source', '/srv/e2e/nothing']),
    force: maybe(fc.boolean()),
  })
  .map((args) => ({
    module: 'file',
    args: given({ ...args, state: 'hard' }),
    touches: [
      { thing: args.path, how: 'sole' },
      { thing: args.src, how: 'sole' },
    ],
  }));

const fileTouch: fc.Arbitrary<Leaf> = fc
  .record({ path: anyFile, mode: maybe(mode), keep: fc.boolean() })
  .map(({ path, mode: wanted, keep }) => ({
    module: 'file',
    args: given({
      path,
      mode: wanted,
      state: 'touch',
      ...(keep ? { access_time: 'preserve', modification_time: 'preserve' } : {}),
    }),
    touches: [{ thing: path, how: 'sole' }],
    ...(keep ? {} : { flaps: true as const }),
  }));

const lineinfile: fc.Arbitrary<Leaf> = fc
  .record({
    path: anyFile,
    way: pick([
      { line: 'alpha=7', regexp: '^alpha=' },
      { line: 'delta=4' },
      { line: 'gamma=\\1', regexp: '^#gamma=(.*)', backrefs: true },
      { line: 'first', insertbefore: 'BOF' },
      { line: 'after beta', insertafter: '^beta' },
      { regexp: '^beta', state: 'absent' },
      { line: 'delta=4', state: 'absent' },
    ] as const),
    create: maybe(fc.boolean()),
    backup: maybe(fc.boolean()),
  })
  .map(({ path, way, create, backup }) => ({
    module: 'lineinfile',
    args: given({ path, ...way, create, backup }),
    touches: [{ thing: path, how: 'sole' }, ...(create === true ? [] : needsFile(path))],
  }));

const blockinfile: fc.Arbitrary<Leaf> = fc
  .record({
    path: anyFile,
    block: pick(['x = 1\ny = 2\n', 'just one line', '']),
    marker: maybe(fc.constant('// {mark} e2e')),
    insertafter: maybe(pick(['^alpha', 'EOF'])),
    create: maybe(fc.boolean()),
    backup: maybe(fc.boolean()),
    mode: maybe(pick(octalModes)),
  })
  .map((args) => ({
    module: 'blockinfile',
    args: given(args),
    touches: [{ thing: args.path, how: 'sole' }, ...(args.create === true ? [] : needsFile(args.path))],
  }));

const replace: fc.Arbitrary<Leaf> = fc
  .record({
    path: anyFile,
    way: pick([
      { regexp: '=(\\d)', replace: ' = \\1' },
      { regexp: '^beta.*\\n' },
      { regexp: 'alpha', replace: 'omega', after: '#' },
    ]),
    backup: maybe(fc.boolean()),
  })
  .map(({ path, way, backup }) => ({
    module: 'replace',
    args: given({ path, ...way, backup }),
    touches: [{ thing: path, how: 'sole' }, ...needsFile(path)],
  }));

const iniFile: fc.Arbitrary<Leaf> = fc
  .record({
    path: pick([
      '/srv/e2e/options.ini',
      '/srv/e2e/new',
      '/srv/e2e/text.conf',
      '/srv/e2e/fresh/deep/file',
      '/srv/e2e/link',
    ]),
    way: pick([
      { section: 'one', option: 'a', value: '9' },
      { section: 'three', option: 'z', value: 'last' },
      { section: 'two', state: 'absent' },
      { section: 'one', option: 'b', state: 'absent' },
      { section: 'one', option: 'many', values: ['1', '2'] },
      { section: 'one', option: 'bare', allow_no_value: true },
    ]),
    no_extra_spaces: maybe(fc.boolean()),
    mode: maybe(pick(octalModes)),
  })
  .map(({ path, way, ...rest }) => ({
    module: 'community.general.ini_file',
    args: given({ path, ...way, ...rest }),
    touches: [{ thing: path, how: 'sole' }],
  }));

const apt: fc.Arbitrary<Leaf> = pick<Args>([
  { name: 'rtprov-demo-a', state: 'present' },
  { name: 'rtprov-demo-a=1.0', state: 'present', allow_downgrade: true },
  { name: 'rtprov-demo-a=2.0', state: 'present' },
  { name: ['rtprov-demo-b'], state: 'present' },
  { name: 'rtprov-demo-svc', state: 'present' },
  { name: 'rtprov-demo-a', state: 'absent' },
  { name: 'rtprov-demo-a', state: 'absent', purge: true },
  { name: 'rtprov-demo-svc', state: 'absent', purge: true },
  { name: 'rtprov-demo-a', state: 'latest' },
]).map((args) => ({
  module: 'apt',
  args,
  touches: [
    { thing: 'package:all', how: 'sole' },
    { thing: '/etc/rtprov-demo-a.conf', how: 'sole' },
    { thing: 'unit:rtprov-demo-svc', how: 'sole' },
  ],
}));

const unitText = (more: string): string =>
  `[Unit]\nDescription=made by a playbook\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/sleep infinity\n${more}[Install]\nWantedBy=multi-user.target\n`;

const unitFile: fc.Arbitrary<Leaf> = fc
  .record({
    dest: pick(['/etc/systemd/system/e2e-new.service', '/etc/systemd/system/e2e-old.service']),
    content: pick([unitText(''), unitText('Nice=5\n')]),
  })
  .map((args) => ({
    module: 'copy',
    args,
    touches: [
      { thing: args.dest, how: 'content', what: args.content },
      { thing: `unit:${args.dest.slice(20, -8)}`, how: 'sole' },
    ],
  }));

const systemd: fc.Arbitrary<Leaf> = fc
  .record({
    name: pick(['e2e-new', 'e2e-old', 'rtprov-demo-svc']),
    state: maybe(pick(['started', 'stopped', 'restarted'])),
    enabled: maybe(fc.boolean()),
    masked: fc.option(fc.boolean(), { nil: undefined, freq: 1 }),
    daemon_reload: maybe(fc.constant(true)),
  })
  .map((args) => ({
    module: 'systemd',
    args: given(args),
    touches: [
      { thing: `unit:${args.name}`, how: 'sole' },
      { thing: `/etc/systemd/system/${args.name}.service`, how: 'needs' },
      ...(args.name === 'rtprov-demo-svc' ? [{ thing: 'package:all', how: 'sole' } as const] : []),
    ],
    ...(args.state === 'restarted' ? { flaps: true as const } : {}),
  }));

/** A unit file and what is done with the unit, as people write them. */
const newService: fc.Arbitrary<readonly Leaf[]> = fc
  .record({
    content: pick([unitText(''), unitText('Nice=5\n')]),
    state: maybe(pick(['started', 'stopped'])),
    enabled: maybe(fc.boolean()),
    daemon_reload: fc.boolean(),
  })
  .map(({ content, ...args }) => [
    {
      module: 'copy',
      args: { dest: '/etc/systemd/system/e2e-new.service', content, mode: '0644' },
      touches: [{ thing: '/etc/systemd/system/e2e-new.service', how: 'sole' }],
    },
    {
      module: 'systemd',
      args: given({ name: 'e2e-new.service', ...args }),
      touches: [{ thing: 'unit:e2e-new', how: 'sole' }],
    },
  ]);

const sysctl: fc.Arbitrary<Leaf> = fc
  .record({
    name: pick([
      'net.ipv4.ip_local_port_range',
      'net.core.somaxconn',
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.conf.all.log_martians',
    ]),
    second: fc.boolean(),
    state: fc.option(fc.constant('absent'), { nil: undefined, freq: 1 }),
    sysctl_set: maybe(fc.boolean()),
    reload: maybe(fc.boolean()),
    sysctl_file: pick(['/etc/sysctl.d/90-e2e.conf', '/etc/sysctl.conf']),
  })
  .map(({ second, ...args }) => {
    const values: Readonly<Record<string, readonly string[]>> = {
      'net.ipv4.ip_local_port_range': ['20000  60000', '32768\t60999'],
      'net.core.somaxconn': ['1024', '4096'],
      'net.ipv4.tcp_keepalive_time': ['600', '7200'],
      'net.ipv4.conf.all.log_martians': ['1', '0'],
    };
    const value = values[args.name]?.[second ? 1 : 0] ?? '';
    return {
      module: 'ansible.posix.sysctl',
      args: given({ ...args, ...(args.state === 'absent' ? {} : { value }) }),
      touches: [
        { thing: `sysctl:${args.name}`, how: 'sole' },
        { thing: args.sysctl_file, how: 'edit', what: args.name },
      ],
    } as const;
  });

const modprobe: fc.Arbitrary<Leaf> = fc
  .record({ persistent: pick(['present', 'absent']), params: maybe(fc.constant('numdummies=2')) })
  .map((args) => ({
    module: 'community.general.modprobe',
    args: given({ ...args, name: 'dummy', state: 'absent' }),
    touches: [{ thing: 'modprobe', how: 'sole' }],
  }));

const user: fc.Arbitrary<Leaf> = fc
  .record({
    name: pick(accounts),
    way: fc.oneof(
      fc.record({ state: fc.constant('absent'), remove: maybe(fc.boolean()) }),
      fc.record({
        uid: maybe(fc.constant('3100')),
        groups: maybe(pick<readonly string[]>([[], ['e2eoldgroup'], ['e2eoldgroup', 'adm']])),
        append: maybe(fc.boolean()),
        shell: maybe(pick(['/bin/bash', '/bin/sh', '/usr/sbin/nologin'])),
        comment: maybe(pick(['', 'A comment', 'Ünïcode & more'])),
        password: maybe(
          pick([
            '!',
            '$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g.',
          ]),
        ),
        create_home: maybe(fc.boolean()),
        system: maybe(fc.boolean()),
        password_lock: maybe(fc.boolean()),
      }),
    ),
  })
  .map(({ name, way }) => ({
    module: 'user',
    args: given({ name, ...way }),
    touches: [
      { thing: 'accounts', how: 'sole' },
      { thing: `/home/${name}`, how: 'sole' },
    ],
  }));

const group: fc.Arbitrary<Leaf> = fc
  .record({
    name: pick(groups),
    state: maybe(fc.constant('absent')),
    gid: maybe(fc.constant(3200)),
    system: maybe(fc.boolean()),
  })
  .map((args) => ({ module: 'group', args: given(args), touches: [{ thing: 'accounts', how: 'sole' }] }));

const ownedByNew: fc.Arbitrary<readonly Leaf[]> = fc
  .record({
    user: pick(['e2enew', 'e2eother']),
    group: pick(['e2enewgroup']),
    dest: pick(['/srv/e2e/new', '/srv/e2e/text.conf']),
  })
  .map(({ user: name, group: own, dest }) => [
    { module: 'group', args: { name: own }, touches: [{ thing: 'accounts', how: 'sole', what: own }] },
    {
      module: 'user',
      args: { name, group: own },
      touches: [
        { thing: 'accounts', how: 'sole', what: own },
        { thing: `/home/${name}`, how: 'sole' },
      ],
    },
    {
      module: 'copy',
      args: { dest, content: 'owned\n', owner: name, group: own, mode: '0640' },
      touches: [{ thing: dest, how: 'sole' }],
    },
  ]);

const setFact: fc.Arbitrary<Leaf> = fc.record({ color: pick(['red', 'blue']) }).map((args) => ({
  module: 'set_fact',
  args,
  touches: [{ thing: 'fact', how: 'content', what: args.color }],
}));
const debug: fc.Arbitrary<Leaf> = pick<Args>([{ msg: 'hello {{ color }}' }, { var: 'numbers' }]).map(
  (args) => ({ module: 'debug', args, touches: [] }),
);
const assertion: fc.Arbitrary<Leaf> = pick([true, false]).map((holds) => ({
  module: 'assert',
  args: { that: [holds ? 'color is defined' : '1 > 2'] },
  touches: [],
}));
const failing: fc.Arbitrary<Leaf> = fc.constant({ module: 'fail', args: { msg: 'as wanted' }, touches: [] });

const loops: fc.Arbitrary<Leaf> = fc.oneof(
  fc.subarray(['x', 'y', 'z']).map((items): Leaf => ({
    module: 'copy',
    args: { dest: '/srv/e2e/loop-{{ item }}', content: '{{ item }}\n' },
    loop: items,
    touches: [{ thing: '/srv/e2e/loop-', how: 'sole', what: 'loop' }],
  })),
  fc.subarray(['text.conf', 'nothing', 'dir/a'], { minLength: 1 }).map((items): Leaf => ({
    module: 'file',
    args: { path: '/srv/e2e/{{ item }}', mode: '0604' },
    loop: items,
    touches: [{ thing: '/srv/e2e', how: 'sole' }],
  })),
  fc.subarray(['k1=v1', 'k2=v2', 'alpha=5'], { minLength: 1 }).map((items): Leaf => ({
    module: 'lineinfile',
    args: { path: '/srv/e2e/text.conf', line: '{{ item }}', regexp: "^{{ item.split('=')[0] }}=" },
    loop: items,
    touches: [{ thing: '/srv/e2e/text.conf', how: 'sole' }],
  })),
);

const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  { weight: 5, arbitrary: copyContent },
  { weight: 2, arbitrary: copyFile },
  { weight: 1, arbitrary: copyRemote },
  { weight: 2, arbitrary: template },
  { weight: 3, arbitrary: fileAbsent },
  { weight: 2, arbitrary: fileDirectory },
  { weight: 2, arbitrary: fileMode },
  { weight: 2, arbitrary: fileLink },
  { weight: 1, arbitrary: fileHard },
  { weight: 1, arbitrary: fileTouch },
  { weight: 3, arbitrary: lineinfile },
  { weight: 2, arbitrary: blockinfile },
  { weight: 1, arbitrary: replace },
  { weight: 2, arbitrary: iniFile },
  { weight: 2, arbitrary: apt },
  { weight: 1, arbitrary: unitFile },
  { weight: 2, arbitrary: systemd },
  { weight: 2, arbitrary: sysctl },
  { weight: 1, arbitrary: modprobe },
  { weight: 2, arbitrary: user },
  { weight: 1, arbitrary: group },
  { weight: 1, arbitrary: setFact },
  { weight: 1, arbitrary: debug },
  { weight: 1, arbitrary: assertion },
  { weight: 1, arbitrary: failing },
  { weight: 2, arbitrary: loops },
);

const taskOf = (arbitrary: fc.Arbitrary<Leaf>): fc.Arbitrary<Node> =>
  fc.record({
    type: fc.constant('task' as const),
    leaf: arbitrary,
    register: fc.boolean(),
    when: fc.option(pick<When>(['never', 'fact', 'changed', 'changed', 'unchanged', 'failed']), {
      nil: undefined,
      freq: 2,
    }),
    notify: fc.oneof(
      { weight: 3, arbitrary: fc.constant<readonly number[]>([]) },
      { weight: 1, arbitrary: fc.subarray([0, 1], { minLength: 1 }) },
    ),
    ignoreErrors: fc.oneof(
      { weight: 1, arbitrary: fc.constant(false) },
      { weight: 2, arbitrary: fc.constant(true) },
    ),
  }) as fc.Arbitrary<Node>;

const sequence = (arbitrary: fc.Arbitrary<readonly Leaf[]>): fc.Arbitrary<readonly Node[]> =>
  arbitrary.map((leaves) =>
    leaves.map((each) => ({
      type: 'task' as const,
      leaf: each,
      register: false,
      notify: [],
      ignoreErrors: false,
    })),
  );

const some = (most: number): fc.Arbitrary<readonly Node[]> =>
  fc.array(taskOf(leaf), { minLength: 1, maxLength: most });

const block: fc.Arbitrary<Node> = fc.record({
  type: fc.constant('block' as const),
  block: some(3),
  rescue: maybe(some(2)),
  always: maybe(some(2)),
  when: fc.option(fc.constant('fact' as const), { nil: undefined, freq: 1 }),
}) as fc.Arbitrary<Node>;

const chunk: fc.Arbitrary<readonly Node[]> = fc.oneof(
  { weight: 10, arbitrary: taskOf(leaf).map((node) => [node]) },
  { weight: 2, arbitrary: block.map((node) => [node]) },
  { weight: 1, arbitrary: sequence(newService) },
  { weight: 1, arbitrary: sequence(ownedByNew) },
);

// --- which tasks go together in a tame playbook -------------------------------------------------------------------------

/** The path with the world's links resolved; what is done through a link is done to both. */
function realPath(path: string): string {
  for (const [link, target] of Object.entries(WORLD_LINKS)) {
    if (path === link) return target;
    if (path.startsWith(`${link}/`)) return `${target}${path.slice(link.length)}`;
  }
  return path.replace(/\/$/, '');
}

function isPath(thing: string): boolean {
  return thing.startsWith('/');
}

/** Whether the two can be in one playbook that converges. */
function together(a: Touch, b: Touch): boolean {
  const [one, other] = isPath(a.thing) ? [realPath(a.thing), realPath(b.thing)] : [a.thing, b.thing];
  const below =
    isPath(one) &&
    isPath(other) &&
    (other.startsWith(`${one}/`) ||
      one.startsWith(`${other}/`) ||
      (one.endsWith('-') && other.startsWith(one)) ||
      (other.endsWith('-') && one.startsWith(other)));
  if (one !== other) {
    if (!below) return true;
    const upper = one.length < other.length ? a : b;
    // A folder of the world stays; one that is new could come too late for what is below it.
    return (
      (upper.how === 'folder' || upper.how === 'mode' || upper.how === 'needs') &&
      WORLD_FOLDERS.has(one.length < other.length ? one : other)
    );
  }
  if (a.thing in WORLD_LINKS || b.thing in WORLD_LINKS) return false;
  if (a.how === 'needs' && b.how === 'needs') return true;
  if (a.how === 'edit' && b.how === 'edit') return a.what !== b.what;
  if (a.how === b.how && a.what !== undefined && a.what === b.what) return true;
  if (a.how === 'folder' && b.how === 'folder') return true;
  const pair = `${a.how}+${b.how}`;
  return pair === 'content+mode' || pair === 'folder+mode' || pair === 'mode+folder';
}

/** A symbolic mode may give another result each time something else sets one; content that a fact makes changes with it. */
function steady({ args, touches }: Leaf): boolean {
  return (
    !touches.some((touch) => touch.how === 'content' && String(touch.what).includes('{{ color')) &&
    !(
      args['mode'] !== undefined &&
      typeof args['mode'] === 'string' &&
      !/^\d/.test(args['mode']) &&
      args['mode'] !== 'preserve'
    )
  );
}

function tameNodes(nodes: readonly Node[], kept: Leaf[]): readonly Node[] {
  return nodes.flatMap((node): readonly Node[] => {
    if (node.type === 'block') {
      const inner = tameNodes(node.block, kept);
      if (inner.length === 0) return [];
      return [
        {
          ...node,
          block: inner,
          ...(node.rescue === undefined ? {} : { rescue: tameNodes(node.rescue, kept) }),
          ...(node.always === undefined ? {} : { always: tameNodes(node.always, kept) }),
        },
      ];
    }
    if (!admit(node.leaf, kept) || node.when === 'unchanged') return [];
    // A failure that only comes after a change would end the first run earlier than the second.
    return [node.when === 'changed' ? { ...node, ignoreErrors: true } : node];
  });
}

function admit(leaf_: Leaf, kept: Leaf[]): boolean {
  if (leaf_.flaps === true || !steady(leaf_)) return false;
  const disturbed = kept.some((other) =>
    other.touches.some((theirs) => leaf_.touches.some((mine) => !together(theirs, mine))),
  );
  if (!disturbed) kept.push(leaf_);
  return !disturbed;
}

function tame(play: RandomPlay): RandomPlay {
  if (play.wild) return play;
  const kept: Leaf[] = [];
  const handlers = play.handlers.filter((handler) => admit(handler, kept));
  return { ...play, handlers, nodes: tameNodes(play.nodes, kept) };
}

export const randomPlay: fc.Arbitrary<RandomPlay> = fc
  .record({
    wild: fc.boolean(),
    chunks: fc.array(chunk, { minLength: 3, maxLength: 9 }),
    handlers: fc.array(fc.oneof(copyContent, systemd, lineinfile, debug), { maxLength: 2 }),
  })
  .map(({ wild, chunks, handlers }) => tame({ wild, handlers, nodes: chunks.flat() }));

// --- the playbook's text ---------------------------------------------------------------------------------------------------

interface Names {
  next: number;
  readonly registered: string[];
}

function conditions(when: When | undefined, names: Names): readonly string[] {
  const last = names.registered.at(-1);
  switch (when) {
    case undefined:
      return [];
    case 'never':
      return ['false'];
    case 'fact':
      return ["color in ['red', 'green']"];
    case 'changed':
      return last === undefined ? [] : [`${last} is defined and ${last} is changed`];
    case 'unchanged':
      return last === undefined ? [] : [`${last} is defined and ${last} is not changed`];
    case 'failed':
      return last === undefined ? [] : [`${last} is defined and ${last} is failed`];
  }
}

function taskOfLeaf(each: Leaf, name: string): Record<string, unknown> {
  return { name, [each.module]: each.args, ...(each.loop === undefined ? {} : { loop: each.loop }) };
}

function written(node: Node, names: Names, handlers: number): Record<string, unknown> {
  names.next += 1;
  const number = names.next;
  if (node.type === 'block') {
    const inner = (nodes: readonly Node[]): unknown => nodes.map((each) => written(each, names, handlers));
    const when = node.when === undefined ? {} : { when: conditions('fact', names) };
    const rescue =
      node.rescue === undefined || node.rescue.length === 0 ? {} : { rescue: inner(node.rescue) };
    const always =
      node.always === undefined || node.always.length === 0 ? {} : { always: inner(node.always) };
    return { name: `block ${number}`, ...when, block: inner(node.block), ...rescue, ...always };
  }
  const when = conditions(node.when, names);
  const notify = node.notify.filter((handler) => handler < handlers).map((handler) => `handler ${handler}`);
  const register = `r${number}`;
  if (node.register) names.registered.push(register);
  return {
    ...taskOfLeaf(node.leaf, `task ${number}`),
    ...(when.length === 0 ? {} : { when }),
    ...(node.register ? { register } : {}),
    ...(notify.length === 0 ? {} : { notify }),
    ...(node.ignoreErrors ? { ignore_errors: true } : {}),
  };
}

/** The play as data; JSON of it is a playbook. */
export function playbookOf(play: RandomPlay, hosts: string): readonly unknown[] {
  const names: Names = { next: 0, registered: [] };
  return [
    {
      name: play.wild ? 'wild' : 'tame',
      hosts,
      gather_facts: false,
      vars: { color: 'green', numbers: [1, 2, 3] },
      tasks: play.nodes.map((node) => written(node, names, play.handlers.length)),
      handlers: play.handlers.map((handler, index) => taskOfLeaf(handler, `handler ${index}`)),
    },
  ];
}

/** Files beside the playbook that the tasks name. */
export const PROJECT_FILES: Readonly<Record<string, string | Buffer>> = {
  'files/plain.txt': 'a plain file\nof two lines\n',
  'files/bytes.bin': Buffer.from([0, 1, 2, 255, 0, 10, 13]),
  'files/tree/one': 'one of the tree\n',
  'files/tree/sub/two': 'two of the tree\n',
  'templates/a.j2': '# {{ inventory_hostname }}\n{% for n in numbers %}\nline {{ n }}\n{% endfor %}\n',
  'templates/b.j2': 'alpha={{ numbers | length }}\nbeta=2\n',
};
