/** Where GRUB keeps its things: /boot/grub on Debian, /boot/grub2 on the families of RHEL and SUSE. */
import type { ReadRequest } from '../../resources/resource.js';
import { bootName } from '../../resources/boot/kind.js';
import type { NeedsContext, PlanContext, TargetFacts } from '../module.js';
import type { MenuEntry } from '../../rt/grub-menu.js';
import { menuEntries } from '../../rt/grub-menu.js';

/** What the functions of this folder look at; the engine has it too while it lays a trial. */
export type BootContext = Pick<PlanContext, 'facts' | 'state' | 'content' | 'put' | 'backupSuffix'>;

export interface GrubPlaces {
  /** The generated menu. */
  readonly menu: string;
  /** Entries of the machine's owner and of rtprov; the menu reads it. */
  readonly custom: string;
}

export function grubPlaces(facts: Pick<TargetFacts, 'osId' | 'osIdLike'>): GrubPlaces {
  const debian = [facts.osId, ...facts.osIdLike].some((id) => id === 'debian' || id === 'ubuntu');
  const dir = debian ? '/boot/grub' : '/boot/grub2';
  return { menu: `${dir}/grub.cfg`, custom: `${dir}/custom.cfg` };
}

export const running: ReadRequest<'boot'> = { kind: 'boot', name: bootName };

/** The text of a file whose content was asked for; empty where there is none. */
export function fileText(path: string, context: Pick<NeedsContext, 'state' | 'content'>): string {
  const state = context.state('file', path);
  return state.type === 'file' ? context.content(state.sha256).toString('utf8') : '';
}

/** All entries that GRUB shows: those of the menu, and behind them those of custom.cfg. */
export function allEntries(menu: string, custom: string): readonly MenuEntry[] {
  return [...menuEntries(menu), ...menuEntries(custom)];
}
