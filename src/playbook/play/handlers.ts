/** Handlers: reading them, and finding those that a `notify` means. */
import { createHash } from 'node:crypto';
import { LimitedRegExp } from '../../values/limited-regex.js';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/nearest.js';
import { handlerNames, resolveNotify, type NamedHandler } from '../names/notify.js';
import type { PlayContext, Site } from '../read/context.js';
import type { Handler, Node } from '../read/model.js';
import { loadTaskFile } from '../task/task-file.js';
import { isTemplate } from '../read/templated.js';

function reportUnsuitable(range: SourceRange, what: string, site: Site): void {
  site.play.load.diagnostics.error(
    'BAD_HANDLER',
    'Entry cannot be a handler',
    `A handler is one task, but this is ${what}.`,
    range,
    'Put the tasks in a separate file, and write a handler that imports it with import_tasks.',
  );
}

/** Handlers as a flat list; blocks that only share keywords are opened. */
export function flattenHandlers(nodes: readonly Node[], site: Site): readonly Handler[] {
  return nodes.flatMap((node) => {
    if (node.type === 'task' || (node.type === 'include' && node.kind === 'tasks')) return [node];
    if (node.type === 'block' && node.rescue.length + node.always.length > 0) {
      reportUnsuitable(node.range, 'a block with rescue or always', site);
      return [];
    }
    if (node.type === 'block') return flattenHandlers(node.block, site);
    if (node.type === 'include') reportUnsuitable(node.range, 'an include of a role', site);
    return [];
  });
}

/**
 * Loads a role's handlers into the play. `use`: what makes two uses of the role differ. Their ids come from it, so that they are
 * the same handlers whenever the role is loaded again.
 */
export function loadHandlerFile(path: string, use: string, site: Site, range: SourceRange): void {
  const { play } = site;
  const digest = createHash('sha256').update(use).digest('hex').slice(0, 12);
  const prefix = `${play.handlerPrefix}${digest}.`;
  const nodes = loadTaskFile(path, { ...site, place: 'handler', prefix }, range);
  play.handlers.push(...flattenHandlers(nodes, site));
}

/** Names with templates may come out as anything that fits around them. */
function mayMatch(handler: NamedHandler, name: string): boolean {
  return [...handlerNames(handler), ...handler.listen].filter(isTemplate).some((pattern) => {
    const parts = pattern.split(/\{\{.*?\}\}/s).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new LimitedRegExp(`^${parts.join('.*')}$`, 's', pattern).test(name);
  });
}

/** Reports every literal `notify` that no handler answers to. */
export function checkNotified(play: PlayContext): void {
  if (play.handlersUnknown) return;
  const { handlers } = play;
  const names = handlers.flatMap((handler) => [
    ...(handler.name === undefined ? [] : [handler.name]),
    ...handler.listen,
  ]);
  for (const { name } of play.notified) {
    if (isTemplate(name.value) || play.brokenHandlers.has(name.value)) continue;
    if (resolveNotify(handlers, name.value).length > 0) continue;
    if (handlers.some((handler) => mayMatch(handler, name.value))) continue;
    const known =
      names.length === 0
        ? 'This play has no handlers.'
        : `The handlers are: ${[...new Set(names)].join(', ')}.`;
    play.load.diagnostics.error(
      'UNKNOWN_HANDLER',
      'Handler does not exist',
      `No handler of this play is named "${name.value}" or listens to it.`,
      name.range,
      didYouMean(name.value, names) ?? known,
    );
  }
}
