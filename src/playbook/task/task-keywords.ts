/** The keywords that only tasks have, and all of a task's keywords as the engine reads them. */
import type { Module } from '../../modules/core/module.js';
import { mapGet, type MapNode } from '../../yaml/node.js';
import { readConditions } from './conditions.js';
import type { LoadContext, Site } from '../read/context.js';
import type { Inherited } from '../read/inherited.js';
import type { Loop } from './loop.js';
import type { Keywords, Templated } from '../read/model.js';
import { readNumber, readText } from '../read/read.js';
import type { Scope } from '../read/scope.js';
import { located, noteUses } from '../read/templated.js';
import { isVariableName, reportBadName } from '../play/vars.js';

/** The keywords of a task that no other place has. */
export type OwnKeywords = Pick<
  Keywords,
  'register' | 'changedWhen' | 'failedWhen' | 'until' | 'retries' | 'delay' | 'undo' | 'touches'
>;

/** `register`, whose name is known everywhere from then on. */
export function readRegister(map: MapNode, site: Site): Pick<Keywords, 'register'> {
  const { load } = site.play;
  const node = mapGet(map, 'register')?.value;
  const name = node === undefined ? undefined : readText(node, 'register', load.diagnostics);
  if (name === undefined) return {};
  if (!isVariableName(name.value)) {
    reportBadName(name.value, name.range, load);
    return {};
  }
  load.root.add(name.value, name.range);
  load.defined.add(name.value, name.range);
  return { register: name.value };
}

/** Undefined also for an empty list: as in Ansible it asks for nothing, so what the module says counts. */
function conditionsOf(map: MapNode, key: string, scope: Scope, site: Site): Keywords['until'] {
  const node = mapGet(map, key)?.value;
  if (node === undefined || (node.type === 'list' && node.items.length === 0)) return undefined;
  return readConditions(node, key, scope, site.play.load);
}

function numberOf(map: MapNode, key: string, scope: Scope, site: Site): Templated | undefined {
  const node = mapGet(map, key)?.value;
  if (node === undefined) return undefined;
  noteUses(node, scope, site.play.load);
  return readNumber(node, key, site.play.load.diagnostics);
}

function templatedOf(map: MapNode, key: string, scope: Scope, site: Site): Templated | undefined {
  const node = mapGet(map, key)?.value;
  if (node === undefined) return undefined;
  noteUses(node, scope, site.play.load);
  return located(node);
}

function defined<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** `timeout` has no effect on what changes something itself. */
export function checkTimeout(map: MapNode, module: Module, load: LoadContext): void {
  const timeout = mapGet(map, 'timeout');
  if (timeout === undefined || module.endsAtTimeout === true) return;
  if (timeout.value.type === 'scalar' && timeout.value.value === 0) return;
  load.diagnostics.warning(
    'TIMEOUT_WITHOUT_EFFECT',
    `No timeout for ${module.name}`,
    `"timeout" ends commands and tasks that wait. ${module.name} is never interrupted, because a change would then be incomplete.`,
    timeout.keyRange,
    'Remove timeout from this task.',
  );
}

export function readOwn(map: MapNode, scope: Scope, site: Site): OwnKeywords {
  const until = conditionsOf(map, 'until', scope, site);
  const retries = mapGet(map, 'retries');
  if (retries !== undefined && until === undefined) {
    site.play.load.diagnostics.warning(
      'RETRIES_WITHOUT_UNTIL',
      'Retries without until',
      'Without "until" a task runs once, and "retries" has no effect.',
      retries.keyRange,
      'Add a condition that ends the repeating, for instance: until: result is succeeded.',
    );
  }
  return defined<OwnKeywords>({
    ...readRegister(map, site),
    changedWhen: conditionsOf(map, 'changed_when', scope, site),
    failedWhen: conditionsOf(map, 'failed_when', scope, site),
    until,
    retries: numberOf(map, 'retries', scope, site),
    delay: numberOf(map, 'delay', scope, site),
    undo: templatedOf(map, 'undo', scope, site),
    touches: templatedOf(map, 'touches', scope, site),
  });
}

/** The keywords as the engine reads them, inherited ones included. */
export function toKeywords(inherited: Inherited, loop: Loop, own: Partial<OwnKeywords> = {}): Keywords {
  return {
    when: inherited.when,
    ...(loop.loop === undefined ? {} : { loop: loop.loop }),
    loopControl: loop.control,
    notify: inherited.notify,
    tags: inherited.tags,
    environment: inherited.environment,
    vars: inherited.vars,
    ...inherited.singles,
    ...own,
  };
}

export function readName(map: MapNode, scope: Scope, site: Site): string | undefined {
  const node = mapGet(map, 'name')?.value;
  if (node === undefined || (node.type === 'scalar' && node.value === null)) return undefined;
  noteUses(node, scope, site.play.load);
  return readText(node, 'name', site.play.load.diagnostics)?.value;
}
