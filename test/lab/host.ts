import { existsSync, readFileSync } from 'node:fs';
import { insideHost, killHost, leaderOf, startHost, wipeHost } from './container.js';
import { type Fingerprint, fingerprint } from './fingerprint.js';
import type { Image } from './image.js';
import { endpoint, labFiles } from './inventory.js';
import { hostAddress, hostNames, labNames } from './names.js';
import { attempt, type Finished, waitFor } from './process.js';
import { tellProxy } from './proxy.js';
import type { ProxyStats } from './proxy-protocol.js';
import type { HostState, LabState, LabUser } from './state.js';
import { patiently } from '../support/patience.js';

/** The delaying line before a host's sshd. Each call answers with the counters as they then are. */
export interface ProxyControl {
  /** Freezes both directions; connections stay open and new ones hang. */
  readonly stall: () => Promise<ProxyStats>;
  readonly resume: () => Promise<ProxyStats>;
  /** Resets all open connections; new ones are let through. */
  readonly cut: () => Promise<ProxyStats>;
  readonly rtt: (ms: number) => Promise<ProxyStats>;
  readonly stats: () => Promise<ProxyStats>;
  readonly resetStats: () => Promise<ProxyStats>;
}

export interface SshOptions {
  readonly user?: LabUser;
  readonly input?: string;
  readonly timeoutMs?: number;
}

function proxyControl(id: string, host: string): ProxyControl {
  const tell = (what: 'stall' | 'resume' | 'cut' | 'stats' | 'reset-stats') => () =>
    tellProxy(id, { do: what, host });
  return {
    stall: tell('stall'),
    resume: tell('resume'),
    cut: tell('cut'),
    stats: tell('stats'),
    resetStats: tell('reset-stats'),
    rtt: (ms) => tellProxy(id, { do: 'rtt', host, rttMs: ms }),
  };
}

/** One container host of a lab. */
export class LabHost {
  readonly name: string;
  /** Where a client reaches sshd: the proxy when the lab has one. */
  readonly address: string;
  readonly port: number;
  /** The host's own address, past the proxy; its sshd listens on port 22. */
  readonly directAddress: string;
  /** The host's changes to the image, as overlayfs keeps them. */
  readonly upperDir: string;
  /** The host's root as it is seen from the machine: read it; write to it only while the host is off. */
  readonly rootDir: string;
  /** The root of an untouched host. */
  readonly baseDir: string;
  /** Undefined in a lab without proxies. */
  readonly proxy: ProxyControl | undefined;
  readonly #state: LabState;
  readonly #image: Image;
  readonly #entry: HostState;

  constructor(state: LabState, image: Image, entry: HostState) {
    const names = hostNames(state.id, entry.name, entry.index);
    const { address, port } = endpoint(state, entry);
    this.#state = state;
    this.#image = image;
    this.#entry = entry;
    this.name = entry.name;
    this.address = address;
    this.port = port;
    this.directAddress = hostAddress(state.subnet, entry.index);
    this.upperDir = names.upperDir;
    this.rootDir = names.rootDir;
    this.baseDir = state.layer !== undefined ? labNames(state.id).baseMount : image.rootfs;
    this.proxy = state.proxy ? proxyControl(state.id, entry.name) : undefined;
  }

  get #names() {
    return hostNames(this.#state.id, this.#entry.name, this.#entry.index);
  }

  /** The host's PID 1 in the machine's count; undefined when the host is off. */
  leader(): number | undefined {
    return leaderOf(this.#names);
  }

  isRunning(): boolean {
    return this.leader() !== undefined;
  }

  /** Differs after every boot. */
  bootId(): string | undefined {
    const leader = this.leader();
    if (leader === undefined) return undefined;
    const file = `/proc/${leader}/root/proc/sys/kernel/random/boot_id`;
    try {
      return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
    } catch {
      return undefined;
    }
  }

  /** Kills all processes of the host at once. What it had written stays, for the page cache is the machine's. */
  async powerCut(): Promise<void> {
    await killHost(this.#names);
  }

  /** Boots a host that is off; returns when it has booted. Does nothing to one that runs. */
  async start(): Promise<void> {
    await startHost(this.#state, this.#image, this.#entry);
  }

  /** Makes the host as it was after `up`: same address and keys, all else fresh. Its proxy stays as it is set. */
  async reset(): Promise<void> {
    await wipeHost(this.#names);
    await this.start();
  }

  /** Reboots in order through the host's own systemd, and waits until it has booted again. */
  async reboot(): Promise<void> {
    const before = this.bootId();
    await this.inside(['systemctl', 'reboot']);
    await this.waitReboot(before);
  }

  /** Waits until the host runs with another boot id than the given one. */
  async waitReboot(before: string | undefined, timeoutMs = patiently(60_000)): Promise<void> {
    await waitFor(`${this.name}: rebooting`, timeoutMs, () => {
      const now = this.bootId();
      return now !== undefined && now !== before ? true : undefined;
    });
    await this.start();
  }

  /** Runs a shell command through OpenSSH with the lab's key, as any client would. */
  async ssh(command: string, options: SshOptions = {}): Promise<Finished> {
    const user = options.user ?? this.#state.user;
    return attempt(
      'ssh',
      ['-F', labFiles(this.#state).sshConfig, '-o', 'BatchMode=yes', '-l', user, this.name, command],
      {
        ...(options.input === undefined ? {} : { input: options.input }),
        ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      },
    );
  }

  /** Runs a command as root in the host past its sshd: for a look from outside, also while its network is cut. */
  async inside(argv: readonly string[], input?: string): Promise<Finished> {
    return insideHost(this.#names, argv, input);
  }

  /** What the host is made of at this moment, as far as it differs from the image; see fingerprint.ts. */
  async fingerprint(): Promise<Fingerprint> {
    return fingerprint(this);
  }
}
