/**
 * Arguments that documents and other tools recommend and that a kernel is known not to have. It is a warning only: a
 * distribution may have brought the argument to an older kernel. What a running kernel did not know is shown by
 * `unknownParameters`; but names with a dot are not in its list, so for those nothing else shows it before the boot.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.js';
import { canonicalName, type KernelArg } from './kernel-args.js';

interface Unknown {
  readonly name: string;
  /** The mainline version that brought it, [major, minor]; undefined: none has. */
  readonly since?: readonly [number, number];
  /** The release's text that says that this kernel has it all the same. */
  readonly except?: RegExp;
  readonly why: string;
}

const list: readonly Unknown[] = [
  {
    name: 'kthread_cpus',
    // Ubuntu's real-time documentation lists it (documentation.ubuntu.com/real-time, Kernel boot parameters); Debian's 6.1
    // calls it unknown.
    except: /-(?:generic|lowlatency|realtime)$/,
    why: 'it belongs to a patch that no mainline kernel has; Debian 6.1 reported it as unknown',
  },
  {
    name: 'rcutree.nohz_full_patience_delay',
    // Commit 68d124b09999 ("rcu: Add rcutree.nohz_full_patience_delay to reduce nohz_full OS jitter"); Red Hat has it in older ones.
    since: [6, 11],
    except: /\.el[0-9]/,
    why: 'it came with Linux 6.11, and older kernels ignore it without a message',
  },
];

/** Warnings for a kernel's release (`6.1.0-40-rt-amd64`). None for a release that does not begin with a version. */
export function unknownArgWarnings(args: readonly KernelArg[], release: string): readonly Diagnostic[] {
  const [, major, minor] = /^([0-9]+)\.([0-9]+)/.exec(release) ?? [];
  if (major === undefined || minor === undefined) return [];
  const version = Number(major) * 1000 + Number(minor);
  return args.flatMap((arg) => {
    const entry = list.find(({ name }) => name === canonicalName(arg.name));
    if (!entry || entry.except?.test(release) === true) return [];
    if (entry.since && version >= entry.since[0] * 1000 + entry.since[1]) return [];
    return [
      {
        code: 'ARG_UNKNOWN',
        severity: 'warning' as const,
        summary: 'a kernel argument that this kernel probably does not know',
        detail: `${arg.text} on ${release}: ${entry.why}.`,
        hint: 'omit it for this kernel; arguments that the kernel did not know are listed after its boot',
      },
    ];
  });
}
