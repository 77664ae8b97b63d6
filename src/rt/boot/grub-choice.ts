/** What a generated grub.cfg boots by itself, and whether a trial boot can be asked of it. */
import { everyStatement, grubStatements } from './grub-script.js';

export interface MenuChoice {
  /** `saved`: what `saved_entry` in grubenv says (GRUB_DEFAULT=saved). Undefined when the file sets none: the first entry. */
  readonly default:
    { readonly type: 'saved' } | { readonly type: 'literal'; readonly value: string } | undefined;
  /** It reads grubenv at all. */
  readonly loadsEnv: boolean;
  /** It boots what `next_entry` says and takes it out of grubenv first, so that it happens once (grub-reboot(8)). */
  readonly nextEntry: boolean;
  /** Entries write themselves into `saved_entry` when they are booted (GRUB_SAVEDEFAULT=true). */
  readonly savesChosen: boolean;
  /** It reads custom.cfg beside it (/etc/grub.d/41_custom). */
  readonly readsCustom: boolean;
}

/** Reads what 00_header and 41_custom wrote into the text of a grub.cfg. */
export function defaultOf(text: string): MenuChoice {
  const { statements } = grubStatements(text);
  const all = everyStatement(statements);
  const commands = all.map(({ words }) => words.map(({ said }) => said));
  const has = (...words: readonly string[]): boolean =>
    commands.some((command) => words.every((word, index) => command[index] === word));
  const defaults = commands
    // Fedora's 08_fallback_counting chooses the second entry where a count of boots, which only user space begins, has run out.
    .filter((_, index) => commands[index + 1]?.[1] !== 'boot_counter=-1')
    .map((command) => (command[0] === 'set' ? command[1] : command[0]) ?? '')
    .filter((word) => word.startsWith('default='))
    .map((word) => word.slice('default='.length));
  const next = defaults.some((value) => /^\$\{?next_entry\}?$/.test(value));
  // GRUB_BUTTON_CMOS_ADDRESS puts another default in front; the one that counts is last.
  const value = defaults.filter((word) => !/^\$\{?next_entry\}?$/.test(word)).at(-1);
  const loadsEnv = has('load_env');
  return {
    default:
      value === undefined
        ? undefined
        : /^\$\{?saved_entry\}?$/.test(value)
          ? { type: 'saved' }
          : { type: 'literal', value },
    loadsEnv,
    nextEntry: loadsEnv && next && has('set', 'next_entry=') && has('save_env', 'next_entry'),
    savesChosen: statements.some(({ words, body }) =>
      /^(menuentry|submenu)$/.test(words[0]?.text ?? '')
        ? everyStatement(body ?? []).some((inner) => inner.words[0]?.text === 'savedefault')
        : false,
    ),
    readsCustom: commands.some(
      ([command, file]) =>
        (command === 'source' || command === '.') && file?.endsWith('/custom.cfg') === true,
    ),
  };
}
