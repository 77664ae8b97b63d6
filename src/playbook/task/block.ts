/** `block`, `rescue` and `always`. */
import { mapGet, type MapNode } from '../../yaml/node.js';
import type { Site } from '../read/context.js';
import { PERHAPS } from '../include/guarded.js';
import { inherit } from '../read/inherited.js';
import { checkKeys } from '../read/keys.js';
import { keywordsOf } from '../read/keywords.js';
import type { Node } from '../read/model.js';
import { nearest } from '../../diagnostics/nearest.js';
import { Scope } from '../read/scope.js';
import { readShared } from '../read/shared.js';
import { readName } from './task-keywords.js';
import { noteNotified } from './task.js';

function checkBlockKeys(map: MapNode, site: Site): void {
  const { load } = site.play;
  const module = map.entries.find(
    ({ key }) =>
      load.modules.find(key) !== undefined && nearest(key, keywordsOf('block').keys()) === undefined,
  );
  if (module === undefined) {
    checkKeys(map, 'block', load);
    return;
  }
  checkKeys({ ...map, entries: map.entries.filter((entry) => entry !== module) }, 'block', load);
  load.diagnostics.error(
    'TWO_MODULES',
    'Block has a module',
    `A block contains tasks and does nothing itself, but here it has the module "${module.key}".`,
    module.keyRange,
    'Make a task of it, inside the block or beside it.',
  );
}

/** The tasks know all that they inherit from their block; the node only says which belong together. */
export function loadBlock(map: MapNode, site: Site, id: string): readonly Node[] {
  const { load } = site.play;
  checkBlockKeys(map, site);
  const scope = new Scope(site.scope);
  const shared = readShared(map, 'block', load, { layer: 'block_vars', scope });
  const name = readName(map, scope, site);
  noteNotified(shared.notify ?? [], site);
  const inside: Site = { ...site, scope, inherited: inherit(site.inherited, shared) };
  const part = (key: 'block' | 'rescue' | 'always'): readonly Node[] => {
    const entry = mapGet(map, key);
    const open = key === 'rescue' ? [...site.open, PERHAPS] : site.open;
    const isRescued = site.isRescued || (key === 'block' && mapGet(map, 'rescue') !== undefined);
    const inRescue = site.inRescue || key === 'rescue';
    const marked = { ...inside, open, isRescued, inRescue, prefix: `${id}.${key.charAt(0)}` };
    return entry === undefined ? [] : load.nodes(entry.value, `"${key}"`, marked);
  };
  const [block, rescue, always] = [part('block'), part('rescue'), part('always')];
  return [
    { type: 'block', id, ...(name === undefined ? {} : { name }), range: map.range, block, rescue, always },
  ];
}
