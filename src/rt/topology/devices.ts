/** PCI devices and interrupts. Sources: Documentation/ABI/testing/sysfs-bus-pci, Documentation/core-api/irq/irq-affinity.rst. */
import type { MachineFiles } from './files.js';
import type { Interrupt, PciDevice } from './model.js';

export const pciFolder = '/sys/bus/pci/devices';

/**
 * The node of a device. -1 says that the firmware does not name it, which is not node 0; and a node that is not online cannot be meant.
 * Where the machine is one node, any number means that one.
 */
function nodeOf(files: MachineFiles, folder: string, nodes: readonly number[]): number | undefined {
  const node = files.number(`${folder}/numa_node`);
  if (node === undefined || node < 0) return undefined;
  if (nodes.length === 1) return nodes[0];
  return nodes.includes(node) ? node : undefined;
}

/** Devices by address. `nodes` are the ids of the machine's nodes. */
export function readDevices(files: MachineFiles, nodes: readonly number[]): readonly PciDevice[] {
  return files
    .children(pciFolder)
    .filter((name) => /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/.test(name))
    .sort()
    .flatMap((address) => {
      const folder = `${pciFolder}/${address}`;
      const [, code] = /^0x([0-9a-f]{6})$/.exec(files.text(`${folder}/class`) ?? '') ?? [];
      if (code === undefined) return [];
      files.source('devices', pciFolder);
      const node = nodeOf(files, folder, nodes);
      return [
        {
          address,
          class: Number.parseInt(code, 16),
          ...(node === undefined ? {} : { node }),
          interrupts: interruptNumbers(files.children(`${folder}/msi_irqs`)),
        },
      ];
    });
}

function interruptNumbers(names: readonly string[]): readonly number[] {
  return names
    .filter((name) => /^\d{1,9}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * Names of the handlers by number, from lines such as ` 24:  5  0  IR-PCI-MSI 524288-edge  nvme0q0`: as many counts as the header
 * names CPUs (online ones; thousands are possible), then the chip's name, the number and kind at the chip, and the handlers.
 */
function handlerNames(files: MachineFiles): ReadonlyMap<number, string> {
  const path = '/proc/interrupts';
  const names = new Map<number, string>();
  // The header alone begins with blanks, which `lines` trims away with the text's first ones.
  const [header = '', ...lines] = files.lines(path);
  const columns = (/^\s*\d+:/.test(header) ? '' : header)
    .split(/\s+/)
    .filter((word) => /^CPU\d+$/.test(word)).length;
  for (const line of /^\s*\d+:/.test(header) ? [header, ...lines] : lines) {
    const [, number, rest = ''] = /^\s*(\d{1,9}):\s*(.*)$/.exec(line) ?? [];
    if (number === undefined) continue;
    files.source('interrupts', path);
    names.set(Number(number), handlerOf(rest.split(/\s+/).slice(columns)));
  }
  return names;
}

/** After the chip's name: `524288-edge nvme0q0`, `1-edge i8042`, `30 Level arch_timer`, and older `-edge`. */
function handlerOf(words: readonly string[]): string {
  const [, number = '', ...rest] = words;
  const isOneWord = /-(?:edge|level|fasteoi)/i.test(number);
  return (isOneWord ? rest : rest.slice(1)).join(' ');
}

/** Interrupts ascending by number: those with a handler, and those that only /proc/irq lists. */
export function readInterrupts(files: MachineFiles): readonly Interrupt[] {
  const names = handlerNames(files);
  const numbers = new Set([...names.keys(), ...interruptNumbers(files.children('/proc/irq'))]);
  return [...numbers]
    .sort((a, b) => a - b)
    .map((number) => {
      const affinity = files.list(`/proc/irq/${number}/smp_affinity_list`);
      const effective = files.list(`/proc/irq/${number}/effective_affinity_list`);
      if (affinity !== undefined) files.source('affinity', '/proc/irq/*/smp_affinity_list');
      return {
        number,
        name: names.get(number) ?? '',
        ...(affinity === undefined ? {} : { affinity }),
        ...(effective === undefined ? {} : { effective }),
      };
    });
}
