/** Includes that a host may never enter: faults of what they name are the host's that enters, not the run's. */
import { type Diagnostic, Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Site } from '../read/context.js';
import type { Keywords } from '../read/model.js';
import type { Scope } from '../read/scope.js';

/** Stands in `Site.open` where a host may pass by: under a condition, in a loop, in a rescue section. */
export const PERHAPS = '(perhaps)';

/** May a host pass an include by, as far as its own keywords and those around it show? */
export function isPassable({ when, loop }: Pick<Keywords, 'when' | 'loop'>, site: Site): boolean {
  return (
    loop !== undefined ||
    when.some(({ value }) => value !== true && value !== 'true') ||
    site.place === 'handler' ||
    site.open.includes(PERHAPS)
  );
}

/** Does the circle from a file or role back to itself end some day: by a condition, or because a host may leave it? */
export function circleEnds(mark: string, passable: boolean, site: Site): boolean {
  const circle = site.open.slice(site.open.indexOf(mark));
  return passable || circle.some((entry) => entry === PERHAPS || site.play.load.endings.has(entry));
}

/** An error of what hosts may pass by, as a warning. */
export function asPassable(item: Diagnostic): Diagnostic {
  const hint = `${item.hint ?? ''} Only a host that reaches this task fails.`.trim();
  return item.severity === 'error' ? { ...item, severity: 'warning', hint } : item;
}

/**
 * Loads what hosts may pass by. Its faults become warnings; then undefined comes back, and the host that enters it fails by them as
 * errors.
 */
export function loadPassable<T>(site: Site, scope: Scope, load: (site: Site) => T): T | undefined {
  const { play } = site;
  const diagnostics = new Diagnostics();
  const apart = {
    ...play,
    load: { ...play.load, diagnostics },
    seenRoles: new Set(play.seenRoles),
    importedRoles: new Set(play.importedRoles),
  };
  const loaded = load({ ...site, play: apart, scope: scope.passable('file'), open: [...site.open, PERHAPS] });
  play.handlersUnknown ||= apart.handlersUnknown;
  for (const item of diagnostics.all) play.load.diagnostics.add(asPassable(item));
  if (!diagnostics.hasErrors) return loaded;
  play.load.tags.complete = false;
  return undefined;
}
