/** What the kernel said at boot, from the text of dmesg (with or without time stamps). */
import { parseCpuList, CpuListFault, type CpuSet } from '../cpus/cpu-list.js';
import { canonicalName, parseKernelLine, type KernelArg } from '../args/kernel-args.js';

/** True when the log still has the boot's first lines; the ring buffer drops them when it is full. */
export function hasBootLines(dmesg: string): boolean {
  return /^(?:\[[^\]]*\] )?(?:Linux version |.*\bKernel command line: )/m.test(dmesg);
}

/**
 * CPUs whose RCU callbacks are offloaded: `rcu: \tOffload RCU callbacks from CPUs: 1-3.` or `(none).`
 * (kernel/rcu/tree_nocb.h). Undefined when the log does not say.
 */
export function offloadedCpus(dmesg: string): CpuSet | undefined {
  const list = /Offload RCU callbacks from CPUs: ([^\n]*)\.\s*$/m.exec(dmesg)?.[1];
  if (list === undefined) return undefined;
  const cpus = list === '(none)' ? [] : parseCpuList(list);
  return cpus instanceof CpuListFault ? undefined : cpus;
}

/** True when the offloading threads poll (`rcu_nocb_poll`); undefined when the log does not have the lines around it. */
export function pollsForCallbacks(dmesg: string): boolean | undefined {
  if (offloadedCpus(dmesg) === undefined) return undefined;
  return dmesg.includes('Poll for callbacks from no-CBs CPUs.');
}

/**
 * Names without a dot that are meant for user space, and that the kernel therefore calls unknown: systemd's
 * kernel-command-line(7), dracut.cmdline(7), initramfs-tools(7), biosdevname(1), plymouth(8).
 */
const userSpace: ReadonlySet<string> = new Set([
  ...['BOOT_IMAGE', 'splash', 'nosplash', 'rhgb', 'biosdevname'],
  ...['single', 's', 'S', '1', '2', '3', '4', '5', 'emergency', 'rescue', 'recovery', 'auto', '_b'],
  ...['fastboot', 'forcefsck', 'luks', 'modules_load', 'roothash', 'fstab', 'ifname'],
  ...['boot', 'break', 'BOOTIF', 'cryptopts', 'ip', 'nfsroot', 'nameserver', 'bootdev'],
]);

/**
 * What the running kernel did not know of its command line. Kernels since 5.14 print one line (init/main.c,
 * print_unknown_bootoptions; the same in 6.1):
 *
 *     Unknown kernel command line parameters "splash BOOT_IMAGE=/boot/vmlinuz-6.1 foo=1", will be passed to user space.
 *
 * First come those without `=`, then those with one; quotes are gone, so a value with blanks can only be recognised with the
 * help of /proc/cmdline. Names with a dot are never in it (they may belong to a module that comes later), nor is what
 * comes after `--`. There is no line when all is known, which needs a boot loader that adds no BOOT_IMAGE.
 *
 * Left out are arguments that are meant for user space. Undefined when the log does not show it: its beginning is gone, the
 * kernel is older, or the line was cut off.
 */
export function unknownParameters(dmesg: string, procCmdline?: string): readonly KernelArg[] | undefined {
  const found = /Unknown kernel command line parameters "([^\n]*)", will be passed to user space\./.exec(
    dmesg,
  );
  if (!found) {
    const [, major, minor] = /Linux version ([0-9]+)\.([0-9]+)/.exec(dmesg) ?? [];
    const prints = major !== undefined && Number(major) * 1000 + Number(minor) >= 5014;
    const cut = dmesg.includes('Unknown kernel command line parameters');
    return prints && !cut && dmesg.includes('Kernel command line: ') ? [] : undefined;
  }
  const known = procCmdline === undefined ? [] : parseKernelLine(procCmdline).args;
  const printed = (arg: KernelArg): string =>
    arg.value === undefined ? arg.name : `${arg.name}=${arg.value}`;
  const unknown: KernelArg[] = [];
  for (let rest = (found[1] ?? '').trim(); rest !== '';) {
    const matches = known.filter((arg) => `${rest} `.startsWith(`${printed(arg)} `));
    const [longest] = matches.sort((a, b) => printed(b).length - printed(a).length);
    const [word = rest] = /^\S+/.exec(rest) ?? [];
    const [read = { name: word, text: word }] = parseKernelLine(word).args;
    unknown.push(longest ?? read);
    rest = rest.slice(longest ? printed(longest).length : word.length).trim();
  }
  return unknown.filter(({ name }) => !name.includes('.') && !userSpace.has(canonicalName(name)));
}

export interface Realtime {
  readonly realtime: boolean;
  readonly evidence: string;
}

/**
 * Whether the running kernel is a real-time one. `uname -v` has PREEMPT_RT (scripts/mkcompile_h; `PREEMPT RT` before 5.4);
 * /sys/kernel/realtime is a file of the RT patch and of distributions' kernels (Debian 6.1: `1`), and is absent from others.
 */
export function realtime(unameVersion: string, sysKernelRealtime: string | undefined): Realtime {
  const named = /\bPREEMPT[_ ]RT\b/.test(unameVersion);
  const flag = sysKernelRealtime?.trim();
  const uname = `uname -v: ${unameVersion.trim()}`;
  if (flag === undefined || flag === '') return { realtime: named, evidence: uname };
  return { realtime: named && flag === '1', evidence: `${uname}; /sys/kernel/realtime: ${flag}` };
}
