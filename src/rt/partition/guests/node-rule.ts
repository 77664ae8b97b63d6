/** Which nodes a guest may be on: by its wish, else by its devices. */
import { counted, listed, ofGuest, planError, planNote } from '../diagnostics.js';
import { hasCpus, nodesByDistance, type Machine } from '../machine.js';
import type { GuestRequest, PlanDiagnostic } from '../model.js';
import type { Claim, NodeRule } from './claim.js';
import { ownVcpus, spreadNodes } from './demand.js';

export interface Ruled {
  /** Undefined: the wish cannot be met on this machine, as the diagnostics say. */
  readonly rule: NodeRule | undefined;
  readonly diagnostics: readonly PlanDiagnostic[];
}

/** `3b:00.0` and `0000:3b:00.0` as sysfs names the device; undefined for text that is not a PCI address. */
export function pciAddress(text: string): string | undefined {
  const [, domain, rest] = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i.exec(text) ?? [];
  return rest === undefined ? undefined : `${domain ?? '0000'}:${rest}`.toLowerCase();
}

/** The node of a PCI device, and of its CPUs: 'absent' is no such device, undefined is a device whose node is not known. */
export function deviceNode(machine: Machine, address: string): number | undefined | 'absent' {
  const device = machine.topology.devices.find((one) => one.address.toLowerCase() === address);
  return device === undefined ? 'absent' : device.node;
}

/** Nodes with CPUs that a claim may be on, ascending. */
export function allowedNodes(machine: Machine, { rule }: Claim): readonly number[] {
  return machine.nodes
    .map(({ id }) => id)
    .filter((id) => (rule.kind === 'any' ? hasCpus(machine, id) : rule.nodes.includes(id)));
}

/** The node itself, or the nearest that has CPUs. */
export function nearestWithCpus(machine: Machine, node: number): number | undefined {
  return nodesByDistance(machine, node).find(({ id }) => hasCpus(machine, id))?.id;
}

function nodesText(machine: Machine): string {
  const withCpus = machine.nodes.filter(({ id }) => hasCpus(machine, id)).map(({ id }) => String(id));
  return withCpus.length === 1
    ? `only node ${withCpus.join()} has CPUs`
    : `CPUs are on the nodes ${listed(withCpus)}`;
}

function refused(guest: GuestRequest, message: string, hint: string): Ruled {
  const diagnostic = planError('PIN_NODES', ofGuest(guest.name, 'node'), { message, hint });
  return { rule: undefined, diagnostics: [diagnostic] };
}

function near(machine: Machine, guest: GuestRequest, text: string): Ruled {
  const address = pciAddress(text);
  const node = address === undefined ? 'absent' : deviceNode(machine, address);
  if (node === 'absent') {
    const message = `${guest.name} wants to be near ${text}, but the machine has no such PCI device`;
    return refused(guest, message, 'Write the address as `lspci -D` prints it, such as 0000:3b:00.0.');
  }
  const found = node === undefined ? undefined : nearestWithCpus(machine, node);
  if (found !== undefined) return { rule: { kind: 'one', nodes: [found] }, diagnostics: [] };
  const message = `the kernel does not know the node of ${text}, so ${guest.name} may be on any node`;
  const hint = 'Write node: N if you know which node the slot belongs to.';
  const note = planNote('PIN_NODES', ofGuest(guest.name, 'node'), { message, hint });
  return { rule: { kind: 'any' }, diagnostics: [note] };
}

/** Without a wish a guest goes where its devices are, if all that are known are on one node. */
function byDevices(machine: Machine, guest: GuestRequest): NodeRule {
  const nodes = guest.devices.flatMap((text) => {
    const address = pciAddress(text);
    const node = address === undefined ? undefined : deviceNode(machine, address);
    return typeof node === 'number' ? (nearestWithCpus(machine, node) ?? []) : [];
  });
  const [node, ...others] = new Set(nodes);
  return node === undefined || others.length > 0 ? { kind: 'any' } : { kind: 'one', nodes: [node] };
}

function spread(guest: GuestRequest, nodes: readonly number[]): Ruled {
  const own = ownVcpus(guest);
  const unit = nodes.length * guest.threads;
  if (own % unit === 0) return { rule: { kind: 'each', nodes }, diagnostics: [] };
  const cores = guest.threads === 2 ? ' of whole cores' : '';
  const message = `${guest.name} has ${counted(own, 'vCPU')} with a CPU of its own, which cannot be split into ${nodes.length} equal parts${cores}`;
  return refused(guest, message, `Give it a multiple of ${unit} vCPUs, or fewer nodes.`);
}

export function nodeRule(machine: Machine, guest: GuestRequest): Ruled {
  const { node } = guest;
  if (node.kind === 'auto') return { rule: byDevices(machine, guest), diagnostics: [] };
  if (node.kind === 'near') return near(machine, guest, node.device);
  const nodes = spreadNodes(guest) ?? (node.kind === 'node' ? [node.node] : node.nodes.slice(0, 1));
  const missing = nodes.filter((id) => !hasCpus(machine, id));
  if (missing.length > 0) {
    const message = `${guest.name} wants node ${listed(missing.map(String))}, but ${nodesText(machine)}`;
    return refused(guest, message, 'Change node, or leave it out.');
  }
  if (nodes.length > 1) return spread(guest, nodes);
  return { rule: nodes.length === 0 ? { kind: 'any' } : { kind: 'one', nodes }, diagnostics: [] };
}
