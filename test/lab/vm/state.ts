import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ProcessId } from '../process.js';
import { vmLabNames, vmStateRoot } from './names.js';
import type { MachineOptions } from './options.js';

export interface MachineState {
  readonly name: string;
  /** Of 127.0.0.1; leads to the machine's sshd. */
  readonly port: number;
}

/** What is written down of a lab of virtual machines before any of them is started. */
export interface VmState {
  readonly id: string;
  readonly name: string;
  readonly clone: string;
  readonly filesDir: string;
  readonly imageDir: string;
  /** The folder of the snapshot that the machines went on from; none when they were booted. */
  readonly snapshotDir?: string;
  readonly options: MachineOptions;
  readonly groups: readonly string[];
  readonly owner?: ProcessId;
  readonly machines: readonly MachineState[];
}

export function readVmState(id: string): VmState | undefined {
  const file = vmLabNames(id).stateFile;
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')) as VmState;
}

export function writeVmState(state: VmState): void {
  const names = vmLabNames(state.id);
  mkdirSync(names.dir, { recursive: true });
  const tmp = `${names.stateFile}.tmp`;
  writeFileSync(tmp, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(tmp, names.stateFile);
}

/** The ids of all labs of virtual machines that have left a folder, whichever clone they belong to. */
export function allVmLabIds(): readonly string[] {
  if (!existsSync(vmStateRoot)) return [];
  return readdirSync(vmStateRoot).filter((name) => /^[0-9a-f]{6}$/.test(name));
}

/** Folders of images and snapshots that disks of present labs are based on. */
export function usedVmImages(): ReadonlySet<string> {
  return new Set(
    allVmLabIds().flatMap((id) => {
      const state = readVmState(id);
      return [state?.imageDir, state?.snapshotDir].filter((dir) => dir !== undefined);
    }),
  );
}

/** Ports that machines of present labs have. */
export function usedPorts(): ReadonlySet<number> {
  return new Set(allVmLabIds().flatMap((id) => (readVmState(id)?.machines ?? []).map(({ port }) => port)));
}
