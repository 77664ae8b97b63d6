import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { killCgroup, trackingHierarchies } from './cgroup.js';
import { maskGenerators } from './generators.js';
import type { Image } from './image.js';
import { hostAddress, hostNames, labNames, repoMountPoint } from './names.js';
import { mountOverlay, removeTree, unmountBelow } from './overlay.js';
import {
  attempt,
  type Finished,
  isAlive,
  killProcess,
  type ProcessId,
  run,
  startDetached,
  startTime,
  waitFor,
} from './process.js';
import type { HostState, LabState, LayerName } from './state.js';

type Names = ReturnType<typeof hostNames>;

function write(file: string, text: string, mode: number): void {
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
}

/** The read-only layers of a lab's hosts, uppermost first. */
export function layers(image: Image, layer: LayerName | undefined): readonly string[] {
  return layer === undefined ? [image.rootfs] : [image[layer], image.rootfs];
}

/** Makes what is a host's own for as long as it is in the lab, resets included: machine id, host key, accounts' keys. */
export async function seedHost(state: LabState, host: HostState, publicKey: string): Promise<void> {
  const names = hostNames(state.id, host.name, host.index);
  const at = (path: string): string => join(names.seedDir, path);
  for (const dir of ['etc/ssh', 'root/.ssh', 'home/ops/.ssh', 'home/opspw/.ssh']) {
    mkdirSync(at(dir), { recursive: true });
  }
  const ids = { root: 0, ops: 1000, opspw: 1001 } as const;
  for (const [user, home] of [
    ['root', 'root'],
    ['ops', 'home/ops'],
    ['opspw', 'home/opspw'],
  ] as const) {
    chmodSync(at(home), 0o700);
    chmodSync(at(`${home}/.ssh`), 0o700);
    write(at(`${home}/.ssh/authorized_keys`), publicKey, 0o600);
    await run('chown', ['-R', `${ids[user]}:${ids[user]}`, at(home)]);
  }
  write(at('etc/hostname'), `${host.name}\n`, 0o644);
  write(
    at('etc/hosts'),
    `127.0.0.1 localhost\n::1 localhost\n${hostAddress(state.subnet, host.index)} ${host.name}\n`,
    0o644,
  );
  write(at('etc/machine-id'), `${randomBytes(16).toString('hex')}\n`, 0o444);
  await run('ssh-keygen', [
    ...['-q', '-t', 'ed25519', '-N', '', '-C', `root@${host.name}`],
    ...['-f', at('etc/ssh/ssh_host_ed25519_key')],
  ]);
}

export function hostPublicKey(names: Names): string {
  const line = readFileSync(join(names.seedDir, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8');
  return line.split(' ').slice(0, 2).join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * The script that runs a host until it is powered off. Exit code 133 of systemd-nspawn is a reboot: the network namespace
 * is made again then as well, because its sysctls must not survive a reboot.
 */
function supervisor(state: LabState, image: Image, host: HostState, names: Names): string {
  const { bridge } = labNames(state.id);
  const [netns, veth] = [quote(names.netns), quote(names.veth)];
  const hex = (n: number): string => n.toString(16).padStart(2, '0');
  // The same after every start: a neighbour table would point to the old one for seconds.
  const mac = `02:d5:${state.id.slice(0, 2)}:${state.id.slice(2, 4)}:${hex(state.subnet)}:${hex(host.index)}`;
  const cgroups = trackingHierarchies().map((root) => join(root, names.cgroup));
  const nspawn = [
    ...['systemd-nspawn', '--quiet', '--register=no', '--keep-unit', '--boot', '--console=read-only'],
    ...['--resolv-conf=off', '--timezone=off', '--link-journal=no'],
    ...[`--directory=${names.rootDir}`, `--machine=${names.machine}`, `--hostname=${host.name}`],
    ...[`--network-namespace-path=/run/netns/${names.netns}`, `--bind-ro=${image.repo}:${repoMountPoint}`],
    `--bind-ro=${names.generatorsDir}:/run/systemd/system-generators`,
  ];
  return `#!/bin/sh
set -eu
${cgroups.map((dir) => `mkdir -p ${quote(dir)}; echo $$ > ${quote(`${dir}/cgroup.procs`)}`).join('\n')}
# /tmp is a folder of the root file system, as on an installed Debian.
export SYSTEMD_NSPAWN_TMPFS_TMP=0
# net.* belongs to the host's namespace and may be written, at boot by systemd-sysctl too; all else is the machine's.
export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
while :; do
  ip netns del ${netns} 2>/dev/null || :
  ip link del ${veth} 2>/dev/null || :
  ip netns add ${netns}
  ip link add ${veth} type veth peer name eth0 address ${mac} netns ${netns}
  ip link set ${veth} master ${bridge} up
  ip -n ${netns} addr add ${hostAddress(state.subnet, host.index)}/24 dev eth0
  ip -n ${netns} link set lo up
  ip -n ${netns} link set eth0 up
  rc=0
  ${nspawn.map(quote).join(' ')} || rc=$?
  [ "$rc" = 133 ] || exit "$rc"
done
`;
}

function readPid(names: Names): ProcessId | undefined {
  try {
    return JSON.parse(readFileSync(names.pidFile, 'utf8')) as ProcessId;
  } catch {
    return undefined;
  }
}

/** The supervising script of a host, while it runs. */
export function supervisorOf(names: Names): ProcessId | undefined {
  const id = readPid(names);
  return id !== undefined && isAlive(id) ? id : undefined;
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        const stat = readFileSync(`/proc/${child}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    });
}

function command(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** The host's PID 1 as the machine counts it, while the host runs: supervisor -> systemd-nspawn -> systemd. */
export function leaderOf(names: Names): number | undefined {
  const top = supervisorOf(names);
  if (top === undefined) return undefined;
  const nspawn = childrenOf(top.pid).find((pid) => command(pid) === 'systemd-nspawn');
  if (nspawn === undefined) return undefined;
  return childrenOf(nspawn).find((pid) => command(pid) === 'systemd' && startTime(pid) !== undefined);
}

/** Runs a command as root inside a running host, past its sshd and its accounts. */
export async function insideHost(names: Names, argv: readonly string[], input?: string): Promise<Finished> {
  const leader = leaderOf(names);
  if (leader === undefined) throw new Error(`${names.machine} is not running`);
  const enter = ['-t', String(leader), '-m', '-u', '-i', '-n', '-p', '-C', '--', ...argv];
  return attempt('nsenter', enter, {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
    ...(input === undefined ? {} : { input }),
  });
}

function sshAnswers(address: string): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 500 });
    const end = (answer: true | undefined) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => end(data.toString().startsWith('SSH-') ? true : undefined)());
    socket.once('error', end(undefined));
    socket.once('timeout', end(undefined));
    socket.once('close', end(undefined));
  });
}

/** Starts a host's container on its present upper directory and returns when it has booted and sshd answers. */
export async function startHost(state: LabState, image: Image, host: HostState): Promise<void> {
  const names = hostNames(state.id, host.name, host.index);
  if (supervisorOf(names) === undefined) {
    if (!existsSync(join(names.upperDir, 'etc'))) {
      mkdirSync(names.upperDir, { recursive: true });
      await run('cp', ['-a', `${names.seedDir}/.`, names.upperDir]);
    }
    await unmountBelow(names.rootDir);
    await mountOverlay(layers(image, state.layer), names.upperDir, names.workDir, names.rootDir);
    maskGenerators(names.generatorsDir);
    write(names.script, supervisor(state, image, host, names), 0o755);
    const output = openSync(names.console, 'a');
    const id = startDetached('/bin/sh', [names.script], output, '/');
    closeSync(output);
    if (id === undefined) throw new Error(`${host.name}: its container could not be started`);
    write(names.pidFile, JSON.stringify(id), 0o644);
  }
  await waitBooted(state, host);
}

/** Waits until a host has finished booting: sshd answers, logins are open, no job is left in its systemd's queue. */
export async function waitBooted(state: LabState, host: HostState): Promise<void> {
  const names = hostNames(state.id, host.name, host.index);
  try {
    await waitFor(`${host.name}: booting`, 60_000, async () => {
      if (supervisorOf(names) === undefined) throw new Error(`${host.name}: its container ended`);
      return sshAnswers(hostAddress(state.subnet, host.index));
    });
    // Blocks until the queue is empty; "degraded" (a failed unit) is booted as well.
    await waitFor(`${host.name}: booting`, 60_000, async () => {
      const done = await insideHost(names, ['systemctl', 'is-system-running', '--wait']);
      return ['running', 'degraded'].includes(done.stdout.trim()) ? true : undefined;
    });
  } catch (error) {
    const tail = existsSync(names.console)
      ? readFileSync(names.console, 'utf8').split('\n').slice(-30).join('\n')
      : '';
    throw new Error(`${host.name} did not boot; its console ended with:\n${tail}`, { cause: error });
  }
}

/** Ends all processes of a host at once, as when its power fails. Its upper directory stays. */
export async function killHost(names: Names): Promise<void> {
  const top = readPid(names);
  if (top !== undefined) await killProcess(top);
  await killCgroup(names.cgroup);
}

/** Kills a host and removes its file system; `seed` stays, so that the next start makes a fresh host of the same keys. */
export async function wipeHost(names: Names): Promise<void> {
  await killHost(names);
  await unmountBelow(names.rootDir);
  await removeTree(names.upperDir);
  await removeTree(names.workDir);
}
