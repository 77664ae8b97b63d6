/** What the controller's files are, for the tests `is file`, `is directory` and their like. */
import { lstatSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { TemplateFault } from '../template/fault.js';
import type { PathLook } from '../template/runtime/path-look.js';

function seen(look: (path: string) => Stats, path: string): Stats | undefined {
  try {
    return look(path);
  } catch {
    return undefined;
  }
}

function demand(path: string): Stats {
  const found = seen(statSync, path);
  if (found === undefined)
    throw new TemplateFault('TEMPLATE_FILTER_FAILED', `The test "same_file" failed: there is no ${path}.`);
  return found;
}

/** As Python's os.path.ismount: another device than the folder above, or the root; a link is none. */
function isMount(path: string): boolean {
  const own = seen(lstatSync, path);
  if (own === undefined || own.isSymbolicLink()) return false;
  const above = lstatSync(dirname(realpathSync(path)));
  return own.dev !== above.dev || own.ino === above.ino;
}

export const pathLook: PathLook = (test, path, other = '') => {
  switch (test) {
    case 'directory':
      return seen(statSync, path)?.isDirectory() === true;
    case 'exists':
      return seen(statSync, path) !== undefined;
    case 'file':
      return seen(statSync, path)?.isFile() === true;
    case 'link':
      return seen(lstatSync, path)?.isSymbolicLink() === true;
    case 'link_exists':
      return seen(lstatSync, path) !== undefined;
    case 'mount':
      return isMount(path);
    case 'same_file': {
      const [one, two] = [demand(path), demand(other)];
      return one.dev === two.dev && one.ino === two.ino;
    }
  }
};
