/**
 * A Boot Loader Specification entry, /boot/loader/entries/ID.conf (https://uapi-group.org/specifications/specs/boot_loader_specification),
 * read as the `blscfg` command of Fedora's and RHEL's GRUB reads it (grub-core/commands/blscfg.c, branches rhel-8-main to rhel-10-main):
 * it skips blanks in front of a line and lines that begin with `#`; a key goes to the line's first blank or, without one, its
 * first tab; and the first line that has no value ends the file. All that is not asked for stays byte for byte.
 */
import { RtprovError } from '../../diagnostics/diagnostic.js';

export const blsDir = '/boot/loader/entries';

export interface BlsKey {
  readonly key: string;
  readonly value: string;
  /** Where the value is in the text. */
  readonly from: number;
  readonly to: number;
}

export interface BlsEntry {
  /** The file's name without `.conf`: what `saved_entry` and `next_entry` say. */
  readonly id: string;
  readonly keys: readonly BlsKey[];
  readonly text: string;
}

/** Where the entry's file is. */
export function blsPath(id: string): string {
  return `${blsDir}/${id}.conf`;
}

export function parseBlsEntry(id: string, text: string): BlsEntry {
  const keys: BlsKey[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const next = newline < 0 ? text.length : newline + 1;
    const line = text.slice(start, newline < 0 ? text.length : newline).replace(/\r$/, '');
    const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    const body = line.slice(indent);
    if (!body.startsWith('#')) {
      const blank = body.indexOf(' ');
      const end = blank >= 0 ? blank : body.indexOf('\t');
      if (end < 0 || end === body.length - 1) break;
      const gap = /^[ \t]*/.exec(body.slice(end))?.[0].length ?? 0;
      const from = start + indent + end + gap;
      keys.push({ key: body.slice(0, end), value: body.slice(end + gap), from, to: start + line.length });
    }
    start = next;
  }
  return { id, keys, text };
}

/** The values of a key that may occur several times (`initrd`, `grub_arg`, `grub_class`), in order. */
export function blsValues(entry: BlsEntry, key: string): readonly string[] {
  return entry.keys.filter((one) => one.key === key).map(({ value }) => value);
}

/** The value of any other key: GRUB takes the first one. */
export function blsValue(entry: BlsEntry, key: string): string | undefined {
  return blsValues(entry, key)[0];
}

/** The text with another value in its `options` line. Throws RtprovError BLS_OPTIONS when there is no such line, or nothing to put there. */
export function withOptions(entry: BlsEntry, options: string): string {
  const line = entry.keys.find(({ key }) => key === 'options');
  if (line === undefined)
    throw new RtprovError('BLS_OPTIONS', `${blsPath(entry.id)} has no options line that GRUB would read`);
  // A line without a value would end the file for GRUB.
  if (options.trim() === '' || /[\n\r]/.test(options))
    throw new RtprovError(
      'BLS_OPTIONS',
      `${blsPath(entry.id)} cannot have these options: ${JSON.stringify(options)}`,
    );
  return entry.text.slice(0, line.from) + options + entry.text.slice(line.to);
}

/** The entry that dracut's 51-dracut-rescue.install makes: one kernel with all drivers, for people who have to mend a machine. */
export function isRescue(id: string): boolean {
  return /(?:^|-)0-rescue(?:-|$)/.test(id);
}
