/** GRUB's menu made anew, with a stand-in for grub-mkconfig and folders of the test in place of /boot. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootEntryKind } from '../../../src/resources/boot-entry/kind.js';
import { fixture } from '../../rt/fixtures.js';
import { shells, type ShellName } from '../kind-shell.js';

/** What RHEL's and SUSE's do: an option of its own, and a look at the saved entry. */
const mkconfig = `#!/bin/sh
case $1 in --help) echo "  --no-grubenv-update  do not"; exit ;; esac
printf '%s ' "$@" >>ROOT/calls
while [ "$1" != -o ]; do shift; done
echo made >"$2"
grub-editenv ROOT/boot/grub2/grubenv set saved_entry=other
`;

interface Made {
  readonly stdout: string;
  readonly calls: string;
  readonly text: (path: string) => string | undefined;
  readonly saved: string;
}

function make(shell: ShellName, files: Readonly<Record<string, string>>, look: (made: Made) => void): void {
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
    const [program = '', ...args] = shell.split(' ');
    const done = spawnSync(program, [...args, '-s'], {
      input: `rtp_state=${root}/state\n${library}\nrtp_grub_menu\n`,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${root}/bin:${process.env['PATH'] ?? ''}` },
    });
    assert.equal(done.status, 0, done.stderr);
    const text = (path: string): string | undefined =>
      existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
    look({
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

describe("GRUB's menu made anew on the families of RHEL and SUSE", () => {
  for (const shell of shells) {
    it(`changes neither environment block nor entries, and leaves the default: ${shell}`, () => {
      make(shell, { 'boot/grub2/grub.cfg': 'old\n' }, ({ stdout, calls, text, saved }) => {
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
