import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.js';
import { labNames, lockRoot, stateRoot } from './names.js';
import type { ProcessId } from './process.js';

/** A login that the inventory is written for. */
export type LabUser = 'root' | 'ops' | 'opspw';

/** Layers of an image: python3 for Ansible, or dnf and zypper. */
export type LayerName = 'python' | 'rpm';

export interface HostState {
  readonly name: string;
  /** Counts from 1 and is never given twice in a lab; address, port and interface follow from it. */
  readonly index: number;
}

/** What is written down of a lab before any part of it is made, so that `down` finds all of it after a crash. */
export interface LabState {
  readonly id: string;
  readonly name: string;
  readonly clone: string;
  /** The folder of the inventory, the keys and known_hosts. */
  readonly filesDir: string;
  readonly subnet: number;
  readonly imageDir: string;
  /** What the hosts have over the root file system. */
  readonly layer?: LayerName;
  readonly proxy: boolean;
  readonly rttMs: number;
  readonly user: LabUser;
  readonly groups: readonly string[];
  /** The process without which the lab is of no use to anyone, a test's; a later `up` then removes it. */
  readonly owner?: ProcessId;
  readonly hosts: readonly HostState[];
}

export function readState(id: string): LabState | undefined {
  const file = labNames(id).stateFile;
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')) as LabState;
}

export function writeState(state: LabState): void {
  const names = labNames(state.id);
  mkdirSync(names.dir, { recursive: true });
  const tmp = `${names.stateFile}.tmp`;
  writeFileSync(tmp, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(tmp, names.stateFile);
}

/** The ids of all labs that have left a folder on this machine, whichever clone they belong to. */
export function allLabIds(): readonly string[] {
  if (!existsSync(stateRoot)) return [];
  return readdirSync(stateRoot).filter((name) => /^[0-9a-f]{6}$/.test(name));
}

/** Writes down a new lab with a subnet that no other lab of the machine has. */
export async function allocate(make: (subnet: number) => LabState): Promise<LabState> {
  return withLock(join(lockRoot, 'allocate.lock'), () => {
    const taken = new Set(allLabIds().map((id) => readState(id)?.subnet));
    for (let subnet = 1; subnet < 255; subnet += 1) {
      if (taken.has(subnet)) continue;
      const state = make(subnet);
      writeState(state);
      return Promise.resolve(state);
    }
    throw new Error('all 254 subnets of the lab are in use: take labs down (lab -- down --all)');
  });
}
