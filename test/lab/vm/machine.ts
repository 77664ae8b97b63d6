import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { Fingerprint } from '../fingerprint.js';
import { type Finished, waitFor } from '../process.js';
import { vmFingerprint } from './fingerprint.js';
import type { VmImage } from './image.js';
import { machineNames, type MachineNames } from './names.js';
import type { MachineOptions } from './options.js';
import { killQemu, makeOverlay, qemuOf, startQemu } from './qemu.js';
import { qmp } from './qmp.js';
import { type Access, greets, ssh, sshMust, type SshOptions, waitSsh } from './ssh.js';
import type { Snapshot } from './warm.js';

/** Long, because a boot shares the machine's processors with whatever else runs on it. */
export const bootTimeoutMs = 420_000;

/** One virtual machine of a lab. */
export class VmHost {
  readonly name: string;
  readonly address = '127.0.0.1';
  readonly port: number;
  readonly options: MachineOptions;
  readonly image: VmImage;
  readonly access: Access;
  readonly names: MachineNames;
  readonly #snapshot: Snapshot | undefined;

  constructor(
    name: string,
    dir: string,
    options: MachineOptions,
    image: VmImage,
    access: Access,
    snapshot: Snapshot | undefined,
  ) {
    this.name = name;
    this.port = access.port;
    this.options = options;
    this.image = image;
    this.access = access;
    this.names = machineNames(dir);
    this.#snapshot = snapshot;
  }

  isRunning(): boolean {
    return qemuOf(this.names) !== undefined;
  }

  /** What the machine has said on its serial line since `up`: kernels, systemd, panics; of all its boots. */
  serialLog(): string {
    return existsSync(this.names.serial) ? readFileSync(this.names.serial, 'utf8') : '';
  }

  /** Runs a shell command through OpenSSH with the lab's key, as any client would. */
  ssh(command: string, options: SshOptions = {}): Promise<Finished> {
    return ssh(this.access, command, options);
  }

  /** As `ssh`, as root: a command that must succeed: returns what it said. */
  must(command: string): Promise<string> {
    return sshMust(this.access, command);
  }

  bootId(): Promise<string> {
    return this.must('cat /proc/sys/kernel/random/boot_id');
  }

  /** `uname -r` of the kernel that runs. */
  kernel(): Promise<string> {
    return this.must('uname -r');
  }

  /** Whether sshd greets. That costs the machine nothing, and a login costs it seconds of its boot. */
  answers(): Promise<boolean> {
    return greets(this.port);
  }

  /** Waits until a login works, and returns the boot's id. */
  waitSsh(timeoutMs = bootTimeoutMs): Promise<string> {
    return this.#named(waitSsh(this.access, timeoutMs, () => this.isRunning()));
  }

  /** Waits until a login works on a boot with another id than `before`, and returns that id. */
  waitReboot(before: string, timeoutMs = bootTimeoutMs): Promise<string> {
    return this.#named(waitSsh(this.access, timeoutMs, () => this.isRunning(), before));
  }

  /** Waits until systemd has nothing left to start. */
  async waitBooted(timeoutMs = bootTimeoutMs): Promise<void> {
    await this.waitSsh(timeoutMs);
    // "degraded", a failed unit, is booted as well.
    await this.ssh('systemctl is-system-running --wait', { timeoutMs });
  }

  /** Reboots in order, through the machine's systemd and GRUB, and waits until it has booted again. */
  async reboot(timeoutMs = bootTimeoutMs): Promise<void> {
    const before = await this.bootId();
    await this.ssh('systemctl reboot');
    await this.waitReboot(before, timeoutMs);
    await this.waitBooted(timeoutMs);
  }

  /** Gives the machine a disk of its own on the image, or on the snapshot that it goes on from. */
  async prepare(): Promise<void> {
    mkdirSync(this.names.dir, { recursive: true });
    const from = this.#snapshot;
    if (from === undefined) await makeOverlay(this.image.disk, 'raw', this.names.disk);
    else await makeOverlay(from.disk, 'qcow2', this.names.disk);
    if (this.options.boot === 'uefi') copyFileSync(from?.efiVars ?? this.image.efiVars, this.names.efiVars);
  }

  /** Makes the machine as it is after `up`: from its snapshot, else by a boot; what it had before is lost. */
  async reset(): Promise<void> {
    await killQemu(this.names);
    await this.prepare();
    await this.#start(this.#snapshot?.state);
    await this.waitBooted();
    await this.#personalize();
  }

  /** Turns the machine on without waiting for its boot. */
  async powerOn(): Promise<void> {
    if (!this.isRunning()) await this.#start(undefined);
  }

  #start(state: string | undefined): Promise<void> {
    const more = state === undefined ? {} : { state };
    return startQemu(this.names, this.options, this.image.parts, { port: this.port, ...more });
  }

  /** Boots a machine that is off from its disk; returns when it has booted. */
  async start(timeoutMs = bootTimeoutMs): Promise<void> {
    await this.powerOn();
    await this.waitBooted(timeoutMs);
  }

  /**
   * Removes the power: QEMU is killed. What the guest has flushed to its disk stays; what it had only in its own memory
   * is lost.
   */
  async powerCut(): Promise<void> {
    await killQemu(this.names);
  }

  /** Presses the power button, and waits until the machine has shut down by itself. */
  async powerOff(timeoutMs = 180_000): Promise<void> {
    if (!this.isRunning()) return;
    await this.#monitor('system_powerdown');
    await waitFor(`${this.name}: shutting down`, timeoutMs, () => (this.isRunning() ? undefined : true));
    rmSync(this.names.qmp, { force: true });
  }

  /** Presses the reset button: no shutdown; the machine starts again at once. */
  async hardReset(): Promise<void> {
    await this.#monitor('system_reset');
  }

  /** Pulls the network cable. */
  async linkDown(): Promise<void> {
    await this.#monitor('set_link', { name: 'nic0', up: false });
  }

  async linkUp(): Promise<void> {
    await this.#monitor('set_link', { name: 'nic0', up: true });
  }

  /** Pauses, with all its processors, while `look` runs. */
  async paused<T>(look: () => Promise<T>): Promise<T> {
    if (!this.isRunning()) return look();
    await this.#monitor('stop');
    try {
      return await look();
    } finally {
      await this.#monitor('cont');
    }
  }

  /** Makes a restored or freshly booted machine this one: its name, and the time of now. */
  async #personalize(): Promise<void> {
    const now = (Date.now() / 1000).toFixed(3);
    await this.must(
      `date -u -s @${now} >/dev/null; echo ${this.name} > /etc/hostname; hostname ${this.name}; sed -i 's/ machine$/ ${this.name}/' /etc/hosts`,
    );
  }

  /** What the machine is made of at this moment; see fingerprint.ts. It pauses for a second or two meanwhile. */
  fingerprint(): Promise<Fingerprint> {
    return vmFingerprint(this);
  }

  #monitor(command: string, args: object = {}): Promise<unknown> {
    if (!this.isRunning()) return Promise.reject(new Error(`${this.name} is off`));
    return qmp(this.names.qmp, command, args);
  }

  /** Adds to a failed wait what the machine last said. */
  #named<T>(wait: Promise<T>): Promise<T> {
    return wait.catch((error: unknown) => {
      const tail = this.serialLog().split('\n').slice(-25).join('\n');
      const text = error instanceof Error ? error.message : String(error);
      throw new Error(`${this.name}: ${text}; its serial line ended with:\n${tail}`, { cause: error });
    });
  }
}
