/** Which CPUs guests have now: from the threads of their processes, and from the domains that libvirt knows. */
import type { FoundDomain, GuestProcess, TopologyState } from '../../resources/topology/state.js';
import {
  CpuListFault,
  equalCpus,
  intersectCpus,
  parseCpuList,
  unionCpus,
  type CpuSet,
} from '../cpus/cpu-list.js';
import type { FoundPins } from '../partition/model.js';

/** Threads of vCPUs, under KVM and under emulation (QEMU's accel/kvm/kvm-accel-ops.c and accel/tcg/tcg-accel-ops-mttcg.c). */
const vcpuThread = /^CPU \d+\/(?:KVM|TCG)$/;

/** A list that cannot be read pins nothing. `^N` of libvirt removes CPUs again. */
function listed(text: string): CpuSet {
  const parts = text.split(',');
  const read = (words: readonly string[]): CpuSet => {
    const cpus = parseCpuList(words.join(','));
    return cpus instanceof CpuListFault ? [] : cpus;
  };
  const without = new Set(read(parts.filter((part) => part.startsWith('^')).map((part) => part.slice(1))));
  return read(parts.filter((part) => !part.startsWith('^'))).filter((cpu) => !without.has(cpu));
}

/** Threads that may run on every online CPU are not pinned. */
function pinned(lists: readonly string[], online: CpuSet): CpuSet {
  const sets = lists.map((list) => intersectCpus(listed(list), online));
  return unionCpus(...sets.filter((cpus) => !equalCpus(cpus, online)));
}

function ofProcess({ name, pid, threads }: GuestProcess, online: CpuSet): FoundPins {
  const [vcpus, others] = [true, false].map((isVcpu) =>
    pinned(
      threads.filter(({ comm }) => vcpuThread.test(comm) === isVcpu).map(({ allowed }) => allowed),
      online,
    ),
  );
  return {
    domain: name === '' ? `process ${pid}` : name,
    running: true,
    cpus: vcpus ?? [],
    ...(others === undefined || others.length === 0 ? {} : { emulator: others }),
  };
}

function ofDomain(
  { name, running, vcpuPins, emulatorPins, cachetune }: FoundDomain,
  online: CpuSet,
): FoundPins {
  const emulator = pinned(emulatorPins, online);
  return {
    domain: name,
    running,
    cpus: pinned(vcpuPins, online),
    ...(emulator.length === 0 ? {} : { emulator }),
    ...(cachetune ? { cachetune } : {}),
  };
}

function joined(a: FoundPins, b: FoundPins): FoundPins {
  const emulator = unionCpus(a.emulator ?? [], b.emulator ?? []);
  return {
    domain: a.domain,
    running: a.running || b.running,
    cpus: unionCpus(a.cpus, b.cpus),
    ...(emulator.length === 0 ? {} : { emulator }),
    ...(a.cachetune === true || b.cachetune === true ? { cachetune: true } : {}),
  };
}

/** One for each domain and each QEMU process without one, by name. Without pins `cpus` is empty. `online`: the machine's online CPUs. */
export function foundPins({ guests, domains }: TopologyState, online: CpuSet): readonly FoundPins[] {
  const byName = new Map<string, FoundPins>();
  const all = [
    ...domains.map((domain) => ofDomain(domain, online)),
    ...guests.map((guest) => ofProcess(guest, online)),
  ];
  for (const pins of all) {
    const known = byName.get(pins.domain);
    byName.set(pins.domain, known === undefined ? pins : joined(known, pins));
  }
  return [...byName.values()].sort((a, b) => (a.domain < b.domain ? -1 : 1));
}
