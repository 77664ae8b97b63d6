/** What the kernel says of itself, as far as the rules of a plan look at it. */
import type { HostFacts } from '../partition/model.js';

const lockdownWords = ['none', 'integrity', 'confidentiality'] as const;

/** Every slice of systemd has the files of its kernel, if cpusets are on there at all. */
const slice = '/sys/fs/cgroup/system.slice';

/** @param files Texts by path, as the topology resource reads them. */
export function hostFactsOf(files: Readonly<Record<string, string>>): HostFacts {
  const kernelRelease = (files['/proc/sys/kernel/osrelease'] ?? '').trim();
  // The word that holds is in brackets (security/lockdown/lockdown.c).
  const [, word] = /\[(\w+)\]/.exec(files['/sys/kernel/security/lockdown'] ?? '') ?? [];
  const lockdown = lockdownWords.find((one) => one === word);
  const cpusetExclusive = Object.hasOwn(files, `${slice}/cpuset.cpus.exclusive`);
  const known = cpusetExclusive || Object.hasOwn(files, `${slice}/cpuset.cpus`);
  return {
    ...(kernelRelease === '' ? {} : { kernelRelease }),
    ...(lockdown === undefined ? {} : { lockdown }),
    ...(known ? { cpusetExclusive } : {}),
  };
}
