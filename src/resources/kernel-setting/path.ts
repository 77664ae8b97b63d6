/** Where settings of the kernel are (proc(5), sysfs(5), Documentation/admin-guide/cgroup-v2.rst). */
import { RtprovError } from '../../diagnostics/diagnostic.js';

/** Places that are for others, and what to use there. */
const others: readonly (readonly [place: string, instead: string])[] = [
  ['/proc/sys', 'the module `sysctl` sets parameters below /proc/sys'],
  ['/sys/fs/resctrl', 'groups of the cache are no settings: they are written in a certain order'],
  [
    '/sys/firmware/efi/efivars',
    'variables of the firmware stay after a reboot: they are no settings of the kernel',
  ],
];

/** Is the path that of the place, or below it? */
function isBelow(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

/** Is the name a pattern that stands for several settings? */
export function isPattern(name: string): boolean {
  return name.includes('*');
}

/** Why the name is not the path of a setting, or a pattern of such paths; undefined when it is one. */
export function pathFault(name: string): string | undefined {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\0-\x1f\x7f]/.test(name)) return 'it has a line break or another control character';
  const other = others.find(([place]) => isBelow(name, place));
  if (other !== undefined) return other[1];
  const parts = name.split('/').slice(1);
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    return 'it has an empty part, `.` or `..`';
  if (!(parts[0] === 'sys' && parts.length > 2) && !(isBelow(name, '/proc/irq') && parts.length > 2))
    return 'settings are files below /sys and /proc/irq';
  if (!isPattern(name)) return undefined;
  if (!/^[\w.:@,+=#!/*-]+$/.test(name))
    return 'a pattern has letters, digits, `*` and . : @ , + = # ! _ - only';
  return parts.slice(0, 2).some(isPattern) ? 'the first two parts of a pattern are without `*`' : undefined;
}

/** The name, checked. Throws RtprovError BAD_NAME. */
export function settingPath(name: string): string {
  const fault = pathFault(name);
  if (fault !== undefined)
    throw new RtprovError(
      'BAD_NAME',
      `${JSON.stringify(name)} is not the path of a setting of the kernel: ${fault}`,
    );
  return name;
}

/**
 * What belongs together: files whose value the kernel changes when another of them is written. Interrupts have a mask and a list;
 * sets of CPUs of a control group limit those below it; for the rest the last part of the path says it, as the same file is reached
 * by several links, and CPUs share a policy of their clock.
 */
export function family(path: string): string {
  const irq = /^\/proc\/irq\/[^/]+\//.exec(path)?.[0];
  if (irq !== undefined) return irq;
  const last = path.split('/').at(-1) ?? path;
  return last.startsWith('cpuset.') ? 'cpuset' : last;
}
