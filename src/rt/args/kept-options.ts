/**
 * Lines of arguments that are edited where they are: `options` of Boot Loader Specification entries, /etc/kernel/cmdline. What they
 * were and what was made of them is kept, so that taking an owner's arguments back gives the very bytes, and what others (grubby, tuned,
 * people) have changed meanwhile is distinguished from what is ours.
 */
import { removalsOf, wantedArgs, type ArgOwner } from './arg-owner.js';
import { grubWord, grubWords, wordArg, type GrubWord } from '../boot/grub-text.js';
import { removeArgs, taken, type Removal } from './arg-sets.js';
import { sameArg, type KernelArg } from './kernel-args.js';
import { editedWords, lineArgs } from '../boot/menu-line.js';

export interface KeptOptions {
  readonly path: string;
  /** The text before any owner's arguments came to it. Undefined: there was no such file. */
  readonly was?: string;
  /** What was made of it. */
  readonly now: string;
}

/** Such a line with its text before. */
export type KnownOptions = Required<Pick<KeptOptions, 'was' | 'now'>>;

const textsOf = (line: string): readonly string[] => grubWords(line).map(({ text }) => text);

/** The text without our part: what it was, with what others have changed in it since. */
export function originalOptions(present: string, kept: KnownOptions, owners: readonly ArgOwner[]): string {
  const { was, now } = kept;
  if (present === now || present === was) return was;
  const [there, made, before] = [textsOf(present), textsOf(now), textsOf(was)];
  const left = before.filter((word) => there.includes(word) || !made.includes(word));
  const foreign = grubWords(present).filter(({ text }) => !made.includes(text) && !before.includes(text));
  // Of a run that was cut off there may be an earlier form of our own.
  const gone = taken(foreign.map(wordArg), removalsOf(owners, lineArgs(was)));
  const added = foreign.filter((word, index) => word.variable || gone[index] !== true);
  return [...left, ...added.map(({ text }) => text)].join(' ');
}

/**
 * The same for a text of which nothing is known, such as that of a kernel's entry which kernel-install made of a line (`source`)
 * with our part in it.
 */
export function originalOfNew(
  present: string,
  source: Omit<KeptOptions, 'path'> | undefined,
  owners: readonly ArgOwner[],
): string {
  const ours = wantedArgs(owners);
  const there = lineArgs(present);
  if (ours.length === 0 || !ours.every((arg) => there.some((other) => sameArg(arg, other)))) return present;
  if (source?.was === undefined) {
    const others = grubWords(present).filter(
      (word) => word.variable || !ours.some((arg) => sameArg(arg, wordArg(word))),
    );
    return others.map(({ text }) => text).join(' ');
  }
  const { was, now } = source;
  if (textsOf(present).join(' ') === textsOf(now).join(' ')) return textsOf(was).join(' ');
  return originalOptions(present, { was, now }, owners);
}

/** A word that stands for others gives way to them where something of them is taken out; else it stays. */
function opened(
  word: GrubWord,
  removals: readonly Removal[],
  variables: Readonly<Record<string, string>>,
): string {
  const name = /^\$(\w+)$/.exec(word.text)?.[1];
  const value = name === undefined ? undefined : variables[name];
  if (value === undefined) return word.text;
  const args: readonly KernelArg[] = lineArgs(value);
  return removeArgs(args, removals).length === args.length ? word.text : value.trim();
}

/** The line with the text of the words that stand for others. */
function expandedWords(line: string, variables: Readonly<Record<string, string>>): string {
  return grubWords(line)
    .map(({ text }) => variables[/^\$(\w+)$/.exec(text)?.[1] ?? ''] ?? text)
    .join(' ');
}

/** The text with what the owners want. `variables` are those of GRUB at boot that the text may name. */
export function editedOptions(
  original: string,
  owners: readonly ArgOwner[],
  variables: Readonly<Record<string, string>>,
): string {
  const removals = removalsOf(owners, lineArgs(expandedWords(original, variables)));
  if (removals.length === 0) return original;
  const line = grubWords(original)
    .map((word) => opened(word, removals, variables))
    .join(' ');
  return editedWords(line, removals, wantedArgs(owners).map(grubWord));
}
