/** Which handlers a `notify` means. */
import type { Handler } from '../read/model.js';

/** What is looked at of a handler. */
export type NamedHandler = Pick<Handler, 'name' | 'role' | 'listen' | 'range'>;

/** The names by which a `notify` may call a handler. */
export function handlerNames(handler: NamedHandler): readonly string[] {
  if (handler.name === undefined) return [];
  return handler.role === undefined
    ? [handler.name]
    : [handler.name, `${handler.role.name} : ${handler.name}`];
}

/**
 * The handlers that a notified name means: one of that name, and every one that listens to it. Of several with one name the file
 * that was loaded last counts, and in it the first (as in ansible-core 2.19, for tasks of the role too). Of those that listen and
 * have one name likewise. They run in the order of `handlers`.
 */
export function resolveNotify<T extends NamedHandler>(handlers: readonly T[], name: string): readonly T[] {
  const chosen = firstOfLast(handlers.filter((handler) => handlerNames(handler).includes(name)));
  const listening = handlers.filter(({ listen }) => listen.includes(name));
  return handlers.filter(
    (handler) =>
      handler === chosen ||
      (listening.includes(handler) &&
        (handler.name === undefined ||
          handler === firstOfLast(listening.filter((other) => other.name === handler.name)))),
  );
}

/** A file may be loaded more than once: then its last load counts. */
function firstOfLast<T extends NamedHandler>(named: readonly T[]): T | undefined {
  const last = named.at(-1);
  const together = named.filter(({ role }) => role?.path === last?.role?.path);
  const [first] = together;
  return together.findLast(
    ({ range }) => range.file === first?.range.file && range.line === first.range.line,
  );
}
