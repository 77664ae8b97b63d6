/** A fault of a kernel command line with the change that mends it, so that the hint says nothing that does not work. */
import type { Diagnostic } from '../../diagnostics/diagnostic.js';
import { formatKernelLine, type KernelArg } from './kernel-args.js';
import type { Removal } from './arg-sets.js';

/** What `set` and `remove` of `kernel_cmdline` have to say so that the fault is gone. */
export interface Mend {
  readonly set?: readonly KernelArg[];
  readonly remove?: readonly Removal[];
}

export interface ArgFault extends Diagnostic {
  /** The arguments whose fault it is; empty where it is one of the whole line. */
  readonly names: readonly string[];
  readonly mend: Mend;
}

function hintOf({ set = [], remove = [] }: Mend, why: string): string {
  const texts = remove.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`));
  const parts = [
    ...(set.length === 0 ? [] : [`set ${formatKernelLine({ args: set })}`]),
    ...(texts.length === 0
      ? []
      : [
          `do not set ${texts.join(' and ')}, and if the line already has it, write \`remove: [${texts.map((text) => JSON.stringify(text)).join(', ')}]\``,
        ]),
  ];
  return why === '' ? parts.join('; ') : `${why}: ${parts.join('; ')}`;
}

/** `why` comes before what is to be set or removed. */
export function argFault(
  code: string,
  texts: { readonly summary: string; readonly detail: string; readonly why?: string },
  names: readonly string[],
  mend: Mend,
): ArgFault {
  const { summary, detail, why = '' } = texts;
  return { code, severity: 'error', summary, detail, hint: hintOf(mend, why), names, mend };
}
