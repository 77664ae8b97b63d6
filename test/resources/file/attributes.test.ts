/** Extended attributes, access lists and SELinux labels. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileKind } from '../../../src/resources/file/kind.js';
import type { FileState } from '../../../src/resources/file/state.js';
import { change, onEachShell, type Target } from './run-shell.js';

type Regular = Extract<FileState, { type: 'file' }>;

function regular(target: Target, name: string): Regular {
  const state = target.readOne(target.path(name));
  assert.ok(state.type === 'file');
  return state;
}

/** The state without a word about extended attributes. */
function silent(state: Regular): Regular {
  const { xattrs: _xattrs, ...rest } = state;
  return rest;
}

function attributesOf(path: string): string {
  return execFileSync('getfattr', ['-d', '-m', '-', '--absolute-names', path], { encoding: 'utf8' });
}

const withTools = ['dash', 'bash', 'busybox'] as const;

onEachShell(
  'extended attributes',
  (target) => {
    it('reads them, and shows them where they are asked for', () => {
      writeFileSync(target().path('f'), '');
      execFileSync('setfattr', ['-n', 'user.b', '-v', 'two', target().path('f')]);
      execFileSync('setfattr', ['-n', 'user.a', '-v', '0x00ff', target().path('f')]);
      const state = regular(target(), 'f');
      assert.deepEqual(state.xattrs, { 'user.a': 'AP8=', 'user.b': 'dHdv' });
      assert.equal(target().show(target().path('f')), `${fileKind.canon('', state)}\n`);
      const shown = target().showExact(target().path('f'), state);
      assert.equal(shown, `${fileKind.exact('', state)}\n`);
      assert.match(shown, / xattrs=user\.a=0sAP8=,user\.b=0sdHdv\n$/);
    });

    for (const spread of [true, false]) {
      it(`keeps them when bytes are replaced (${spread ? 'named' : 'not named'} by the wanted state)`, () => {
        writeFileSync(target().path('f'), 'old', { mode: 0o640 });
        execFileSync('setfattr', ['-n', 'user.note', '-v', 'kept', target().path('f')]);
        execFileSync('setfacl', ['-m', 'u:daemon:rw', target().path('f')]);
        const before = attributesOf(target().path('f'));
        const bare = silent(regular(target(), 'f'));
        const from = regular(target(), 'f');
        const to: Regular = { ...(spread ? from : bare), sha256: target().upload('new'), size: 3 };
        target().apply(change(target().path('f'), from, to));
        assert.equal(attributesOf(target().path('f')), before);
        assert.equal(readFileSync(target().path('f'), 'utf8'), 'new');
      });
    }

    it('keeps them where the target has only cp for it', () => {
      writeFileSync(target().path('f'), 'old');
      execFileSync('setfattr', ['-n', 'user.note', '-v', 'kept', target().path('f')]);
      const from = silent(regular(target(), 'f'));
      const to: Regular = {
        ...from,
        mtime: '5.000000000',
        sha256: target().upload('new'),
        size: 3,
        mode: '0600',
      };
      const before = attributesOf(target().path('f'));
      target().apply(change(target().path('f'), from, to));
      assert.equal(attributesOf(target().path('f')), before);
      assert.deepEqual({ ...regular(target(), 'f'), xattrs: undefined }, { ...to, xattrs: undefined });
    });

    it('changes the mode of a file with an access list, and back', () => {
      writeFileSync(target().path('f'), 'x', { mode: 0o664 });
      chmodSync(target().path('f'), 0o664);
      execFileSync('setfacl', ['-m', 'u:daemon:rw', target().path('f')]);
      const from = regular(target(), 'f');
      const to: Regular = { ...from, mode: '0600' };
      const before = attributesOf(target().path('f'));
      target().apply(change(target().path('f'), from, to));
      assert.equal(target().showExact(target().path('f'), to), `${fileKind.exact('', to)}\n`);
      target().must(fileKind.write([change(target().path('f'), to, from)]));
      assert.equal(attributesOf(target().path('f')), before);
      assert.equal(target().showExact(target().path('f'), from), `${fileKind.exact('', from)}\n`);
    });

    it('sets, changes and removes them in place', () => {
      writeFileSync(target().path('f'), 'x');
      const from = regular(target(), 'f');
      assert.deepEqual(from.xattrs, {});
      const some: Regular = { ...from, xattrs: { 'user.a=b\n\\': 'eA==', 'user.c': '' } };
      target().apply(change(target().path('f'), from, some));
      assert.deepEqual(regular(target(), 'f').xattrs, some.xattrs);
      target().apply(change(target().path('f'), some, from));
      assert.deepEqual(regular(target(), 'f').xattrs, {});
    });

    it('puts a file capability back after a change of owner', () => {
      writeFileSync(target().path('f'), 'x', { mode: 0o755 });
      // cap_net_raw=ep (linux/capability.h, struct vfs_cap_data revision 2)
      execFileSync('setfattr', [
        '-n',
        'security.capability',
        '-v',
        '0x0100000200200000000000000000000000000000',
        target().path('f'),
      ]);
      const from = regular(target(), 'f');
      assert.deepEqual(Object.keys(from.xattrs ?? {}), ['security.capability']);
      const to: Regular = { ...from, owner: 'daemon' };
      target().apply(change(target().path('f'), from, to));
      assert.deepEqual(regular(target(), 'f').xattrs, from.xattrs);
      target().must(fileKind.write([change(target().path('f'), to, from)]));
      assert.deepEqual(regular(target(), 'f'), from);
    });

    it('restores a file without an access list in a folder that has a default one', () => {
      mkdirSync(target().path('d'));
      writeFileSync(target().path('d/f'), 'x', { mode: 0o644 });
      execFileSync('setfacl', ['-d', '-m', 'u:daemon:rwx', target().path('d')]);
      const from = regular(target(), 'd/f');
      const to: FileState = { type: 'absent' };
      target().apply(change(target().path('d/f'), from, to));
      target().must(fileKind.write([change(target().path('d/f'), to, from)]));
      assert.deepEqual(regular(target(), 'd/f'), from);
      // A new file takes what the folder gives, and still counts as what was wanted.
      const fresh: FileState = {
        type: 'file',
        sha256: target().upload('n'),
        size: 1,
        mode: '0640',
        owner: 'root',
        group: 'root',
      };
      target().apply(change(target().path('d/new'), { type: 'absent' }, fresh));
      assert.equal(target().show(target().path('d/new')), `${fileKind.canon('', fresh)}\n`);
      assert.notDeepEqual(regular(target(), 'd/new').xattrs, {});
    });
  },
  { shells: withTools },
);

onEachShell('SELinux labels', (target) => {
  /** No machine here labels files: `stat`, `chcon` and `restorecon` that keep labels in files beside. */
  function pretended(script: string): string {
    return `
rtp_f_selinux_fs=${target().base}
: >"$rtp_f_selinux_fs/enforce"
rtp_label_of() { cat -- "$1.label" 2>/dev/null || printf '%s' 'system_u:object_r:default_t:s0'; }
stat() {
  case $2 in
    *%C*)
      rtp_t_format=$2
      shift 3
      for rtp_t_path in "$@"; do
        rtp_file_replace "$rtp_t_format" %C "$(rtp_label_of "$rtp_t_path")"
        command stat -c "$rtp_f_e" -- "$rtp_t_path"
      done ;;
    *) command stat "$@" ;;
  esac
}
chcon() { rtp_t_label=$2; shift 3; for rtp_t_path in "$@"; do case $rtp_t_path in *.new) printf '%s' "$rtp_t_label" >"${target().path('f')}.label" ;; *) printf '%s' "$rtp_t_label" >|"$rtp_t_path.label" ;; esac; done; }
restorecon() { shift; for rtp_t_path in "$@"; do printf '%s' 'system_u:object_r:policy_t:s0' >|"$rtp_t_path.label"; done; }
${script}`;
  }

  function read(name: string): FileState {
    const requests = [{ kind: 'file', name: target().path(name) }] as const;
    const output = target().must(pretended(fileKind.read(requests).text));
    return fileKind.parse(requests, output, target().store).get(target().path(name)) ?? { type: 'absent' };
  }

  it('are read, shown, kept and set', () => {
    writeFileSync(target().path('f'), 'x');
    const from = read('f');
    assert.ok(from.type === 'file');
    assert.equal(from.selinux, 'system_u:object_r:default_t:s0');
    const show = (state: FileState) =>
      target()
        .must(pretended(fileKind.showExact(target().path('f'), state).text))
        .toString();
    assert.equal(show(from), `${fileKind.exact('', from)}\n`);
    const to: FileState = { ...from, selinux: 'system_u:object_r:etc_t:s0' };
    const labelled = change(target().path('f'), from, to);
    target().must(pretended(fileKind.save([labelled]).text));
    target().must(pretended(fileKind.write([labelled]).text));
    assert.equal(show(to), `${fileKind.exact('', to)}\n`);
  });

  it('come from the policy for a new file', () => {
    const to: FileState = {
      type: 'file',
      sha256: target().upload('n'),
      size: 1,
      mode: '0644',
      owner: 'root',
      group: 'root',
    };
    const made = change(target().path('f'), { type: 'absent' }, to);
    target().must(pretended(fileKind.save([made]).text));
    target().must(pretended(fileKind.write([made]).text));
    const state = read('f');
    assert.equal(state.type === 'file' && state.selinux, 'system_u:object_r:policy_t:s0');
    assert.equal(fileKind.canon('', state), fileKind.canon('', to));
  });
});
