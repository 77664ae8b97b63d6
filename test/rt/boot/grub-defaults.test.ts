import assert from 'node:assert/strict';
import { fewer } from '../../support/slow.js';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { RtprovError } from '../../../src/diagnostics/diagnostic.js';
import {
  parseGrubDefaults,
  renderGrubDefaults,
  type GrubDefaults,
} from '../../../src/rt/boot/grub-defaults.js';
import { kernelArg } from '../../../src/rt/args/kernel-args.js';
import { baseArgs, editedBase, finalLine, lineArgs, type GrubBase } from '../../../src/rt/boot/menu-line.js';
import { owner } from '../owners.js';

const shells = fewer([['dash'], ['bash', '--posix'], ['bash'], ['busybox', 'sh']] as const);

/** What the file's shell calls things inside. */
const names = 'nl tab rest added out word said ended run name more LC_ALL'.split(' ');

/** Reads the text as grub-mkconfig does, after the base values, and gives both variables. */
function run(shell: readonly string[], texts: readonly string[], base: GrubBase): readonly string[] {
  const [program = '', ...args] = shell;
  const script = `set -eu
GRUB_CMDLINE_LINUX=$BASE_LINUX GRUB_CMDLINE_LINUX_DEFAULT=$BASE_DEFAULT
${texts.join('\n')}
left=${names.map((name) => `\${${name}+${name}}`).join('')}
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 9; }
case $- in *e*u* | *u*e*) ;; *) exit 8 ;; esac
if command -v rtprov_words >/dev/null; then exit 7; fi
printf '%s\\0' "$GRUB_CMDLINE_LINUX" "$GRUB_CMDLINE_LINUX_DEFAULT" "\${GRUB_DEFAULT-}" "\${GRUB_RECORDFAIL_TIMEOUT-}"
`;
  const done = spawnSync(program, [...args, '-s'], {
    input: script,
    env: { PATH: process.env['PATH'], BASE_LINUX: base.linux, BASE_DEFAULT: base.linuxDefault },
  });
  assert.equal(done.status, 0, `${shell.join(' ')}: ${done.stderr.toString()}`);
  return done.stdout.toString().split('\0').slice(0, -1);
}

const sample: GrubDefaults = {
  owners: [
    owner('isolation', 'isolcpus=managed_irq,domain,2-3 nohz_full=2-3 dyndbg="file a*.c +p; x"', 'quiet'),
    owner('console "x"', 'console=ttyS1', 'console=tty0 splash'),
  ],
  saved: true,
  recordfailTimeoutSeconds: 5,
  kept: [
    { path: '/boot/loader/entries/a.conf', was: '$kernelopts "a  b"', now: 'ro a=1' },
    { path: '/etc/kernel/cmdline', now: 'ro\n' },
  ],
};

describe("rtprov's file of GRUB's defaults", () => {
  it('gives back its owners', () => {
    assert.deepEqual(parseGrubDefaults(renderGrubDefaults(sample, [])), sample);
    assert.deepEqual(parseGrubDefaults(''), { owners: [] });
    const none = renderGrubDefaults({ owners: [] }, []);
    assert.doesNotMatch(none, /GRUB_/);
    assert.deepEqual(parseGrubDefaults(none), { owners: [] });
  });

  it('does not skip comments that were edited', () => {
    for (const line of ['{', '{"owner":1}', '{"owner":"a","set":["b c"],"remove":[]}']) {
      assert.throws(
        () => parseGrubDefaults(`# rtprov-owner ${line}\n`),
        (error) => error instanceof RtprovError && error.code === 'BAD_GRUB_DEFAULTS',
      );
    }
  });

  for (const [what, bad] of [
    ['a quote', { owner: 'a', set: [kernelArg('a', "it's")], remove: [] }],
    ['a name with a blank', { owner: 'a', set: [kernelArg('a b')], remove: [] }],
    ['--', { owner: 'a', set: [kernelArg('--')], remove: [] }],
    ['a removal that is a pattern', { owner: 'a', set: [], remove: [{ name: '*' }] }],
    ['an owner on two lines', { owner: 'a\nb', set: [], remove: [] }],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => renderGrubDefaults({ owners: [bad] }, []),
        (error) => error instanceof RtprovError && error.code === 'BAD_KERNEL_ARG',
      );
    });
  }

  for (const shell of shells) {
    it(`edits both variables and leaves nothing else: ${shell.join(' ')}`, () => {
      const base = {
        linux: 'console=tty0  console=ttyS0 nohz-full=1 "dyndbg=a  b"',
        linuxDefault: 'quiet splash isolcpus=\'1 2\' foo="a  b" $vt_handoff -- init',
      };
      const texts = [renderGrubDefaults(sample, baseArgs(base))];
      const [linux, linuxDefault, saved, timeout] = run(shell, texts, base);
      assert.equal(linux, 'console=ttyS0 "dyndbg=a  b"');
      assert.equal(
        linuxDefault,
        'foo="a  b" $vt_handoff isolcpus=managed_irq,domain,2-3 nohz_full=2-3 dyndbg="file a*.c +p; x" console=ttyS1 -- init',
      );
      assert.deepEqual([saved, timeout], ['saved', '5']);
      assert.deepEqual(run(shell, [...texts, ...texts], base), [linux, linuxDefault, saved, timeout]);
    });
  }

  const piece = fc.constantFrom(
    ...[
      'a',
      'b',
      'a-b',
      'a_b',
      'quiet',
      '=',
      '-',
      '_',
      '"',
      "'",
      '\\',
      '$',
      '${x}',
      ' ',
      '  ',
      '\t',
      '\n',
      '*',
      '#',
      'é',
    ],
    ...[
      'a=1',
      'a=2',
      ' hugepagesz=1G ',
      ' hugepagesz=2M ',
      'hugepages',
      'console=ttyS0,1',
      'intel_iommu=off',
      'console=tty0',
      'console=x',
      ' -- ',
      'hugepages=1',
      'a_b="c d"',
      "'b=1 2'",
      '`id`',
      ';',
      '%s',
      '-n',
    ],
  );
  const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
  const words = fc
    .array(
      fc.constantFrom(
        'a',
        'b=1',
        'a-b=2',
        'console=tty0',
        'hugepages=2',
        'quiet',
        'd="e  f"',
        '-n',
        'hugepagesz=1G',
        'console=ttyS0',
        'intel_iommu=on',
        'hugepages=2',
      ),
      {
        maxLength: 3,
      },
    )
    .map((list) => list.join(' '));
  const owners = fc
    .array(fc.tuple(words, words), { maxLength: 2 })
    .map((pairs) => pairs.map(([set, remove], index) => owner(String(index), set, remove)));

  for (const shell of shells) {
    it(`makes the line that was foretold: ${shell.join(' ')}`, function () {
      this.timeout(120_000);
      fc.assert(
        fc.property(text, text, owners, (linux, linuxDefault, who) => {
          const base = { linux, linuxDefault };
          const [left, right] = run(shell, [renderGrubDefaults({ owners: who }, baseArgs(base))], base);
          assert.deepEqual({ linux: left, linuxDefault: right }, editedBase(base, who));
        }),
        { numRuns: 150 },
      );
    });
  }
});

describe("the menu's line", () => {
  it('is both variables with what the owners want', () => {
    const line = finalLine({ linux: 'console=ttyS0', linuxDefault: 'quiet $vt_handoff' }, sample.owners);
    assert.equal(
      line,
      'console=ttyS0 $vt_handoff isolcpus=managed_irq,domain,2-3 nohz_full=2-3 dyndbg="file a*.c +p; x" console=ttyS1',
    );
    assert.deepEqual(
      lineArgs(line).map(({ name }) => name),
      ['console', 'isolcpus', 'nohz_full', 'dyndbg', 'console'],
    );
    assert.equal(lineArgs(line)[3]?.value, 'file a*.c +p; x');
  });

  it('is left alone without owners', () => {
    assert.equal(finalLine({ linux: '', linuxDefault: ' quiet  splash ' }, []), 'quiet splash');
  });
});
