import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cloneDir, lockRoot, stateRoot } from '../names.js';

/** State of all labs of virtual machines, beside those of containers: their ids are never mistaken for one another. */
export const vmStateRoot = join(stateRoot, 'vm');

/** Ports of the machine's loopback interface that lead to machines' sshd; below those that the kernel gives out itself. */
export const portRange = { first: 22200, last: 22999 } as const;

export function vmLabId(name: string, clone: string = cloneDir): string {
  return createHash('sha256').update(`vm\0${clone}\0${name}`).digest('hex').slice(0, 6);
}

export function vmLabNames(id: string) {
  const dir = join(vmStateRoot, id);
  return {
    dir,
    stateFile: join(dir, 'state.json'),
    lockFile: join(lockRoot, `vm-${id}.lock`),
    /** Written last by `up`. */
    readyFile: join(dir, 'ready'),
    machinesDir: join(dir, 'm'),
  } as const;
}

export type MachineNames = ReturnType<typeof machineNames>;

/** The files of one running or stopped QEMU; also used while images are made, in the cache. */
export function machineNames(dir: string) {
  return {
    dir,
    disk: join(dir, 'disk.qcow2'),
    /** The firmware's variables of a UEFI machine. */
    efiVars: join(dir, 'efivars.fd'),
    pidFile: join(dir, 'pid'),
    qmp: join(dir, 'qmp.sock'),
    serial: join(dir, 'serial.log'),
    log: join(dir, 'qemu.log'),
    /** Where its disk is looked at from outside. */
    viewDir: join(dir, 'view'),
    viewDisk: join(dir, 'view.raw'),
  } as const;
}
