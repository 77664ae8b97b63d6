/** Huge pages on the command line: `hugepagesz=` and `hugepages=` (Documentation/admin-guide/mm/hugetlbpage.rst). */
import { canonicalName, type KernelArg } from './kernel-args.js';

const unit: Readonly<Record<string, number>> = { K: 1, M: 1024, G: 1024 * 1024, T: 1024 ** 3 };

/** kB of a size as memparse() of the kernel takes it: `2M`, `1G`, `2048K`, bytes without a unit. Undefined for other text. */
export function pageSizeKb(text: string): number | undefined {
  const [, digits, suffix] = /^([0-9]+)([KMGTkmgt]?)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return suffix === '' || suffix === undefined
    ? Number(digits) / 1024
    : Number(digits) * (unit[suffix.toUpperCase()] ?? 1);
}

export interface PageRequest {
  /** Undefined for the default size. */
  readonly sizeKb: number | undefined;
  readonly total: number;
  /** By node, with the form `hugepages=0:512,1:512`. */
  readonly nodes?: Readonly<Record<number, number>>;
}

/** What the `hugepages=` at `index` asks for: its size is that of the last `hugepagesz=` before it. Undefined for text that is none. */
export function pageRequest(args: readonly KernelArg[], index: number): PageRequest | undefined {
  const value = args[index]?.value ?? '';
  const sizeText = args
    .slice(0, index)
    .filter(({ name }) => canonicalName(name) === 'hugepagesz')
    .at(-1)?.value;
  const sizeKb = sizeText === undefined ? undefined : pageSizeKb(sizeText);
  if (/^[0-9]+$/.test(value)) return { sizeKb, total: Number(value) };
  if (!/^[0-9]+:[0-9]+(,[0-9]+:[0-9]+)*$/.test(value)) return undefined;
  const nodes = Object.fromEntries(
    value.split(',').map((part): [number, number] => {
      const [node, count] = part.split(':').map(Number);
      return [node ?? 0, count ?? 0];
    }),
  );
  return { sizeKb, nodes, total: Object.values(nodes).reduce((sum, count) => sum + count, 0) };
}
