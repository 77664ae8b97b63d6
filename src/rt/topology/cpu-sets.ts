/**
 * Which CPUs there are, which run, and which run isolated.
 * Sources: Documentation/admin-guide/cputopology.rst, Documentation/ABI/testing/sysfs-devices-system-cpu (smt, isolated, nohz_full).
 */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { cpuSet, subtractCpus, unionCpus, type CpuSet } from '../cpus/cpu-list.js';
import { highestCpu, type MachineFiles } from './files.js';
import type { Topology } from './model.js';

export const cpuFolder = '/sys/devices/system/cpu';

type CpuSets = Pick<
  Topology,
  'cpuIds' | 'present' | 'online' | 'offline' | 'bootCpu' | 'isolated' | 'nohzFull' | 'smt'
>;

/** A list file that has to name a CPU; blank is as good as missing. */
function filled(files: MachineFiles, kind: string): CpuSet | undefined {
  const path = `${cpuFolder}/${kind}`;
  const cpus = files.list(path);
  if (cpus === undefined || cpus.length === 0) return undefined;
  files.source(kind, path);
  return cpus;
}

/** Without the `online` list: the folders with a `topology`, which offline CPUs lack, and whose own `online` does not say 0. */
function onlineByFolders(files: MachineFiles, folders: CpuSet): CpuSet | undefined {
  const runs = folders.filter((cpu) => files.text(`${cpuFolder}/cpu${cpu}/online`) !== '0');
  const known = runs.filter((cpu) => files.hasFolder(`${cpuFolder}/cpu${cpu}/topology`));
  const online = known.length > 0 ? known : runs;
  if (online.length === 0) return undefined;
  files.source('online', `${cpuFolder}/cpu*/online`);
  return online;
}

/** The last resort, for what has no sysfs. */
function onlineByCpuinfo(files: MachineFiles): CpuSet | undefined {
  const path = '/proc/cpuinfo';
  const online = cpuSet(
    files.lines(path).flatMap((line) => {
      const [, digits] = /^processor\s*:\s*(\d{1,4})\s*$/.exec(line) ?? [];
      return digits === undefined ? [] : [Number(digits)];
    }),
  );
  if (online.length === 0) return undefined;
  files.source('online', path);
  return online;
}

/** A list that the kernel prints while it runs. Undefined: there is no such file. Blank and `(null)` are the empty set. */
function running(files: MachineFiles, kind: string, file: string): CpuSet | undefined {
  const path = `${cpuFolder}/${file}`;
  const cpus = files.list(path);
  if (cpus !== undefined) files.source(kind, path);
  return cpus;
}

function smtOf(files: MachineFiles): Topology['smt'] {
  const control = files.text(`${cpuFolder}/smt/control`);
  const active = files.text(`${cpuFolder}/smt/active`);
  if (control !== undefined || active !== undefined) files.source('smt', `${cpuFolder}/smt`);
  return {
    ...(control === undefined || control === '' ? {} : { control }),
    ...(active === '0' || active === '1' ? { active: active === '1' } : {}),
  };
}

/** Throws RtprovError NO_TOPOLOGY where the files name no CPU at all. */
export function readCpuSets(files: MachineFiles): CpuSets {
  const folders = files.numbered(cpuFolder, 'cpu', highestCpu);
  const online = filled(files, 'online') ?? onlineByFolders(files, folders) ?? onlineByCpuinfo(files);
  const [lowest] = online ?? [];
  if (online === undefined || lowest === undefined) {
    throw new RtprovError('NO_TOPOLOGY', `no CPU is named in ${cpuFolder}/online, nor by its folders`, {
      hint: 'A tree has the folders sys and proc of the machine, with sys/devices/system/cpu in it.',
    });
  }
  // What runs is there, whatever the other files say.
  const present = unionCpus(filled(files, 'present') ?? folders, online);
  const possible = filled(files, 'possible') ?? folders;
  const last = Math.max(possible.at(-1) ?? 0, present.at(-1) ?? 0);
  const isolated = running(files, 'isolated', 'isolated');
  const nohzFull = running(files, 'nohzFull', 'nohz_full');
  return {
    cpuIds: last + 1,
    present,
    online,
    offline: subtractCpus(present, online),
    bootCpu: lowest,
    ...(isolated === undefined ? {} : { isolated }),
    ...(nohzFull === undefined ? {} : { nohzFull }),
    smt: smtOf(files),
  };
}
