/** How a shell's exchanges with its target are written in a trace. */
import type { Shell } from '../../shell/shell.js';
import type { Exchange } from '../trace.js';
import type { RunOptions } from '../types.js';

/** What is run. `uploads`: the file on the target that the bytes after the script are for. */
export type Sending = RunOptions & { readonly uploads?: string };

/** Where a shell is: `host:port as user`, and whom it becomes when that is not the login user. */
export function whereabouts({
  at,
  become,
}: {
  readonly at: string;
  readonly become: string | undefined;
}): Pick<Exchange, 'at' | 'become'> {
  return { at, ...(become === undefined ? {} : { become }) };
}

/** A script with the libraries that this shell gets in front of it, or an upload. */
export function sendingExchange(
  where: Pick<Exchange, 'at' | 'become'>,
  script: Shell,
  { uploads, withheld }: Pick<Sending, 'uploads' | 'withheld'>,
  defines: readonly string[],
): Exchange {
  return {
    ...where,
    ...(uploads === undefined
      ? { operation: 'script', script, defines }
      : { operation: 'upload', path: uploads }),
    ...(withheld === undefined ? {} : { withheld }),
  };
}
