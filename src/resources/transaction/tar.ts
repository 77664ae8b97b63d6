/** Reading a tar stream (GNU and ustar formats) that is in memory. */

export interface TarFile {
  readonly path: string;
  readonly content: Buffer;
}

function text(block: Buffer): string {
  const end = block.indexOf(0);
  return block.toString('utf8', 0, end < 0 ? block.length : end);
}

/** The regular files of an archive, in order, paths without `./`. Links, folders and broken ends are skipped. */
export function tarFiles(archive: Buffer): readonly TarFile[] {
  const files: TarFile[] = [];
  let longName: string | undefined;
  for (let at = 0; at + 512 <= archive.length;) {
    const header = archive.subarray(at, at + 512);
    if (header[0] === 0) break;
    const size = Number.parseInt(text(header.subarray(124, 136)).trim() || '0', 8);
    const type = String.fromCharCode(header[156] ?? 0);
    const content = archive.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
    if (type === 'L') {
      longName = text(content);
      continue;
    }
    const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? text(header.subarray(345, 500)) : '';
    const short = text(header.subarray(0, 100));
    const path = (longName ?? (prefix === '' ? short : `${prefix}/${short}`)).replace(/^\.\//, '');
    longName = undefined;
    if (type === '0' || type === '\0') files.push({ path, content: Buffer.from(content) });
  }
  return files;
}
