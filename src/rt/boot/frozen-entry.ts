/** A menu entry of our own that boots the same kernel in the same way, whatever grub-mkconfig makes of the menu later. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import type { MenuEntry } from './grub-menu.js';
import type { LineChoice } from './booted-line.js';
import { branchTree, linuxStatements, onlyBranch } from './grub-branches.js';
import { everyStatement, grubStatements, type Statement } from './grub-script.js';
import { grubWord } from './grub-text.js';
import type { KernelArg } from '../args/kernel-args.js';

export interface FrozenAs {
  /** Letters, digits, `.`, `_` and `-`. */
  readonly id: string;
  readonly title: string;
  /** All of the line but the kernel, as GRUB's menu says it: `root=` and `ro` too. BOOT_IMAGE, which GRUB adds itself, is left out. */
  readonly args: readonly KernelArg[];
}

/** Control characters, and bytes that are not UTF-8. */
const unprintable = /[\p{Cc}\ufffd]/u;

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Text of a menuentry for custom.cfg with the body of `entry`, another id and title, and exactly these arguments. It
 * does not save itself as the default (`savedefault` is taken out). Of several `linux` lines, which are under conditions (Ubuntu's boot
 * without an initrd on cloud images has two), `choice` says which one boots: its branch stays, without the condition.
 *
 * Throws RtprovError: BOOT_ENTRY_LINUX when there is no such line, or it is in a loop or with others whose turn is not known, BOOT_ENTRY_ID for an id with other characters, ARG_CHARACTER for an argument
 * with control characters.
 */
export function frozenEntry(entry: MenuEntry, as: FrozenAs, choice: LineChoice): string {
  if (!/^[A-Za-z0-9._-]+$/.test(as.id)) {
    throw new RtprovError('BOOT_ENTRY_ID', `"${as.id}" cannot be a menu entry's id`);
  }
  if (/[\n\r]/.test(as.title))
    throw new RtprovError('BOOT_ENTRY_ID', 'the title of a menu entry is one line');
  const [head] = grubStatements(entry.text).statements;
  const inner = everyStatement(head?.body ?? []);
  const tree = branchTree(head?.body ?? []);
  const linux = linuxStatements(tree);
  const kept = choice === 'all' ? linux : linux.slice(choice, choice + 1);
  const branches = choice === 'all' || kept[0] === undefined ? [] : onlyBranch(tree, kept[0]);
  if (
    head?.bodyFrom === undefined ||
    head.bodyTo === undefined ||
    kept.length === 0 ||
    branches === undefined
  ) {
    throw new RtprovError(
      'BOOT_ENTRY_LINUX',
      `the menu entry "${entry.title}" has ${linux.length} linux lines, so it is not known which one booted`,
    );
  }
  const foreign = entry.submenuVariables.find((name) =>
    new RegExp(`\\$(?:\\{${name}\\}|${name}(?![A-Za-z0-9_]))`).test(entry.text),
  );
  if (foreign !== undefined) {
    throw new RtprovError(
      'BOOT_ENTRY_LINUX',
      `the menu entry "${entry.title}" needs $${foreign}, which its submenu sets, so it would not boot outside that submenu`,
    );
  }
  const args = as.args.filter(({ name }) => name !== 'BOOT_IMAGE');
  for (const arg of args) {
    const char = unprintable.exec(arg.text)?.[0];
    if (char === undefined) continue;
    throw new RtprovError(
      'ARG_CHARACTER',
      `${JSON.stringify(char)} of ${JSON.stringify(arg.text)} cannot be written into a menu`,
    );
  }
  const words = args.map(grubWord);
  const isGone = ({ from }: Statement): boolean =>
    branches.some((edit) => edit.from <= from && from < edit.to);
  const edits = [
    ...branches,
    ...kept.map(({ from, to, words: [command, kernel] }) => ({
      from,
      to,
      text: [`${command?.text ?? 'linux'}\t${kernel?.text ?? ''}`, ...words].join(' '),
    })),
    ...inner
      .filter((statement) => statement.words[0]?.text === 'savedefault' && !isGone(statement))
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
