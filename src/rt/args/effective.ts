/** Whether wanted kernel arguments are in effect in the running kernel, and not only on its command line. */
import { checks, moduleParameter } from './effect-checks.js';
import { isRepeatable } from './arg-sets.js';
import { argsNamed, canonicalName, parseKernelLine, sameArg, type KernelArg } from './kernel-args.js';
import { unknownParameters } from '../kernel/kernel-log.js';
import type { Observed } from './observed.js';

export interface ArgEffect {
  readonly arg: KernelArg;
  /** `only_on_command_line`: it is there, and there is nothing to read it back from. */
  readonly verdict: 'in_effect' | 'not_in_effect' | 'only_on_command_line';
  /** The file and what it says. */
  readonly evidence: string;
}

/**
 * A verdict for each of `wanted`, in its order. An argument that is missing on the command line is not in effect, even if
 * the machine is in the wanted state for another reason: it would not be after the next boot.
 */
export function effectOf(wanted: readonly KernelArg[], seen: Observed): readonly ArgEffect[] {
  const { args } = parseKernelLine(seen.procCmdline);
  const unknown = seen.dmesg === undefined ? [] : (unknownParameters(seen.dmesg, seen.procCmdline) ?? []);
  return wanted.map((arg, index): ArgEffect => {
    const present = argsNamed(args, arg.name);
    const last = present.at(-1);
    if (!last) return { arg, verdict: 'not_in_effect', evidence: `/proc/cmdline has no ${arg.name}` };
    if (argsNamed(unknown, arg.name).length > 0) {
      const evidence = `dmesg: the kernel calls ${arg.name} an unknown parameter`;
      return { arg, verdict: 'not_in_effect', evidence };
    }
    const check =
      checks.get(canonicalName(arg.name)) ?? (arg.name.includes('.') ? moduleParameter : undefined);
    const trace = check?.(arg, seen, wanted, index);
    if (trace?.holds !== undefined) {
      return { arg, verdict: trace.holds ? 'in_effect' : 'not_in_effect', evidence: trace.evidence };
    }
    const onLine = isRepeatable(arg.name) ? present.some((other) => sameArg(other, arg)) : sameArg(last, arg);
    if (!onLine) return { arg, verdict: 'not_in_effect', evidence: `/proc/cmdline: ${last.text}` };
    const why = trace === undefined ? '' : ` (${trace.evidence})`;
    return { arg, verdict: 'only_on_command_line', evidence: `/proc/cmdline: ${arg.text}${why}` };
  });
}
