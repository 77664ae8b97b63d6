/** Where vCPUs are pinned: on isolated CPUs, each its own, on one node and one class of cores. libvirt accepts all the faults. */
import { formatCpuList, intersectCpus, subtractCpus } from '../../cpus/cpu-list.js';
import { counted, cpusText, listed, ofGuest, planError, planNote, planWarning } from '../diagnostics.js';
import { ownVcpus, spreadNodes } from '../guests/demand.js';
import { deviceNode, nearestWithCpus, pciAddress } from '../guests/node-rule.js';
import { coresWith } from '../machine.js';
import type { GuestRequest, PlacedGuest, PlanDiagnostic } from '../model.js';
import { placedWith, type Judged } from './judged.js';

function ownPins(placed: PlacedGuest): readonly number[] {
  return placed.vcpus.filter(({ shared }) => !shared).flatMap(({ cpus }) => cpus);
}

/** A guest alone: whether it has enough vCPUs, and a pin for each. */
export function countFaults(guests: readonly GuestRequest[]): readonly PlanDiagnostic[] {
  return guests.flatMap((guest) => {
    const { name, vcpus, pins } = guest;
    const origin = ofGuest(name, 'vcpus');
    const total = vcpus.rt + vcpus.housekeeping;
    const least = vcpus.placement === 'shared' ? 1 : 2;
    const faults: PlanDiagnostic[] = [];
    if (total < least) {
      const message = `${name} has ${counted(total, 'vCPU')}: it needs at least ${least}`;
      const hint =
        'Its kernel needs a vCPU for housekeeping beside the one for real-time work: give it one more, or write vcpus.placement: shared.';
      faults.push(planError('PIN_COUNT', origin, { message, hint }));
    }
    const own = ownVcpus(guest);
    if (pins !== undefined && pins.length !== own) {
      const message = `${name} has ${counted(own, 'vCPU')} with a CPU of its own, and pins has ${counted(pins.length, 'entry', 'entries')}`;
      const hint = 'Write one CPU for each such vCPU, or remove pins.';
      faults.push(planError('PIN_COUNT', ofGuest(name, 'pins'), { message, hint }));
    }
    return faults;
  });
}

function isolationFaults({ plan }: Judged, placed: PlacedGuest): readonly PlanDiagnostic[] {
  const outside = subtractCpus(
    [...ownPins(placed)].sort((a, b) => a - b),
    plan.isolated,
  );
  if (outside.length === 0) return [];
  const message = `${placed.name} is pinned to ${cpusText(outside)}, not isolated; isolated are ${formatCpuList(plan.isolated)}`;
  const hint = 'Choose isolated CPUs in pins, or remove pins.';
  return [planError('PIN_NOT_ISO', ofGuest(placed.name, 'pins'), { message, hint })];
}

interface Owner {
  readonly name: string;
  readonly kind: 'guest' | 'reservation' | 'foreign';
  /** Whether the inventory has its `pins`: that is the line to change. */
  readonly pinned: boolean;
  readonly threads: 1 | 2;
  /** One entry for each vCPU. */
  readonly cpus: readonly number[];
}

function ownersOf({ plan, request }: Judged): readonly Owner[] {
  const pinned = new Set(request.guests.filter(({ pins }) => pins !== undefined).map(({ name }) => name));
  return [
    ...plan.guests.map((placed): Owner => ({
      name: placed.name,
      kind: 'guest',
      pinned: pinned.has(placed.name),
      threads: placed.threads,
      cpus: ownPins(placed),
    })),
    ...plan.reservations.map(({ name, cpus }): Owner => ({
      name,
      kind: 'reservation',
      pinned: false,
      threads: 1,
      cpus,
    })),
    ...plan.foreign.map(({ domain, cpus }): Owner => ({
      name: domain,
      kind: 'foreign',
      pinned: false,
      threads: 2,
      // Ordinary guests may share housekeeping CPUs.
      cpus: intersectCpus(cpus, plan.isolated),
    })),
  ];
}

/** The guest whose place is to change: one with `pins`, else the first. */
function guestToChange(owners: readonly Owner[]): string | undefined {
  const guests = owners.filter(({ kind }) => kind === 'guest');
  return (guests.find(({ pinned }) => pinned) ?? guests[0])?.name;
}

function twiceFault(first: Owner, second: Owner, cpus: readonly number[]): PlanDiagnostic {
  const names = first === second ? `${first.name} twice` : `${first.name} and ${second.name}`;
  const message = `${cpusText(cpus)} ${cpus.length === 1 ? 'is' : 'are'} pinned for ${names}`;
  const ours = guestToChange([first, second]);
  const foreign = [first, second].find(({ kind }) => kind === 'foreign');
  const origin = ours === undefined ? ['host'] : ofGuest(ours, 'pins');
  const hint =
    foreign === undefined
      ? 'Give each vCPU a CPU of its own, or remove pins.'
      : `Change the pins of the domain ${foreign.name}, which is not in the inventory, or use --replan.`;
  const words = { message, hint };
  return ours === undefined ? planWarning('PIN_TWICE', origin, words) : planError('PIN_TWICE', origin, words);
}

/** For each CPU those that are pinned to it. */
function users(all: readonly Owner[]): ReadonlyMap<number, readonly Owner[]> {
  const found = new Map<number, Owner[]>();
  for (const owner of all) {
    for (const cpu of new Set(owner.cpus)) found.set(cpu, [...(found.get(cpu) ?? []), owner]);
  }
  return found;
}

/** All vCPUs of the host, whether their guests run or not: libvirt accepts two on one CPU. */
function sharedCpus(all: readonly Owner[]): readonly PlanDiagnostic[] {
  const twice = all.flatMap((owner) => {
    const repeated = owner.cpus.filter((cpu, index) => owner.cpus.indexOf(cpu) !== index);
    return repeated.length > 0
      ? [
          twiceFault(
            owner,
            owner,
            [...new Set(repeated)].sort((a, b) => a - b),
          ),
        ]
      : [];
  });
  const crowded = new Set([...users(all).values()].filter(({ length }) => length > 1).flat());
  const sharing = all.filter((owner) => crowded.has(owner));
  const pairs = sharing.flatMap((first, index) =>
    sharing.slice(index + 1).flatMap((second) => {
      const common = intersectCpus(
        [...new Set(first.cpus)].sort((a, b) => a - b),
        second.cpus,
      );
      return common.length > 0 ? [twiceFault(first, second, common)] : [];
    }),
  );
  return [...twice, ...pairs];
}

/** Cores with vCPUs of two users, or with two of one guest that knows of no siblings. */
function sharedCores(judged: Judged, all: readonly Owner[]): readonly PlanDiagnostic[] {
  const byCpu = users(all);
  return judged.machine.cores.flatMap(({ cpus }) => {
    const used = cpus.filter((cpu) => byCpu.has(cpu));
    if (used.length < 2) return [];
    const here = new Set(used.flatMap((cpu) => byCpu.get(cpu) ?? []));
    const owners = all.filter((owner) => here.has(owner));
    if (owners.every(({ kind }) => kind === 'foreign')) return [];
    const alone = owners.length === 1;
    if (alone && owners[0]?.threads === 2) return [];
    const names = listed(owners.map(({ name }) => name));
    const message = `${cpusText(used)} are threads of one core and pinned for ${alone ? `two vCPUs of ${names}` : names}`;
    const hint = alone
      ? 'Write threads: 2, so that the guest knows of its siblings, or pin to one thread of each core.'
      : 'Give each guest whole cores.';
    const guest = guestToChange(owners);
    const origin = guest === undefined ? ['host', 'rt_reservations'] : ofGuest(guest, 'pins');
    return [planError('PIN_SIBLING', origin, { message, hint })];
  });
}

function nodeFaults(placed: PlacedGuest, guest: GuestRequest): readonly PlanDiagnostic[] {
  const allowed = spreadNodes(guest)?.length ?? 1;
  if (placed.nodes.length <= allowed) return [];
  const nodes = listed(placed.nodes.map(String));
  const message = `${placed.name} is pinned to CPUs of ${counted(placed.nodes.length, 'node')}: ${nodes}`;
  const hint = `Pin it to CPUs of one node, or write node: [${placed.nodes.join(', ')}], which gives it memory on each.`;
  const origin = ofGuest(placed.name, guest.pins === undefined ? 'node' : 'pins');
  return [planError('PIN_NODES', origin, { message, hint })];
}

function deviceFaults(judged: Judged, placed: PlacedGuest, guest: GuestRequest): readonly PlanDiagnostic[] {
  return guest.devices.flatMap((text, index): readonly PlanDiagnostic[] => {
    const address = pciAddress(text);
    if (address === undefined) return [];
    const origin = ofGuest(guest.name, 'devices', index);
    const node = deviceNode(judged.machine, address);
    if (node === 'absent') {
      const message = `${guest.name} is to get ${text}, but the machine has no such PCI device`;
      return [
        planError('PIN_NODES', origin, { message, hint: 'Write the address as `lspci -D` prints it.' }),
      ];
    }
    if (node === undefined) {
      const message = `the kernel does not know the node of ${text} for ${guest.name}, on node ${listed(placed.nodes.map(String))}`;
      const hint =
        'Look at the board: the slot may belong to another package. With that in mind, nothing has to be done.';
      return [planNote('PIN_NODES', origin, { message, hint })];
    }
    if (placed.nodes.length === 0 || placed.nodes.includes(nearestWithCpus(judged.machine, node) ?? node))
      return [];
    const message = `${guest.name} is on node ${listed(placed.nodes.map(String))}, and its device ${text} on node ${node}`;
    const hint = `Write node: ${node}, or put the card into a slot of the guest's node.`;
    return [planError('PIN_NODES', origin, { message, hint })];
  });
}

function classFaults(judged: Judged, placed: PlacedGuest): readonly PlanDiagnostic[] {
  const cores = coresWith(
    judged.machine,
    [...ownPins(placed)].sort((a, b) => a - b),
  );
  const classes = [...new Set(cores.map(({ coreClass }) => coreClass))].sort((a, b) => a - b);
  if (classes.length < 2) return [];
  const parts = classes.map((one) => {
    const count = cores.filter(({ coreClass }) => coreClass === one).length;
    return `${count} of the ${judged.machine.classNames[one] ?? ''}`;
  });
  const message = `${placed.name} is pinned to unlike cores: ${listed(parts)}`;
  const hint = "Pin it to cores of one class: a guest's scheduler takes all its vCPUs for equal.";
  return [planError('PIN_CLASS', ofGuest(placed.name, 'pins'), { message, hint })];
}

function emulatorFaults({ plan }: Judged): readonly PlanDiagnostic[] {
  const ours = plan.guests.flatMap(({ name, emulator }) => {
    const outside = subtractCpus(emulator, plan.housekeeping);
    if (outside.length === 0) return [];
    const message = `the emulator, I/O and vhost threads of ${name} may run on ${cpusText(outside)}, not housekeeping; housekeeping are ${formatCpuList(plan.housekeeping)}`;
    const hint =
      'Choose housekeeping CPUs: beside a real-time vCPU of one CPU they starve, and the guest never boots.';
    return [planError('EMU_ON_ISO', ofGuest(name, 'emulator'), { message, hint })];
  });
  const theirs = plan.foreign.flatMap(({ domain, emulator = [] }) => {
    const outside = intersectCpus(emulator, plan.isolated);
    if (outside.length === 0) return [];
    const message = `emulator threads of the domain ${domain}, which is not in the inventory, may run on the isolated ${cpusText(outside)}`;
    const hint = `Pin them: virsh emulatorpin ${domain} ${formatCpuList(plan.housekeeping)}`;
    return [planWarning('EMU_ON_ISO', ['host'], { message, hint })];
  });
  return [...ours, ...theirs];
}

export function pinFaults(judged: Judged): readonly PlanDiagnostic[] {
  const all = ownersOf(judged);
  const each = placedWith(judged).flatMap(([placed, guest]) => [
    ...isolationFaults(judged, placed),
    ...nodeFaults(placed, guest),
    ...deviceFaults(judged, placed, guest),
    ...classFaults(judged, placed),
  ]);
  return [...each, ...sharedCpus(all), ...sharedCores(judged, all), ...emulatorFaults(judged)];
}
