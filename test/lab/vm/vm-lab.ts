import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLock } from '../lock.js';
import { cloneDir, labId, lockRoot } from '../names.js';
import { mountsBelow, removeTree, unmountBelow } from '../overlay.js';
import { isAlive, thisProcess } from '../process.js';
import { vmLabFiles, writeVmLabFiles } from './files.js';
import { ensureVmImage, imageAt, type VmImage } from './image.js';
import { VmHost } from './machine.js';
import { vmLabId, vmLabNames } from './names.js';
import { defaultMachine, type MachineOptions } from './options.js';
import { freePort } from './ports.js';
import { endQemu, qemusBelow } from './qemu.js';
import { readState } from '../state.js';
import { allVmLabIds, readVmState, usedPorts, type VmState, writeVmState } from './state.js';
import { ensureSnapshot, snapshotAt } from './warm.js';

export type { VmHost } from './machine.js';

export interface VmLabOptions extends Partial<MachineOptions> {
  /** Of the machines (one, `m1`). */
  readonly names?: readonly string[];
  /** Unique in this clone; by default one that no other lab has, so that tests do not meet. */
  readonly name?: string;
  /** Boots each machine from power-off, instead of going on from a snapshot of a booted one (false). */
  readonly fresh?: boolean;
  /** Groups of the inventory that all machines are in (lab). */
  readonly groups?: readonly string[];
  /** Whether the lab outlives this process (false); see the container lab. */
  readonly keep?: boolean;
  /** Gets a line about what takes time. */
  readonly say?: (line: string) => void;
}

function machineOptions(options: VmLabOptions): MachineOptions {
  return {
    boot: options.boot ?? defaultMachine.boot,
    image: options.image ?? defaultMachine.image,
    cpus: options.cpus ?? defaultMachine.cpus,
    threads: options.threads ?? defaultMachine.threads,
    numaNodes: options.numaNodes ?? defaultMachine.numaNodes,
    memoryMb: options.memoryMb ?? defaultMachine.memoryMb,
    watchdog: options.watchdog ?? defaultMachine.watchdog,
  };
}

/** Writes down a new lab with ports that no other lab of the machine has. */
async function allocate(
  names: readonly string[],
  make: (machines: VmState['machines']) => VmState,
): Promise<VmState> {
  return withLock(join(lockRoot, 'vm-allocate.lock'), async () => {
    const taken = new Set(usedPorts());
    const machines: { name: string; port: number }[] = [];
    for (const name of names) {
      const port = await freePort(taken);
      taken.add(port);
      machines.push({ name, port });
    }
    const state = make(machines);
    writeVmState(state);
    return state;
  });
}

/** A set of virtual machines of one kind, each behind a port of 127.0.0.1. */
export class VmLab {
  readonly state: VmState;
  readonly machines: readonly VmHost[];

  private constructor(state: VmState, image: VmImage) {
    this.state = state;
    const files = vmLabFiles(state.filesDir);
    this.machines = state.machines.map(({ name, port }) => {
      const access = { port, keyPath: files.key, knownHostsPath: files.knownHosts };
      const dir = join(vmLabNames(state.id).machinesDir, name);
      const snapshot = state.snapshotDir === undefined ? undefined : snapshotAt(state.snapshotDir);
      return new VmHost(name, dir, state.options, image, access, snapshot);
    });
  }

  get name(): string {
    return this.state.name;
  }

  get id(): string {
    return this.state.id;
  }

  get inventoryPath(): string {
    return vmLabFiles(this.state.filesDir).inventory;
  }

  get knownHostsPath(): string {
    return vmLabFiles(this.state.filesDir).knownHosts;
  }

  get keyPath(): string {
    return vmLabFiles(this.state.filesDir).key;
  }

  get sshConfigPath(): string {
    return vmLabFiles(this.state.filesDir).sshConfig;
  }

  static async up(options: VmLabOptions = {}): Promise<VmLab> {
    process.umask(0o022);
    const say = options.say ?? ((): void => undefined);
    const name = options.name ?? `t-${randomBytes(4).toString('hex')}`;
    const names = options.names ?? ['m1'];
    for (const one of [name, ...names])
      if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(one)) throw new Error(`${one}: not a name`);
    if (new Set(names).size !== names.length) throw new Error('each machine needs a name of its own');
    const kind = machineOptions(options);
    const id = vmLabId(name);
    // Both kinds of lab keep their files in `.lab/NAME`.
    if (readState(labId(name)) !== undefined) throw new Error(`'${name}' is a lab of containers already`);
    const image = await ensureVmImage({ boot: kind.boot, kind: kind.image }, say);
    await removeAbandonedVms();
    const snapshot = options.fresh === true ? undefined : await ensureSnapshot(image, kind, say);
    return withLock(vmLabNames(id).lockFile, async () => {
      const present = VmLab.open(name);
      if (present?.isStale() === false)
        throw new Error(`the lab '${name}' is up already; take it down first`);
      await removeVmLab(id, present?.state);
      const state = await allocate(names, (machines) => ({
        id,
        name,
        clone: cloneDir,
        filesDir: join(cloneDir, '.lab', name),
        imageDir: image.dir,
        ...(snapshot === undefined ? {} : { snapshotDir: snapshot.dir }),
        options: kind,
        groups: options.groups ?? ['lab'],
        ...(options.keep === true ? {} : { owner: thisProcess() }),
        machines,
      }));
      try {
        writeVmLabFiles(state, image);
        const lab = new VmLab(state, image);
        await Promise.all(
          lab.machines.map(async (machine) => {
            await machine.reset();
            say(`${machine.name} is up at 127.0.0.1 port ${machine.port}`);
          }),
        );
        writeFileSync(vmLabNames(id).readyFile, '');
        return lab;
      } catch (error) {
        await removeVmLab(id, state);
        throw error;
      }
    });
  }

  /** The lab of that name of this clone, when it is up. */
  static open(name: string): VmLab | undefined {
    return VmLab.#read(vmLabId(name));
  }

  /** Every lab of virtual machines of this machine whose state is readable, of all clones. */
  static all(): readonly VmLab[] {
    return allVmLabIds().flatMap((id) => VmLab.#read(id) ?? []);
  }

  static #read(id: string): VmLab | undefined {
    const state = readVmState(id);
    if (state === undefined) return undefined;
    const { boot, image: kind } = state.options;
    return new VmLab(state, imageAt(state.imageDir, { boot, kind }));
  }

  machine(name: string): VmHost {
    const found = this.machines.find((machine) => machine.name === name);
    if (found === undefined) throw new Error(`the lab '${this.name}' has no machine '${name}'`);
    return found;
  }

  /** Removes all of it: processes, mounts, files. May be called twice. */
  async down(): Promise<void> {
    await withLock(vmLabNames(this.id).lockFile, () => removeVmLab(this.id, this.state));
  }

  /** Whether its `up` was interrupted. Machines that are off do not make it so. */
  isStale(): boolean {
    return !existsSync(vmLabNames(this.id).readyFile) || !existsSync(this.inventoryPath);
  }

  /** Takes down whatever this clone's lab of that name has left, up or crashed. */
  static async removeNamed(name: string): Promise<void> {
    await VmLab.remove(vmLabId(name));
  }

  /** Takes a lab down by its id alone, also when its state was lost. */
  static async remove(id: string): Promise<void> {
    await withLock(vmLabNames(id).lockFile, () => removeVmLab(id, readVmState(id)));
  }
}

/** What of a lab is left on the machine; empty after `down`. */
export function vmRemains(id: string): readonly string[] {
  const { dir } = vmLabNames(id);
  return [
    ...qemusBelow(dir).map(({ pid }) => `process ${pid}`),
    ...mountsBelow(dir).map((point) => `mount ${point}`),
    ...(existsSync(dir) ? [`folder ${dir}`] : []),
  ];
}

/** Takes down the labs whose processes, tests mostly, were killed. */
export async function removeAbandonedVms(): Promise<void> {
  for (const id of allVmLabIds()) {
    const owner = readVmState(id)?.owner;
    if (owner !== undefined && !isAlive(owner)) await VmLab.remove(id);
  }
}

async function removeVmLab(id: string, state: VmState | undefined): Promise<void> {
  const { dir } = vmLabNames(id);
  for (const qemu of qemusBelow(dir)) await endQemu(qemu);
  await unmountBelow(dir);
  await removeTree(dir);
  // Only a folder that this lab wrote: below `.lab` of its clone.
  if (state !== undefined && dirname(state.filesDir).endsWith('/.lab'))
    rmSync(state.filesDir, { recursive: true, force: true });
}
