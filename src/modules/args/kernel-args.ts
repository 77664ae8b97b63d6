/** The type of arguments that are lists of kernel arguments. */
import { unwritable } from '../../rt/boot/grub-text.js';
import { isArgName, parseKernelLine, type KernelArg } from '../../rt/args/kernel-args.js';
import { ArgFault, argument, readList } from './types.js';

/** One argument in the text. `sets`: it is to be written, so GRUB has to pass on every character of it. */
function readArg(text: string, sets: boolean): KernelArg | ArgFault {
  const said = JSON.stringify(text);
  const { args, initText } = parseKernelLine(text);
  const [arg] = args;
  if (arg === undefined || args.length > 1 || initText !== undefined)
    return new ArgFault(
      `one kernel argument per item, but ${said} is not one kernel argument`,
      'Give each as an item of its own, NAME or NAME=VALUE.',
    );
  if (!isArgName(arg.name))
    return new ArgFault(
      `kernel arguments, and "${arg.name}" is not the name of a kernel argument`,
      'Write NAME or NAME=VALUE; a name consists of letters, digits and the characters "_", "-" and ".".',
    );
  const char = sets ? unwritable(arg) : undefined;
  if (char === undefined) return arg;
  return new ArgFault(
    `kernel arguments that GRUB passes on, and ${said} has ${JSON.stringify(char)}`,
    'All printable ASCII characters may be used but \', ", \\ and `.',
  );
}

/** A list of kernel arguments, one an item. */
export const kernelArgs = (use: 'set' | 'remove') =>
  argument<readonly KernelArg[]>({ type: 'list of str' }, (value) => {
    const items = readList(value);
    if (items instanceof ArgFault) return items;
    const read = items.map((text) => readArg(text, use === 'set'));
    return read.find((item) => item instanceof ArgFault) ?? (read as KernelArg[]);
  });
