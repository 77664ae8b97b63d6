/** Where GRUB keeps its things, and the entries that its menu has. */
import type { ReadRequest } from '../../resources/resource.js';
import { bootName } from '../../resources/boot/kind.js';
import { parseBlsEntry } from '../../rt/boot/bls-entry.js';
import { blsMenuEntry, menuVariables, readsBls } from '../../rt/boot/bls-menu.js';
import type { MenuEntry } from '../../rt/boot/grub-menu.js';
import { menuEntries } from '../../rt/boot/grub-menu.js';
import { fileRequest } from '../files/follow.js';
import type { NeedsContext, PlanContext } from '../core/module.js';
import type { TargetFacts } from '../../resources/facts/target.js';

/** What the functions of this folder look at; the engine has it too while it lays a trial. */
export type BootContext = Pick<PlanContext, 'facts' | 'state' | 'content' | 'put' | 'backupSuffix'>;
type Looker = Pick<NeedsContext, 'facts' | 'state' | 'content'>;
type Family = Pick<TargetFacts, 'osId' | 'osIdLike'>;

export interface GrubPlaces {
  /** The generated menu. */
  readonly menu: string;
  /** Entries of the machine's owner and of rtprov; the menu reads it. */
  readonly custom: string;
}

const isOf = (facts: Family, ...ids: readonly string[]): boolean =>
  [facts.osId, ...facts.osIdLike].some((id) => ids.includes(id));

/** Debian and Ubuntu: /boot/grub, and a grub-mkconfig that reads /etc/default/grub.d. */
export function isDebian(facts: Family): boolean {
  return isOf(facts, 'debian', 'ubuntu');
}

const inFolder = (dir: string): GrubPlaces => ({ menu: `${dir}/grub.cfg`, custom: `${dir}/custom.cfg` });

/**
 * /boot/grub on Debian, /boot/grub2 on the families of RHEL and SUSE; and the folder on the EFI partition where RHEL 8 has menu and custom.cfg
 * of a machine that UEFI starts. From RHEL 9 on a grub.cfg there only leads to /boot/grub2 (grub2.spec: `efi_vendor` and its wrapper).
 */
function folders(facts: Family): readonly string[] {
  if (isDebian(facts)) return ['/boot/grub'];
  if (!isOf(facts, 'rhel', 'fedora', 'centos')) return ['/boot/grub2'];
  const vendor = ['rhel', 'ol'].includes(facts.osId) ? 'redhat' : facts.osId;
  return ['/boot/grub2', `/boot/efi/EFI/${vendor}`];
}

export const running: ReadRequest<'boot'> = { kind: 'boot', name: bootName };

/** What `grubPlaces` and `allEntries` look at. */
export function placeRequests(facts: Family): readonly ReadRequest[] {
  const places = folders(facts).map(inFolder);
  return [
    running,
    ...places.flatMap(({ menu, custom }) => [fileRequest(menu, 'content'), fileRequest(custom, 'content')]),
  ];
}

export function grubPlaces(context: Looker): GrubPlaces {
  const [usual = '/boot/grub2', efi] = folders(context.facts);
  if (efi === undefined || !context.state('boot', running.name).efi) return inFolder(usual);
  const text = fileText(inFolder(efi).menu, context);
  return inFolder(readsBls(text) || menuEntries(text).length > 0 ? efi : usual);
}

/** The text of a file whose content was asked for; empty where there is none. */
export function fileText(path: string, context: Pick<NeedsContext, 'state' | 'content'>): string {
  const state = context.state('file', path);
  return state.type === 'file' ? context.content(state.sha256).toString('utf8') : '';
}

/**
 * The text of a plain file that is to be edited where it is, undefined where there is none; or why it cannot be: its other bytes
 * have to stay as they are.
 */
export function editableText(
  path: string,
  context: Pick<NeedsContext, 'state' | 'content'>,
): { readonly text: string | undefined } | { readonly why: string } {
  const state = context.state('file', path);
  if (state.type === 'absent') return { text: undefined };
  if (state.type !== 'file') return { why: `${path} is not a regular file` };
  const bytes = context.content(state.sha256);
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { text } : { why: `${path} is not UTF-8 text` };
}

/** Numbers are given by GRUB at boot, in an order of its own. */
const unnumbered = (entries: readonly MenuEntry[]): readonly MenuEntry[] =>
  entries.map((entry) => ({ ...entry, numbers: [] }));

/** The entries that come of the menu: its own, and those that `blscfg` makes where it has that. */
export function madeEntries(context: Looker): readonly MenuEntry[] {
  const menu = fileText(grubPlaces(context).menu, context);
  const own = menuEntries(menu);
  if (!readsBls(menu)) return own;
  const { blsEntries, grubVariables } = context.state('boot', running.name);
  const variables = menuVariables(grubVariables, menu);
  const made = blsEntries.flatMap(({ id, text }) => blsMenuEntry(parseBlsEntry(id, text), variables) ?? []);
  return unnumbered([...made, ...own]);
}

/** All entries that GRUB shows: those of the menu, and after them those of custom.cfg. */
export function allEntries(context: Looker): readonly MenuEntry[] {
  const custom = menuEntries(fileText(grubPlaces(context).custom, context));
  return [...madeEntries(context), ...unnumbered(custom)];
}
