/** A root file system with ansible-core 2.19, in which recorders run it: the machine's own is older. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir } from '../lab/names.js';
import { attempt, run } from '../lab/process.js';

/** RTPROV_ANSIBLE_ROOT, or one that is made of Debian 13's package. */
export async function ansibleRoot(): Promise<string> {
  const root = process.env['RTPROV_ANSIBLE_ROOT'] ?? join(cacheDir, 'ansible-core-trixie');
  if (existsSync(root)) return root;
  const part = `${root}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(dirname(root), { recursive: true });
  await run('mmdebstrap', ['--variant=minbase', '--include=ansible-core', 'trixie', part]);
  renameSync(part, root);
  return root;
}

/** In mount and process namespaces of its own: what is mounted for it goes with it, and so does whatever it has started. */
const IN_ROOT = `set -eu
mount --rbind /dev "$1/dev"; mount -t proc proc "$1/proc"; mount --rbind /sys "$1/sys"
root=$1; shift; exec chroot "$root" "$@"`;

/** Runs a command there to its end and gives its output. `env` is added to a plain one. */
export async function inRoot(
  root: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, stdout, stderr } = await attempt(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', IN_ROOT, 'sh', root, ...command],
    { env: { LC_ALL: 'C.UTF-8', HOME: '/root', ...env } },
  );
  if (code === 0) return stdout;
  throw new Error(`${command.join(' ')} ended with ${code}: ${stdout.slice(-2000)}${stderr.slice(-2000)}`);
}

export async function ansibleVersion(root: string): Promise<string> {
  return /\[core (\S+)\]/.exec(await inRoot(root, ['ansible-playbook', '--version']))?.[1] ?? '';
}
