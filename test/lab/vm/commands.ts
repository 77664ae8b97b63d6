// What the lab's command line does with virtual machines; see main.ts.
import { defaultMachine, type MachineOptions } from './options.js';
import { allVmLabIds, readVmState } from './state.js';
import { type VmHost, VmLab, vmRemains } from './vm-lab.js';

export const vmUsage = `  up --vm [NAME...]       bring virtual machines up (m1); the last line printed is the inventory's path
     [--boot bios|uefi|lvm] [--image stock|rt] [--cpus 2|4] [--threads 1|2] [--numa 1|2] [--memory MB]
     [--no-watchdog] [--fresh]   (--fresh: boot, instead of going on from a snapshot of a booted machine)
  power on|off|reset|cut NAME...   turn on, press the power or the reset button, pull the plug
  link down|up NAME...    pull a machine's network cable, and plug it in
  console NAME            all that a machine has said on its serial line`;

export interface VmValues {
  readonly name: string | undefined;
  readonly boot: string;
  readonly image: string;
  readonly cpus: string;
  readonly threads: string;
  readonly numa: string;
  readonly memory: string;
  readonly 'no-watchdog': boolean;
  readonly fresh: boolean;
  readonly group: readonly string[] | undefined;
}

export class VmUsageError extends Error {}

function oneOf<T extends string | number>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => String(value) === text);
  if (found === undefined) throw new VmUsageError(`${option}: '${text}' is none of ${allowed.join(', ')}`);
  return found;
}

function machineOptions(values: VmValues): MachineOptions {
  const memoryMb = Number(values.memory);
  if (!Number.isInteger(memoryMb) || memoryMb < 512 || memoryMb % 2 !== 0)
    throw new VmUsageError(`--memory: '${values.memory}' is not an even number of MiB from 512`);
  return {
    boot: oneOf('--boot', values.boot, ['bios', 'uefi', 'lvm']),
    image: oneOf('--image', values.image, ['stock', 'rt']),
    cpus: oneOf('--cpus', values.cpus, [2, 4]),
    threads: oneOf('--threads', values.threads, [1, 2]),
    numaNodes: oneOf('--numa', values.numa, [1, 2]),
    memoryMb,
    watchdog: !values['no-watchdog'],
  };
}

/** Defaults of the options, as texts. */
export const vmDefaults = {
  boot: defaultMachine.boot,
  image: defaultMachine.image,
  cpus: String(defaultMachine.cpus),
  threads: String(defaultMachine.threads),
  numa: String(defaultMachine.numaNodes),
  memory: String(defaultMachine.memoryMb),
} as const;

/** Labs of virtual machines are called `vm` when not named, so that the containers' `default` can be up beside. */
export function vmLabName(values: { readonly name: string | undefined }): string {
  return values.name ?? 'vm';
}

export async function vmUp(
  values: VmValues,
  names: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const name = vmLabName(values);
  const present = VmLab.open(name);
  if (present?.isStale() === false) {
    say(
      `the lab '${name}' is up already with ${present.machines.map((m) => m.name).join(', ')}; nothing was changed`,
    );
    say(present.inventoryPath);
    return;
  }
  const begin = Date.now();
  const lab = await VmLab.up({
    ...machineOptions(values),
    name,
    ...(names.length === 0 ? {} : { names }),
    ...(values.group === undefined ? {} : { groups: values.group }),
    fresh: values.fresh,
    keep: true,
    say,
  });
  say(`${lab.machines.length} machine(s) in ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  say(lab.inventoryPath);
}

/** A machine by its name, of the named lab or of `vm`. */
export function findMachine(
  values: { readonly name: string | undefined },
  machine: string,
): VmHost | undefined {
  return VmLab.open(vmLabName(values))?.machines.find(({ name }) => name === machine);
}

function machines(values: VmValues, names: readonly string[]): readonly VmHost[] {
  if (names.length === 0) throw new VmUsageError('which machine?');
  return names.map((name) => {
    const found = findMachine(values, name);
    if (found === undefined)
      throw new VmUsageError(`the lab '${vmLabName(values)}' has no machine '${name}'`);
    return found;
  });
}

export async function vmPower(
  values: VmValues,
  what: string | undefined,
  names: readonly string[],
): Promise<void> {
  const action = oneOf('power', what ?? '', ['on', 'off', 'reset', 'cut']);
  for (const machine of machines(values, names)) {
    switch (action) {
      case 'on':
        await machine.start();
        break;
      case 'off':
        await machine.powerOff();
        break;
      case 'reset':
        await machine.hardReset();
        break;
      case 'cut':
        await machine.powerCut();
        break;
    }
  }
}

export async function vmLink(
  values: VmValues,
  what: string | undefined,
  names: readonly string[],
): Promise<void> {
  const action = oneOf('link', what ?? '', ['down', 'up']);
  for (const machine of machines(values, names))
    await (action === 'down' ? machine.linkDown() : machine.linkUp());
}

export function vmConsole(values: VmValues, name: string | undefined, write: (text: string) => void): void {
  for (const machine of machines(values, name === undefined ? [] : [name])) write(machine.serialLog());
}

/** Prints labs of virtual machines and what is on of them. */
export function printVmStatus(labs: readonly VmLab[], say: (line: string) => void): void {
  for (const lab of labs) {
    const { boot, image, cpus, threads, numaNodes, memoryMb } = lab.state.options;
    say(
      `lab '${lab.name}' (${lab.id}) of ${lab.state.clone}: ${boot}, image ${image}, ${cpus} CPUs, ` +
        `${threads} thread(s) a core, ${numaNodes} node(s), ${memoryMb} MiB`,
    );
    for (const machine of lab.machines) {
      const power = machine.isRunning() ? 'on' : 'off';
      say(`${machine.name.padEnd(8)} ${power.padEnd(4)} ${machine.address}:${machine.port}`);
    }
    say(lab.isStale() ? `remains of an interrupted up: ${vmRemains(lab.id).join(', ')}` : lab.inventoryPath);
  }
}

/** Takes the named lab down; whether there was one. */
export async function vmDown(values: { readonly name: string | undefined }): Promise<boolean> {
  const name = vmLabName(values);
  const lab = VmLab.open(name);
  await VmLab.removeNamed(name);
  return lab !== undefined;
}

export async function vmDownAll(say: (line: string) => void): Promise<void> {
  for (const id of allVmLabIds()) {
    const state = readVmState(id);
    await VmLab.remove(id);
    say(
      state === undefined
        ? `the remains of lab ${id} are gone`
        : `the lab '${state.name}' of ${state.clone} is down`,
    );
  }
}
