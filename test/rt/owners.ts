import type { ArgOwner } from '../../src/rt/args/arg-owner.js';
import { parseKernelLine } from '../../src/rt/args/kernel-args.js';

/** An owner by the words that it sets and takes out. */
export const owner = (name: string, set: string, remove = ''): ArgOwner => ({
  owner: name,
  set: parseKernelLine(set).args,
  remove: parseKernelLine(remove).args.map(({ name: arg, value }) => ({
    name: arg,
    ...(value === undefined ? {} : { value }),
  })),
});
