/** A line of arguments in the words of GRUB's shell, edited as a set with owners: the twin of the shell in grub-defaults.ts. */
import { removalsOf, wantedArgs, type ArgOwner } from '../args/arg-owner.js';
import { grubWord, grubWords, wordArg } from './grub-text.js';
import { taken, type Removal } from '../args/arg-sets.js';
import { formatKernelLine, parseKernelLine, type KernelArg } from '../args/kernel-args.js';

/** The line without what is taken out, and with `added` at its end, or before a `--`, after which init's words begin. */
export function editedWords(line: string, removals: readonly Removal[], added: readonly string[]): string {
  const words = grubWords(line);
  const end = words.findIndex(({ said }) => said === '--');
  const ours = end < 0 ? words : words.slice(0, end);
  const gone = taken(ours.map(wordArg), removals);
  const kept = ours.filter((_, index) => gone[index] !== true);
  const after = words.slice(ours.length);
  const texts = [...kept.map(({ text }) => text), ...added, ...after.map(({ text }) => text)];
  // The shell's command substitution drops newlines at the end, which only an open quote can have kept.
  return texts.join(' ').replace(/\n+$/, '');
}

/** The variables' values before the file is read. */
export interface GrubBase {
  readonly linux: string;
  readonly linuxDefault: string;
}

/** The arguments of both variables. */
export function baseArgs({ linux, linuxDefault }: GrubBase): readonly KernelArg[] {
  return [...lineArgs(linux), ...lineArgs(linuxDefault)];
}

/** The values that both variables have once the file has been read: what its shell makes. */
export function editedBase(base: GrubBase, owners: readonly ArgOwner[]): GrubBase {
  const removals = removalsOf(owners, baseArgs(base));
  if (removals.length === 0) return base;
  return {
    linux: editedWords(base.linux, removals, []),
    linuxDefault: editedWords(base.linuxDefault, removals, wantedArgs(owners).map(grubWord)),
  };
}

/** The word that stands for a variable's value in `LateDefaults`. */
const lateWord = 'rtprov-line';

/**
 * What comes after `root=... ro` in the menu's usual entries, blanks folded, in the words of GRUB's shell. `late` is what files after
 * rtprov's own make of the variables.
 */
export function finalLine(base: GrubBase, owners: readonly ArgOwner[], late?: GrubBase): string {
  const edited = editedBase(base, owners);
  const withLate = (text: string | undefined, value: string): string =>
    text === undefined ? value : text.replaceAll(lateWord, () => value);
  const linux = withLate(late?.linux, edited.linux);
  const linuxDefault = withLate(late?.linuxDefault, edited.linuxDefault);
  return grubWords(`${linux} ${linuxDefault}`)
    .map(({ text }) => text)
    .join(' ');
}

/** The arguments that the kernel gets of such a line, without those whose text GRUB makes at boot. */
export function lineArgs(line: string): readonly KernelArg[] {
  const words = grubWords(line).filter(({ variable }) => !variable);
  return parseKernelLine(formatKernelLine({ args: words.map(wordArg) })).args;
}
