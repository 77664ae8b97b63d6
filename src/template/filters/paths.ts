/** Filters on paths, which are POSIX paths of the target. */
import { posix } from 'node:path';
import { given, toList, toText } from '../runtime/arguments.js';
import { str } from '../python/format.js';
import { isList, tuple } from '../python/values.js';
import { define, type Definitions } from '../runtime/toolbox.js';

/** Python's `os.path.split`: the tail is what follows the last slash. */
function tail(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function head(path: string): string {
  const at = path.lastIndexOf('/') + 1;
  const found = path.slice(0, at);
  return /^\/*$/.test(found) ? found : found.replace(/\/+$/, '');
}

/** Python's `os.path.join`: an absolute part starts again. */
function join(parts: readonly string[]): string {
  return parts.reduce((made, part) => {
    if (part.startsWith('/') || made === '') return part;
    return made.endsWith('/') ? made + part : `${made}/${part}`;
  });
}

function normalize(path: string): string {
  if (path === '') return '.';
  const made = posix.normalize(path);
  return made.length > 1 ? made.replace(/\/$/, '') : made;
}

export const pathFilters: Definitions = {
  basename: define([], (_, value) => tail(toText(value, 'basename'))),
  dirname: define([], (_, value) => head(toText(value, 'dirname'))),
  splitext: define([], (_, value) => {
    const path = toText(value, 'splitext');
    const name = tail(path);
    const dot = name.lastIndexOf('.');
    const isExtension = dot > 0 && !/^\.+$/.test(name.slice(0, dot));
    const at = isExtension ? path.length - name.length + dot : path.length;
    return tuple(path.slice(0, at), path.slice(at));
  }),
  relpath: define(['start'], (_, value, [start]) => {
    const made = posix.relative(normalize(str(given(start, '/'))), normalize(str(value)));
    return made === '' ? '.' : made;
  }),
  normpath: define([], (_, value) => normalize(str(value))),
  path_join: define([], (_, value) => {
    const parts = isList(value) ? toList(value) : [value];
    return join(parts.map((part) => toText(part, 'path_join')));
  }),
};
