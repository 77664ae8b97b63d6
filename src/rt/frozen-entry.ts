/** A menu entry of our own that boots the same kernel in the same way, whatever grub-mkconfig makes of the menu later. */
import { RtprovError } from '../diagnostics/diagnostic.js';
import type { MenuEntry } from './grub-menu.js';
import { everyStatement, grubStatements } from './grub-script.js';
import { grubWord, unwritable } from './grub-text.js';
import type { KernelArg } from './kernel-args.js';

export interface FrozenAs {
  /** Letters, digits, `.`, `_` and `-`. */
  readonly id: string;
  readonly title: string;
  /** All of the line but the kernel: `root=` and `ro` too. BOOT_IMAGE, which GRUB adds itself, is left out. */
  readonly args: readonly KernelArg[];
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Text of a menuentry for custom.cfg with the body of `entry`, another id and title, and exactly these arguments. It
 * does not save itself as the default (`savedefault` is taken out).
 *
 * Throws RtprovError: BOOT_ENTRY_LINUX when the entry has not just one `linux` line (Ubuntu's boot without an initrd on
 * cloud images has two, chosen at boot), BOOT_ENTRY_ID for an id with other characters, ARG_CHARACTER for an argument
 * that GRUB cannot pass on.
 */
export function frozenEntry(entry: MenuEntry, as: FrozenAs): string {
  if (!/^[A-Za-z0-9._-]+$/.test(as.id)) {
    throw new RtprovError('BOOT_ENTRY_ID', `"${as.id}" cannot be a menu entry's id`);
  }
  if (/[\n\r]/.test(as.title))
    throw new RtprovError('BOOT_ENTRY_ID', 'a menu entry has its title on one line');
  const [head] = grubStatements(entry.text).statements;
  const inner = everyStatement(head?.body ?? []);
  const linux = inner.filter(({ words }) => /^linux(16|efi)?$/.test(words[0]?.text ?? ''));
  const [line] = linux;
  if (head?.bodyFrom === undefined || head.bodyTo === undefined || line === undefined || linux.length > 1) {
    throw new RtprovError(
      'BOOT_ENTRY_LINUX',
      `the menu entry "${entry.title}" has ${linux.length} linux lines; it can be kept only with one`,
    );
  }
  const args = as.args.filter(({ name }) => name !== 'BOOT_IMAGE');
  for (const arg of args) {
    const char = unwritable(arg);
    if (char === undefined) continue;
    throw new RtprovError(
      'ARG_CHARACTER',
      `GRUB cannot pass ${JSON.stringify(char)} of ${JSON.stringify(arg.text)} to the kernel`,
    );
  }
  const [command, kernel] = line.words;
  const words = [kernel?.text ?? '', ...args.map(grubWord)].join(' ');
  const edits = [
    { from: line.from, to: line.to, text: `${command?.text ?? 'linux'}\t${words}` },
    ...inner
      .filter(({ words: [first] }) => first?.text === 'savedefault')
      .map(({ from, to }) => ({ from, to, text: 'true' })),
  ].sort((a, b) => b.from - a.from);
  let text = entry.text;
  for (const edit of edits) text = text.slice(0, edit.from) + edit.text + text.slice(edit.to);
  const body = text.slice(head.bodyFrom, text.lastIndexOf('}'));
  // Classes choose the icon and do no harm; users and passwords stay as they were.
  const options = head.words
    .slice(1)
    .flatMap((word, index, all) => {
      const before = all[index - 1]?.said;
      const valued = before === '--class' || before === '--users';
      return valued || ['--class', '--users', '--unrestricted'].includes(word.said) ? [` ${word.text}`] : [];
    })
    .join('');
  const depth = entry.submenus.length;
  const flat = depth === 0 ? body : body.replace(new RegExp(`\n\t{1,${depth}}`, 'g'), '\n');
  return `menuentry ${singleQuoted(as.title)}${options} --id ${singleQuoted(as.id)} {${flat.trimEnd()}\n}\n`;
}
