import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { killCgroup, processesIn, removeCgroup } from './cgroup.js';
import { layers, seedHost } from './container.js';
import { LabHost } from './host.js';
import { ensureImage, type Image, imageAt } from './image.js';
import { ensureKey, labFiles, writeLabFiles } from './inventory.js';
import { raiseLimits, restoreLimits } from './limits.js';
import { withLock } from './lock.js';
import { cgroupRoot, cloneDir, hostNames, labId, labNames, lockRoot } from './names.js';
import { bridgeUp, linksOf, netnsOf, networkDown } from './network.js';
import { mountLayers, mountsBelow, removeTree, unmountBelow } from './overlay.js';
import { isAlive, killProcess, type ProcessId, thisProcess } from './process.js';
import { addProxy, proxyRuns, startProxy, stopProxy } from './proxy.js';
import {
  allLabIds,
  allocate,
  type HostState,
  type LabState,
  type LabUser,
  readState,
  writeState,
  type LayerName,
} from './state.js';
import { vmLabId } from './vm/names.js';
import { readVmState } from './vm/state.js';

export type { LabHost } from './host.js';
export type { LabUser } from './state.js';

export interface LabOptions {
  /** How many hosts, named h1, h2, ... (1). */
  readonly hosts?: number;
  /** Hosts with python3 and python3-apt, for a comparison with Ansible; or with dnf and zypper. */
  readonly layer?: LayerName;
  /** Round trip of each host's proxy in milliseconds (0). Above 0 the lab has proxies. */
  readonly rttMs?: number;
  /** Proxies without a delay, for stall and cut (false). */
  readonly proxy?: boolean;
  /** Unique in this clone; by default one that no other lab has, so that tests do not meet. */
  readonly name?: string;
  /** The user the inventory is written for (root). */
  readonly user?: LabUser;
  /** Groups of the inventory that all hosts are in (lab). */
  readonly groups?: readonly string[];
  /**
   * Whether the lab outlives this process (false). A lab that does not is removed by anyone's next `up` after this
   * process has ended, so that a killed test leaves nothing for long.
   */
  readonly keep?: boolean;
  /** Gets a line about what takes time. */
  readonly say?: (line: string) => void;
}

/** Few at a time: each boot takes about a second of processor time. */
const startsAtOnce = 4;

async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}

/** A set of container hosts on a network of their own. */
export class Lab {
  #state: LabState;
  readonly #image: Image;
  #hosts: readonly LabHost[];

  private constructor(state: LabState) {
    this.#state = state;
    this.#image = imageAt(state.imageDir);
    this.#hosts = state.hosts.map((entry) => new LabHost(state, this.#image, entry));
  }

  get name(): string {
    return this.#state.name;
  }

  get id(): string {
    return this.#state.id;
  }

  get state(): LabState {
    return this.#state;
  }

  get hosts(): readonly LabHost[] {
    return this.#hosts;
  }

  get inventoryPath(): string {
    return labFiles(this.#state).inventory;
  }

  get knownHostsPath(): string {
    return labFiles(this.#state).knownHosts;
  }

  get keyPath(): string {
    return labFiles(this.#state).key;
  }

  get sshConfigPath(): string {
    return labFiles(this.#state).sshConfig;
  }

  /** The folder of the lab's apt repository on the machine; hosts see it read-only at /srv/lab-repo. */
  get repoDir(): string {
    return this.#image.repo;
  }

  /** Brings a lab up. A lab of that name that is up already is refused, unless `Lab.open` is what was meant. */
  static async up(options: LabOptions = {}): Promise<Lab> {
    // Folders of a host's root are made here and there; the caller's umask must not close them.
    process.umask(0o022);
    const say = options.say ?? ((): void => undefined);
    const name = options.name ?? `t-${randomBytes(4).toString('hex')}`;
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) throw new Error(`${name}: not a name for a lab`);
    const id = labId(name);
    // Both kinds of lab keep their files in `.lab/NAME`.
    if (readVmState(vmLabId(name)) !== undefined)
      throw new Error(`'${name}' is a lab of virtual machines already`);
    const image = await ensureImage(say);
    await removeAbandoned();
    return withLock(labNames(id).lockFile, async () => {
      const present = Lab.open(name);
      if (present?.isStale() === false)
        throw new Error(`the lab '${name}' is up already; take it down first`);
      // What a crash, or the machine's own reboot, has left of one.
      await removeLab(id, present?.state);
      const rttMs = options.rttMs ?? 0;
      const state = await allocate((subnet) => ({
        id,
        name,
        clone: cloneDir,
        filesDir: join(cloneDir, '.lab', name),
        subnet,
        imageDir: image.dir,
        ...(options.layer === undefined ? {} : { layer: options.layer }),
        proxy: options.proxy === true || rttMs > 0,
        rttMs,
        user: options.user ?? 'root',
        groups: options.groups ?? ['lab'],
        ...(options.keep === true ? {} : { owner: thisProcess() }),
        hosts: [],
      }));
      const lab = new Lab(state);
      try {
        raiseLimits();
        await bridgeUp(id, state.subnet);
        if (state.layer !== undefined) await mountLayers(layers(image, state.layer), labNames(id).baseMount);
        if (state.proxy) await startProxy(id);
        await lab.#add(options.hosts ?? 1, say);
      } catch (error) {
        await removeLab(id, state);
        throw error;
      }
      return lab;
    });
  }

  /** The lab of that name of this clone, when it is up. */
  static open(name: string): Lab | undefined {
    const state = readState(labId(name));
    return state === undefined ? undefined : new Lab(state);
  }

  /** Every lab of the machine whose state is readable, of all clones. */
  static all(): readonly Lab[] {
    return allLabIds().flatMap((id) => {
      const state = readState(id);
      return state === undefined ? [] : [new Lab(state)];
    });
  }

  host(name: string): LabHost {
    const found = this.#hosts.find((host) => host.name === name);
    if (found === undefined) throw new Error(`the lab '${this.name}' has no host '${name}'`);
    return found;
  }

  /** Adds a host, or several, to the running lab and to its files. */
  async addHost(count = 1, say: (line: string) => void = () => undefined): Promise<LabHost> {
    process.umask(0o022);
    return withLock(labNames(this.id).lockFile, async () => {
      const state = readState(this.id);
      if (state === undefined) throw new Error(`the lab '${this.name}' is down`);
      this.#state = state;
      const last = await this.#add(count, say);
      if (last === undefined) throw new Error('no host was to be added');
      return last;
    });
  }

  async #add(count: number, say: (line: string) => void): Promise<LabHost | undefined> {
    const first = Math.max(0, ...this.#state.hosts.map((host) => host.index)) + 1;
    if (first + count > 200) throw new Error('a lab has room for 199 hosts');
    const fresh: readonly HostState[] = Array.from({ length: count }, (_, i) => ({
      name: `h${first + i}`,
      index: first + i,
    }));
    const state: LabState = { ...this.#state, hosts: [...this.#state.hosts, ...fresh] };
    const publicKey = await ensureKey(state);
    writeState(state);
    for (const entry of fresh) await seedHost(state, entry, publicKey);
    const hosts = fresh.map((entry) => ({ entry, host: new LabHost(state, this.#image, entry) }));
    await eachOf(hosts, startsAtOnce, async ({ entry, host }) => {
      await host.start();
      if (state.proxy) await addProxy(state, entry);
      say(`${host.name} is up at ${host.address} port ${host.port}`);
    });
    writeLabFiles(state);
    this.#state = state;
    this.#hosts = [...this.#hosts, ...hosts.map(({ host }) => host)];
    return hosts.at(-1)?.host;
  }

  /** Shorthand of `host.reset()`. */
  static async reset(host: LabHost): Promise<void> {
    await host.reset();
  }

  /** Removes all of it: processes, mounts, namespaces, interfaces, files. May be called twice. */
  async down(): Promise<void> {
    await withLock(labNames(this.id).lockFile, () => removeLab(this.id, readState(this.id) ?? this.#state));
  }

  /** Whether the lab is written down only: `up` was interrupted, or the machine was rebooted since. */
  isStale(): boolean {
    return !linksOf(this.id).includes(labNames(this.id).bridge) || !existsSync(this.inventoryPath);
  }

  /** Whether the lab's proxy process runs. */
  proxyRuns(): boolean {
    return proxyRuns(this.id);
  }

  /** Takes down whatever this clone's lab of that name has left, up or crashed. */
  static async removeNamed(name: string): Promise<void> {
    await Lab.remove(labId(name));
  }

  /** Takes a lab down by its id alone, also when its state was lost. */
  static async remove(id: string): Promise<void> {
    await withLock(labNames(id).lockFile, () => removeLab(id, readState(id)));
  }
}

/** What of a lab is left on the machine; empty after `down`. */
export function remains(id: string): readonly string[] {
  const names = labNames(id);
  return [
    ...processesIn(names.cgroup).map((pid) => `process ${pid}`),
    ...mountsBelow(names.dir).map((point) => `mount ${point}`),
    ...netnsOf(id).map((name) => `network namespace ${name}`),
    ...linksOf(id).map((name) => `interface ${name}`),
    ...(proxyRuns(id) ? ['proxy process'] : []),
    ...(existsSync(names.dir) ? [`folder ${names.dir}`] : []),
  ];
}

export async function removeAbandoned(): Promise<void> {
  for (const id of allLabIds()) {
    const owner = readState(id)?.owner;
    if (owner !== undefined && !isAlive(owner)) await Lab.remove(id);
  }
}

async function removeLab(id: string, state: LabState | undefined): Promise<void> {
  const names = labNames(id);
  await stopProxy(id);
  // Supervisors before their containers, which they would start again.
  const hosts = existsSync(names.hostsDir) ? readdirSync(names.hostsDir) : [];
  for (const host of hosts) {
    const pid = readPidFile(hostNames(id, host, 0).pidFile);
    if (pid !== undefined) await killProcess(pid);
  }
  await killCgroup(names.cgroup);
  await unmountBelow(names.dir);
  await networkDown(id);
  for (const dir of ['/run/systemd/nspawn/propagate', '/run/systemd/nspawn/unix-export']) {
    if (!existsSync(dir)) continue;
    for (const name of readdirSync(dir).filter((entry) => entry.startsWith(names.machinePrefix))) {
      rmSync(join(dir, name), { recursive: true, force: true });
    }
  }
  await removeTree(names.dir);
  await withLock(join(lockRoot, 'allocate.lock'), () => {
    if (allLabIds().length === 0) {
      restoreLimits();
      removeCgroup(cgroupRoot);
    }
    return Promise.resolve();
  });
  // Only a folder that this lab wrote: below `.lab` of its clone.
  if (state !== undefined && dirname(state.filesDir).endsWith('/.lab')) {
    rmSync(state.filesDir, { recursive: true, force: true });
  }
}

function readPidFile(file: string): ProcessId | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessId;
  } catch {
    return undefined;
  }
}

/** Ids of labs that left a folder but no readable state, as a crash in the first moment of `up` does. */
export function orphanIds(): readonly string[] {
  return allLabIds().filter((id) => readState(id) === undefined);
}
