/** What a wished value is for a setting of the kernel: from how people write it to how the kernel prints it. Pure. */
import { choicesOf, wordsOf } from '../../resources/kernel-setting/canon.js';
import { CpuListFault, formatCpuList, parseCpuList } from '../../rt/cpus/cpu-list.js';
import { formatCpuMask, parseCpuMask } from '../../rt/cpus/cpu-mask.js';

export const forms = ['auto', 'cpu_list', 'mask', 'number', 'word', 'choice'] as const;
/** How the value of a setting is written. */
export type Form = (typeof forms)[number];

/** A value as a task gives it. */
export interface WishedValue {
  readonly text: string;
  /** It was a number, and not text in quotes. YAML may have read it as octal. */
  readonly isNumber: boolean;
}

/** Why a value does not suit a setting. */
export class WishFault {
  constructor(readonly message: string) {}
}

const integer = /^[-+]?(?:0x[0-9a-f]+|0|[1-9][0-9]*)$/i;

/** The form of a setting by its path and what the kernel prints. Documentation/core-api/irq/irq-affinity.rst, cgroup-v2.rst, workqueue.rst. */
export function formOf(path: string, present: string, wished: string): Exclude<Form, 'auto'> {
  if (choicesOf(present) !== undefined) return 'choice';
  const last = path.split('/').at(-1) ?? '';
  if (/_list$|^cpuset\.(?:cpus|mems)(?:\.exclusive)?$/.test(last)) return 'cpu_list';
  if (/smp_affinity$|cpumask$|^[rx]ps_cpus$/.test(last)) return 'mask';
  return integer.test(present) && integer.test(wished) ? 'number' : 'word';
}

function readList(text: string): string | WishFault {
  const cpus = parseCpuList(text);
  if (!(cpus instanceof CpuListFault)) return formatCpuList(cpus);
  return new WishFault(`it is a list of CPUs such as 0-3,8: ${cpus.message}`);
}

function readMask({ text, isNumber }: WishedValue): string | WishFault {
  if (isNumber && !/^[0-7]$/.test(text))
    return new WishFault(`it is a hexadecimal mask, and ${text} is a number: put it in quotes`);
  const cpus = parseCpuMask(text.replace(/^0x/i, ''));
  if (!(cpus instanceof CpuListFault)) return formatCpuMask(cpus);
  const list = parseCpuList(text);
  const repair =
    list instanceof CpuListFault ? '' : `; the mask of the CPUs ${text} is "${formatCpuMask(list)}"`;
  return new WishFault(`it is a hexadecimal mask such as ff or 1,00000000: ${cpus.message}${repair}`);
}

function readNumber({ text, isNumber }: WishedValue): string | WishFault {
  if (isNumber && !Number.isSafeInteger(Number(text)))
    return new WishFault(`it is a whole number, and ${text} is not exact: put it in quotes`);
  if (!integer.test(text)) return new WishFault('it is a whole number such as 10, -1 or 0x1f');
  const [, sign, digits = ''] = /^([-+]?)(.*)$/.exec(text) ?? [];
  const size = BigInt(digits).toString();
  return sign === '-' && size !== '0' ? `-${size}` : size;
}

/** Whether it is on: the kernel takes 1 and 0 for such parameters, and prints Y and N (kernel/params.c). */
function readSwitch(text: string): string {
  if (/^(?:1|y|yes|on|true)$/i.test(text)) return 'Y';
  return /^(?:0|n|no|off|false)$/i.test(text) ? 'N' : text;
}

function readWord(text: string, present: string): string {
  return /^[YN]$/.test(present) ? readSwitch(text) : wordsOf(text).join(' ');
}

function readChoice(text: string, present: string): string | WishFault {
  const choices = choicesOf(present);
  // Where a task before it sets the file, its list is not known.
  if (choices === undefined) return wordsOf(text).join(' ');
  if (!choices.all.includes(text)) return new WishFault(`it is one of ${choices.all.join(', ')}`);
  return choices.all.map((word) => (word === text ? `[${word}]` : word)).join(' ');
}

/**
 * The value in the kernel's own form, or why it is none. `present` is what the kernel prints now; a wish that means the same gives a
 * text with the same canonical one.
 */
export function wishedText(
  path: string,
  form: Form,
  wished: WishedValue,
  present: string,
): string | WishFault {
  const text = wordsOf(wished.text).join(' ');
  switch (form === 'auto' ? formOf(path, present, text) : form) {
    case 'cpu_list':
      return readList(text);
    case 'mask':
      return readMask({ ...wished, text });
    case 'number':
      return readNumber({ ...wished, text });
    case 'choice':
      return readChoice(text, present);
    case 'word':
      return text === '' && present !== '' ? new WishFault('it must not be empty') : readWord(text, present);
  }
}
