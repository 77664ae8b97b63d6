/**
 * Sizes as the inventory writes them: `6GiB`, `6Gi`, `256 MiB`, `2M`, `1G`. A letter alone means the binary unit, as in the kernel's
 * `hugepagesz=` (memparse() in lib/cmdline.c) and in QEMU; Kubernetes writes `6Gi`. Decimal units (`GB`) are refused, because tools do not
 * agree on them.
 */
const units: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

/** What `parseSize` takes, for editors; a size that is not a whole number of bytes is refused besides. */
export const sizePattern = /^\s*\d+(\.\d+)?\s*[KMGTkmgt]([Ii][Bb]?)?\s*$/;

/** Bytes, or why the text is not a size. */
export function parseSize(text: string): number | { readonly fault: string } {
  const [, digits = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(text) ?? [];
  if (digits === '') return { fault: `"${text}" is not a size such as 6GiB` };
  const [, letter, rest] = /^([kmgt])(ib?|b)?$/i.exec(unit) ?? [];
  if (letter === undefined) {
    const what = unit === '' ? 'no unit of bytes' : 'an unknown unit';
    return { fault: `"${text}" has ${what}; write ${digits}MiB, or KiB, GiB or TiB` };
  }
  if (rest?.toLowerCase() === 'b')
    return { fault: `"${text}" has a decimal unit; write ${digits}${letter.toUpperCase()}iB` };
  const bytes = Number(digits) * 1024 ** (units[letter.toLowerCase()] ?? 1);
  if (!Number.isSafeInteger(bytes)) return { fault: `"${text}" is not a whole number of bytes` };
  return bytes;
}

const names = ['TiB', 'GiB', 'MiB', 'KiB'] as const;

/** The size with the largest unit that keeps it whole: `3 MiB`, `1536 KiB`, `17 bytes`. */
export function formatSize(bytes: number): string {
  for (const [index, name] of names.entries()) {
    const unit = 1024 ** (names.length - index);
    if (bytes >= unit && bytes % unit === 0) return `${bytes / unit} ${name}`;
  }
  return `${bytes} bytes`;
}
