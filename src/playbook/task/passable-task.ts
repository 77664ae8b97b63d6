/**
 * Tasks that a host may pass by: under a condition, handlers, and those of a rescue section. What is wrong with their module or its
 * arguments Ansible reports for the host that reaches the task, so a branch for another distribution is not a fault of the run.
 */
import { detailOf, Diagnostics, type Diagnostic } from '../../diagnostics/diagnostic.js';
import { unavailable } from '../../modules/core/unavailable.js';
import type { Module } from '../../modules/core/module.js';
import { mapGet, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import type { Arguments } from './arguments.js';
import type { Site } from '../read/context.js';
import { suggests } from '../../diagnostics/nearest.js';
import { asPassable } from '../include/guarded.js';
import type { Inherited } from '../read/inherited.js';
import { keywordsOf } from '../read/keywords.js';
import { isMistyped } from './module-key.js';

/** What a task may ask for and rtprov does not have. Everything else is wrong on every host: a mistyped name, a missing or wrong value. */
const NOT_HERE: ReadonlySet<string> = new Set([
  'UNKNOWN_MODULE',
  'UNKNOWN_ARGUMENT',
  'UNSUPPORTED_ARGUMENT',
  'UNSUPPORTED_KEYWORD',
]);

/** Does it depend on what happens in a run whether a host comes here? Handlers are notified, and a rescue section needs a failure. */
export function isSometimes({ place, inRescue }: Pick<Site, 'place' | 'inRescue'>): boolean {
  return place === 'handler' || inRescue;
}

export function isPassableTask({ when, tags }: Pick<Inherited, 'when' | 'tags'>, site: Site): boolean {
  return (
    isSometimes(site) ||
    when.some(({ value }) => value !== true && value !== 'true') ||
    tags.includes('never')
  );
}

/** The module as the task writes it. */
function writtenModule(map: MapNode, site: Site): string {
  const keywords = keywordsOf(site.place);
  const key = map.entries.find((entry) => !keywords.has(entry.key) && !entry.key.startsWith('with_'))?.key;
  if (key !== undefined) return key;
  const action = (mapGet(map, 'action') ?? mapGet(map, 'local_action'))?.value;
  const name = action?.type === 'map' ? mapGet(action, 'module')?.value : action;
  return name?.type === 'scalar' ? (String(name.value).trim().split(/\s/)[0] ?? '') : '';
}

/** The failure of a host that reaches the task; the place is reported with it. */
function messageThere(item: Diagnostic): string {
  const { detail, hint } = detailOf(item);
  return hint === undefined ? detail : `${detail} ${hint}`;
}

interface PassableWork {
  readonly module: Module;
  readonly range: YamlNode['range'];
  readonly local: boolean;
  readonly args: Arguments;
}

/** Reads a task's work. When only that is at fault the faults become warnings, and a module takes its place that fails with them. */
export function workApart(
  map: MapNode,
  site: Site,
  read: (site: Site) => PassableWork | undefined,
): PassableWork | undefined {
  const { load } = site.play;
  const diagnostics = new Diagnostics();
  const work = read({ ...site, play: { ...site.play, load: { ...load, diagnostics } } });
  const errors = diagnostics.all.filter(({ severity }) => severity === 'error');
  const name = writtenModule(map, site);
  const passable = errors.every(
    ({ code, hint }) =>
      NOT_HERE.has(code) && !(code === 'UNKNOWN_MODULE' ? isMistyped(name, load) : suggests(hint)),
  );
  for (const item of diagnostics.all) load.diagnostics.add(passable ? asPassable(item) : item);
  if (errors.length === 0 || !passable) return work;
  return {
    module: unavailable(work?.module.name ?? name, errors.map(messageThere).join(' ')),
    range: work?.range ?? map.range,
    local: work?.local ?? false,
    args: {},
  };
}
