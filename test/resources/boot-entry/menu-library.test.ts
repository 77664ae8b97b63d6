/** GRUB's menu rebuilt, with a stand-in for grub-mkconfig and folders of the test in place of /boot. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootEntryKind } from '../../../src/resources/boot-entry/kind.js';
import { kernelArg, parseKernelLine } from '../../../src/rt/args/kernel-args.js';
import { promiseText, type MenuPromise } from '../../../src/rt/boot/menu-promise.js';
import { raw, sh } from '../../../src/shell/shell.js';
import { fixture } from '../../rt/fixtures.js';
import { shells, type ShellName } from '../kind-shell.js';

/** What RHEL's and SUSE's do: an option of its own, and a look at the saved entry. */
const mkconfig = `#!/bin/sh
case $1 in --help) echo "  --no-grubenv-update  do not"; exit ;; esac
printf '%s ' "$@" >>ROOT/calls
while [ "$1" != -o ]; do shift; done
if [ -e ROOT/menu ]; then cp ROOT/menu "$2"; else echo made >"$2"; fi
grub-editenv ROOT/boot/grub2/grubenv set saved_entry=other
`;

interface Made {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: string;
  readonly text: (path: string) => string | undefined;
  readonly saved: string;
}

function make(
  shell: ShellName,
  files: Readonly<Record<string, string>>,
  look: (made: Made) => void,
  promise?: MenuPromise,
): void {
  const root = mkdtempSync(join(tmpdir(), 'rtprov-menu-'));
  try {
    const write = (path: string, text: string): void => {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    for (const [path, text] of Object.entries(files)) write(path, text);
    write('bin/grub-mkconfig', mkconfig.replaceAll('ROOT', root));
    chmodSync(join(root, 'bin/grub-mkconfig'), 0o755);
    mkdirSync(join(root, 'boot/grub2'), { recursive: true });
    const block = join(root, 'boot/grub2/grubenv');
    spawnSync('grub-editenv', [block, 'create']);
    spawnSync('grub-editenv', [block, 'set', 'saved_entry=rtprov-known-good']);
    const library = bootEntryKind.library.text.replace(
      /\/(?:boot|sys\/firmware|sys\/fs|etc\/redhat-release|etc\/os-release)/g,
      (path) => root + path,
    );
    const command = promise === undefined ? raw('rtp_grub_menu') : sh`rtp_grub_menu ${promiseText(promise)}`;
    const [program = '', ...args] = shell.split(' ');
    const done = spawnSync(program, [...args, '-s'], {
      input: `rtp_state=${root}/state\n${library}\n${command.text}\n`,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${root}/bin:${process.env['PATH'] ?? ''}` },
    });
    const text = (path: string): string | undefined =>
      existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
    look({
      status: done.status,
      stderr: done.stderr.replaceAll(root, ''),
      stdout: done.stdout,
      calls: (text('calls') ?? '').replaceAll(root, ''),
      text,
      saved: spawnSync('grub-editenv', [block, 'list'], { encoding: 'utf8' }).stdout,
    });
  } finally {
    rmSync(root, { recursive: true });
  }
}

const redhat = {
  'etc/redhat-release': 'x',
  'etc/os-release': 'NAME=x\nID="rhel"\n',
  'sys/firmware/efi/x': '',
};

describe("GRUB's menu rebuilt on the families of RHEL and SUSE", () => {
  for (const shell of shells) {
    it(`changes neither environment block nor entries, and leaves the default: ${shell}`, () => {
      make(shell, { 'boot/grub2/grub.cfg': 'old\n' }, ({ status, stderr, stdout, calls, text, saved }) => {
        assert.equal(status, 0, stderr);
        assert.equal(stdout, 'changed\n');
        assert.equal(calls, '-o /boot/grub2/.rtprov-grub.cfg --no-grubenv-update ');
        assert.equal(text('boot/grub2/grub.cfg'), 'made\n');
        assert.equal(saved, 'saved_entry=rtprov-known-good\n');
      });
    });

    it(`makes RHEL 8's on the EFI partition, and leaves what only leads to another: ${shell}`, () => {
      const files = { ...redhat, 'boot/efi/EFI/redhat/grub.cfg': fixture('rhel-8') };
      make(shell, files, ({ stdout, text }) => {
        assert.equal(stdout, 'changed\n');
        assert.equal(text('boot/efi/EFI/redhat/grub.cfg'), 'made\n');
        assert.equal(text('boot/grub2/grub.cfg'), undefined);
      });
      const stub = fixture('rhel-9-efi-stub');
      const later = { ...redhat, 'boot/efi/EFI/redhat/grub.cfg': stub, 'boot/grub2/grub.cfg': 'made\n' };
      make(shell, later, ({ stdout, text }) => {
        assert.equal(stdout, '');
        assert.equal(text('boot/efi/EFI/redhat/grub.cfg'), stub);
        assert.equal(text('boot/grub2/grub.cfg'), 'made\n');
      });
    });
  }
});

/** A menu of Debian 12 whose usual entries have these words after `ro`. */
const menuWith = (words: string): string =>
  fixture('debian-12')
    .replaceAll(/( ro +)quiet\b/g, (_, before: string) => before + words)
    .replace(/set default="0"/, 'set default="${saved_entry}"');
const promise = (line: string, lacks: readonly string[] = [], saved = false): MenuPromise => ({
  has: parseKernelLine(line).args,
  lacks: lacks.map((text) => {
    const [arg = kernelArg(text)] = parseKernelLine(text).args;
    return { name: arg.name, ...(arg.value === undefined ? {} : { value: arg.value }) };
  }),
  saved,
});
const known = "menuentry 'x' --id 'rtprov-known-good' {\n\ttrue\n}\n";

describe("GRUB's menu compared with what was promised", () => {
  for (const shell of shells) {
    it(`takes the old one's place where it keeps all: ${shell}`, () => {
      const files = {
        menu: menuWith('quiet a="b c" x=1 nohz-full=2-3 console=ttyS0 console=tty0'),
        'boot/grub2/grub.cfg': 'old\n',
        'boot/grub2/custom.cfg': known,
      };
      const wanted = promise('"a=b c" nohz_full=2-3 console=ttyS0', ['splash', 'console=ttyS1'], true);
      make(
        shell,
        files,
        ({ status, stderr, stdout, text }) => {
          assert.equal(status, 0, stderr);
          assert.equal(stdout, 'changed\n');
          assert.equal(text('boot/grub2/grub.cfg'), files.menu);
        },
        wanted,
      );
    });

    const usual = { 'boot/grub2/custom.cfg': known, menu: menuWith('quiet a=1 a=2') };
    const local =
      '\n### BEGIN /etc/grub.d/40_custom ###\nset default=Mine\n### END /etc/grub.d/40_custom ###\n';
    for (const [what, files, wanted, said] of [
      [
        'an argument is missing',
        usual,
        promise('b=1'),
        /grub\.cfg:\d+: the entry "Debian GNU\/Linux" lacks b=1/,
      ],
      ['another is after it', usual, promise('nohz_full=1 a=1'), /lacks nohz_full=1/],
      ['the kernel would obey another', usual, promise('a=1'), /has a=2 and not a=1/],
      [
        "a variable of the menu's has another",
        { ...usual, menu: `set tuned_params="x=1 nohz_full=4"\n${menuWith('nohz_full=1 $tuned_params')}` },
        promise('nohz_full=1'),
        /has nohz_full=4 and not nohz_full=1/,
      ],
      ['what was taken out is there', usual, promise('a=2', ['quiet']), /has quiet/],
      [
        'the default is a number',
        { ...usual, menu: usual.menu.replaceAll('"${saved_entry}"', '"0"') },
        promise('', [], true),
        /\/etc\/grub\.d\/00_header says set default="0"/,
      ],
      [
        'a script sets another default',
        { ...usual, menu: usual.menu + local },
        promise('', [], true),
        /40_custom says set default=Mine/,
      ],
      [
        'custom.cfg sets another default',
        { ...usual, 'boot/grub2/custom.cfg': `${known}set default=0\n` },
        promise('', [], true),
        /custom\.cfg:4: says set default=0/,
      ],
      ['there is no known-good entry', { menu: usual.menu }, promise('', [], true), /custom\.cfg has none/],
      [
        'custom.cfg is not read',
        { ...usual, menu: usual.menu.replaceAll('custom.cfg', 'x.cfg') },
        promise('', [], true),
        /it does not read/,
      ],
    ] as const)
      it(`leaves the old one where ${what}: ${shell}`, () => {
        make(
          shell,
          { ...files, 'boot/grub2/grub.cfg': 'old\n' },
          ({ status, stderr, stdout, text }) => {
            assert.equal(status, 1);
            assert.match(stderr, said);
            assert.match(stderr, /does not have what was promised, and the old one stays/);
            assert.equal(stdout, '');
            assert.equal(text('boot/grub2/grub.cfg'), 'old\n');
            assert.equal(text('boot/grub2/.rtprov-grub.cfg'), undefined);
          },
          wanted,
        );
      });
  }
});
