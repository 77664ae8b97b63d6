/** Paths on the target: absolute, with one spelling for each, so that one file is one resource. */
import type { TargetFacts } from '../../resources/facts/target.js';

/** Removes doubled slashes, `.` parts and a slash at the end. `..` stays: after a link it is not textual. */
function tidy(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return `/${parts.join('/')}`;
}

/**
 * Makes a path of a task absolute: `~` and `$HOME` are the home folder of the user that the task runs as, and
 * a relative path starts there (it is where an SSH command starts).
 */
export function targetPath(text: string, facts: Pick<TargetFacts, 'home'>): string {
  const expanded = text.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, () => facts.home);
  return tidy(expanded.startsWith('/') ? expanded : `${facts.home}/${expanded}`);
}

export function parentOf(path: string): string {
  const index = path.lastIndexOf('/');
  return index <= 0 ? '/' : path.slice(0, index);
}

export function baseName(path: string): string {
  const tidied = path.replace(/\/+$/, '');
  return tidied.slice(tidied.lastIndexOf('/') + 1);
}

export function joinPath(folder: string, relative: string): string {
  return tidy(`${folder}/${relative}`);
}

/** `/a`, `/a/b`, `/a/b/c` for `/a/b/c`; without the root. */
export function ancestorsAndSelf(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** Where a link at `path` with this text points, as an absolute path; `..` is resolved as text. */
export function linkDestination(path: string, target: string): string {
  const absolute = target.startsWith('/') ? target : `${parentOf(path)}/${target}`;
  const parts: string[] = [];
  for (const part of absolute.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
