import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  attempt,
  isAlive,
  killProcess,
  type ProcessId,
  run,
  startDetached,
  startTime,
  waitFor,
} from '../process.js';
import type { MachineNames } from './names.js';
import { hardware, type MachineOptions } from './options.js';
import { qmp, queryStatus } from './qmp.js';

/** Where QEMU finds what a machine boots from. */
export interface Parts {
  readonly repoDisk: string;
  readonly efiCode: string;
}

export interface StartOptions {
  readonly port: number;
  /** A saved machine's state to go on from, instead of a boot. */
  readonly state?: string;
  /** For image building: more arguments, as of a kernel that is loaded past the disk. */
  readonly more?: readonly string[];
}

const program = 'qemu-system-x86_64';

let version: Promise<string> | undefined;

/** Part of a snapshot's name: another QEMU may not read it. */
export function qemuVersion(): Promise<string> {
  version ??= run(program, ['--version']).then((text) => text.split('\n')[0] ?? '');
  return version;
}

/**
 * What a guest has flushed is handed to the machine's kernel at once (so a kill of QEMU keeps it, and loses what only the
 * guest or QEMU had cached: a power cut), but is not waited for until the machine's own disk has it (cache=unsafe).
 */
function disks(names: MachineNames, options: MachineOptions, parts: Parts): readonly string[] {
  const efi = [
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${parts.efiCode}`],
    ...['-drive', `if=pflash,unit=1,format=raw,cache=unsafe,file=${names.efiVars}`],
  ];
  return [
    ...(options.boot === 'uefi' ? efi : []),
    ...['-drive', `if=none,id=root,file=${names.disk},format=qcow2,cache=unsafe,discard=unmap`],
    ...['-device', 'virtio-blk-pci,drive=root,bootindex=1'],
    ...['-drive', `if=none,id=repo,file=${parts.repoDisk},format=raw,readonly=on`],
    ...['-device', 'virtio-blk-pci,drive=repo'],
  ];
}

/** Starts a machine and returns when its monitor answers; the guest has not booted yet then. */
export async function startQemu(
  names: MachineNames,
  options: MachineOptions,
  parts: Parts,
  { port, state, more = [] }: StartOptions,
): Promise<void> {
  rmSync(names.qmp, { force: true });
  const args = [
    ...hardware(options),
    ...disks(names, options, parts),
    // No way out, as with containers: the one thing let through leads to sshd.
    ...['-netdev', `user,id=net0,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`],
    ...['-device', 'virtio-net-pci,id=nic0,netdev=net0,mac=52:54:00:d5:00:01,romfile='],
    ...['-chardev', `file,id=serial,path=${names.serial},append=on`, '-serial', 'chardev:serial'],
    ...['-qmp', `unix:${names.qmp},server=on,wait=off`],
    ...(state === undefined ? [] : ['-incoming', `exec:cat '${state}'`]),
    ...more,
  ];
  const output = openSync(names.log, 'a');
  const id = startDetached(program, args, output, '/');
  closeSync(output);
  if (id === undefined) throw new Error(`${program} could not be started`);
  writeFileSync(names.pidFile, JSON.stringify(id));
  const said = (): string => readFileSync(names.log, 'utf8').split('\n').slice(-10).join('\n');
  const ready = state === undefined ? ['running'] : ['paused', 'postmigrate', 'running'];
  await waitFor(`starting QEMU: ${said()}`, 120_000, async () => {
    if (!isAlive(id)) throw new Error(`QEMU ended: ${said()}`);
    if (!existsSync(names.qmp)) return undefined;
    return ready.includes(await queryStatus(names.qmp).catch(() => '')) ? true : undefined;
  });
  if (state !== undefined) await qmp(names.qmp, 'cont');
}

/** The QEMU of a machine, while it runs. */
export function qemuOf(names: MachineNames): ProcessId | undefined {
  try {
    const id = JSON.parse(readFileSync(names.pidFile, 'utf8')) as ProcessId;
    return isAlive(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Kills a QEMU and waits until none of its threads is left: the first one ends before the others have let go of memory
 * and disks, and a start in between would find the disk locked.
 */
export async function endQemu(id: ProcessId): Promise<void> {
  await killProcess(id);
  await waitFor(`ending QEMU ${id.pid}`, 60_000, () => (threadsOf(id.pid) > 1 ? undefined : true), 10);
}

function threadsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch {
    return 0;
  }
}

/** Kills a machine's QEMU, as a power cut does. */
export async function killQemu(names: MachineNames): Promise<void> {
  const id = qemuOf(names);
  if (id !== undefined) await endQemu(id);
  rmSync(names.qmp, { force: true });
}

/**
 * All QEMUs that have a file below a folder among their arguments: also one whose pid was not written down, because its
 * starter was killed in between.
 */
export function qemusBelow(dir: string): readonly ProcessId[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const argv = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        const start = startTime(Number(name));
        const ours = argv[0] === program && argv.some((arg) => arg.includes(`${dir}/`));
        return ours && start !== undefined ? [{ pid: Number(name), start }] : [];
      } catch {
        return [];
      }
    });
}

/** A disk of its own for a machine that holds only what differs from `base`. */
export async function makeOverlay(base: string, format: 'raw' | 'qcow2', overlay: string): Promise<void> {
  const done = await attempt('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', format, '-b', base, overlay]);
  if (done.code !== 0) throw new Error(`qemu-img create: ${done.stderr}`);
}
