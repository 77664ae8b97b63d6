/**
 * A block at the end of /etc/default/grub that has it read rtprov's own file. Debian's grub-mkconfig reads /etc/default/grub.d by itself;
 * that of Fedora, RHEL and SUSE reads /etc/default/grub only (util/grub-mkconfig.in of rhboot/grub2 and of SUSE's package). The block has
 * plain commands, so that the Shellvars lens of Augeas, with which YaST reads the file, takes it as well.
 */
import { grubDefaultsPath } from './grub-defaults.js';

export const grubFile = '/etc/default/grub';

const begin = '# BEGIN rtprov: reads its own file, do not edit';
const end = '# END rtprov\n';
const body = `if [ -f ${grubDefaultsPath} ]; then\n  . ${grubDefaultsPath}\nfi\n`;

/** What has to be put right besides when the block is taken out. */
const madeNote = ' (made the file)';
const lineNote = ' (ended the line above)';

interface Found {
  readonly from: number;
  readonly to: number;
  readonly note: string;
}

function find(text: string): Found | undefined {
  const match = /^# BEGIN rtprov: reads its own file, do not edit(.*)\n[^]*?^# END rtprov(?:\n|$)/m.exec(
    text,
  );
  return match === null
    ? undefined
    : { from: match.index, to: match.index + match[0].length, note: match[1] ?? '' };
}

/** The file's text with the block at its end, after what others have put there; `undefined` is a file that is not there. */
export function withHook(text: string | undefined): string {
  const found = text === undefined ? undefined : find(text);
  if (text !== undefined && found !== undefined)
    return found.to === text.length ? text : withHook(withoutHook(text));
  const note = text === undefined ? madeNote : text === '' || text.endsWith('\n') ? '' : lineNote;
  return `${text ?? ''}${note === lineNote ? '\n' : ''}${begin}${note}\n${body}${end}`;
}

/** The file's text without the block: the bytes that were there before it. Undefined: the file was made for it. */
export function withoutHook(text: string): string | undefined {
  const found = find(text);
  if (found === undefined) return text;
  const before = text.slice(0, found.from);
  const after = text.slice(found.to);
  const ended = found.note === lineNote && before.endsWith('\n') && after === '';
  const left = (ended ? before.slice(0, -1) : before) + after;
  return found.note === madeNote && left === '' ? undefined : left;
}
