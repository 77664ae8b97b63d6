/**
 * The menu entries that GRUB's `blscfg` makes of Boot Loader Specification entries (grub-core/commands/blscfg.c, create_entry), so that
 * they can be looked up, named and frozen as those of a grub.cfg. Their order is not: GRUB sorts them by version in a way of its own.
 */
import { blsValue, blsValues, type BlsEntry } from './bls-entry.js';
import { menuEntries, type MenuEntry } from './grub-menu.js';
import { everyStatement, grubStatements } from './grub-script.js';

/** Variables of GRUB at boot that entries may name. */
export type GrubVariables = Readonly<Record<string, string>>;

/** Whether a grub.cfg takes its menu from the entries: GRUB_ENABLE_BLSCFG was true when it was made (10_linux). */
export function readsBls(menu: string): boolean {
  return everyStatement(grubStatements(menu).statements).some(({ words }) => words[0]?.text === 'blscfg');
}

/**
 * What the variables are once grub.cfg has been read: its environment block, and over it what the file sets by itself, such as
 * tuned's `tuned_params` (00_tuned). 10_linux sets `kernelopts` only where the block has none, after a test of that.
 */
export function menuVariables(environment: GrubVariables, menu: string): GrubVariables {
  const variables: Record<string, string> = { ...environment };
  const { statements } = grubStatements(menu);
  for (const [index, { words, body }] of statements.entries()) {
    const [command, word] = words;
    if (body !== undefined || command?.text !== 'set' || word === undefined || word.variable) continue;
    const [, name, value] = /^(\w+)=([^]*)$/.exec(word.said) ?? [];
    if (name === undefined || value === undefined) continue;
    const before = (statements[index - 1]?.words ?? []).map(({ said }) => said).join(' ');
    const onlyIfUnset = before === `[ -z \${${name}} ]`;
    if (onlyIfUnset && (variables[name] ?? '') !== '') continue;
    variables[name] = value;
  }
  return variables;
}

/** The text with what its variables stand for; one that is not set is nothing, and `\$` is not a variable. */
export function expanded(text: string, variables: GrubVariables): string {
  return text.replace(/(?<!\\)\$(\w+) ?/g, (_, name: string) => {
    const value = variables[name];
    return value === undefined ? '' : `${value} `;
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Undefined for an entry that GRUB leaves out, since it has no `linux` line (a unified kernel image has `efi` instead). */
export function blsMenuEntry(entry: BlsEntry, variables: GrubVariables): MenuEntry | undefined {
  const linux = blsValue(entry, 'linux');
  if (linux === undefined) return undefined;
  const initrds = blsValues(entry, 'initrd');
  const folder = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
  const early = (variables['early_initrd'] ?? '').split(' ').filter((name) => name !== '');
  const files = [...early.map((name) => folder(initrds[0] ?? linux) + name), ...initrds];
  const tree = blsValue(entry, 'devicetree');
  const given = blsValue(entry, 'options');
  const options = expanded(given ?? variables['default_kernelopts'] ?? '', variables).trim();
  const users = expanded(blsValue(entry, 'grub_users') ?? '', variables).trim();
  const head = [
    'menuentry',
    quoted(blsValue(entry, 'title') ?? linux),
    ...blsValues(entry, 'grub_class').map((name) => `--class ${quoted(name)}`),
    // Without users the entry needs no password, also where one is set for the menu.
    users === '' ? '--unrestricted' : `--users ${quoted(users)}`,
    `--id ${quoted(entry.id)}`,
  ];
  const lines = [
    'load_video',
    'set gfxpayload=keep',
    'insmod gzio',
    `linux\t($root)${linux}${options === '' ? '' : ` ${options}`}`,
    ...(files.length === 0 ? [] : [`initrd\t${files.map((path) => `($root)${path}`).join(' ')}`]),
    ...(tree === undefined ? [] : [`devicetree\t($root)${expanded(tree, variables).trim()}`]),
  ];
  const text = `${head.join(' ')} {\n${lines.map((line) => `\t${line}\n`).join('')}}`;
  const [made] = menuEntries(text);
  // A number would need GRUB's order.
  return made && { ...made, numbers: [] };
}
