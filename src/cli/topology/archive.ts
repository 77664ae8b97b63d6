/**
 * The files of an archive, in memory. Nothing is written anywhere, so names like `../x` lead nowhere; links and devices are skipped.
 * How much an archive may unpack to is limited, since a few kilobytes can unpack to any size.
 */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { extract, type Extract } from 'tar-stream';
import unbzip2 from 'unbzip2-stream';

type Entry = Extract extends AsyncIterable<infer E> ? E : never;

export interface ArchiveLimits {
  /** Bytes of the unpacked archive. */
  readonly bytes: number;
  readonly entries: number;
  /** Bytes of one file that is kept. */
  readonly fileBytes: number;
}

/** A machine of 1,024 CPUs with all of its sysfs is 60,000 files in 60 MB of archive. */
export const archiveLimits: ArchiveLimits = {
  bytes: 512 * 2 ** 20,
  entries: 1_000_000,
  fileBytes: 64 * 2 ** 20,
};

/** The unpacked bytes in blocks. Throws an Error where the input ends too early, is damaged, or unpacks to more than `most` bytes. */
export function bunzip(packed: Buffer, most: number): readonly Buffer[] {
  const blocks: Buffer[] = [];
  const faults: Error[] = [];
  let total = 0;
  // It works while it is written to, and stops at once when its reader throws.
  const stream = unbzip2();
  stream.on('error', (fault: Error) => faults.push(fault));
  stream.on('data', (block: Buffer) => {
    total += block.length;
    if (total > most) throw new Error(`it unpacks to more than ${most} bytes`);
    blocks.push(block);
  });
  stream.end(packed);
  const [fault] = faults;
  if (fault instanceof TypeError) throw new Error('it ends too early', { cause: fault });
  if (fault !== undefined) throw fault;
  return blocks;
}

/** A folder has empty text. */
export type ArchiveFile = readonly [path: string, text: string];

async function textOf(entry: Entry, limits: ArchiveLimits): Promise<string> {
  if (entry.header.size > limits.fileBytes) {
    throw new Error(`${entry.header.name} is longer than ${limits.fileBytes} bytes`);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Files and folders of a tar archive that `wanted` takes, in their order. Throws an Error where it is not a tar archive, ends too early or
 * goes beyond the limits.
 */
export async function readTar(
  blocks: readonly Buffer[],
  wanted: (path: string, isFolder: boolean) => boolean,
  limits: ArchiveLimits = archiveLimits,
): Promise<readonly ArchiveFile[]> {
  const files: ArchiveFile[] = [];
  const tar = extract();
  let entries = 0;
  const collect = async (source: AsyncIterable<Entry>): Promise<void> => {
    for await (const entry of source) {
      entries += 1;
      if (entries > limits.entries) throw new Error(`it has more than ${limits.entries} entries`);
      const { name, type } = entry.header;
      const isFolder = type === 'directory';
      const path = name.replace(/\/+$/, '');
      if ((isFolder || type === 'file') && wanted(path, isFolder)) {
        files.push([path, isFolder ? '' : await textOf(entry, limits)]);
      }
      entry.resume();
    }
  };
  await Promise.all([pipeline(Readable.from(blocks), tar), collect(tar)]);
  if (entries === 0) throw new Error('it is empty');
  return files;
}
