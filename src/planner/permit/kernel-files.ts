/** Files below /proc and /sys are the kernel's: a new file can neither be made beside them nor take their place (proc(5), sysfs(5)). */
import type { FileState } from '../../resources/file/state.js';
import { isInPlace } from '../../resources/file/in-place.js';
import { isPattern, pathFault } from '../../resources/kernel-setting/path.js';

/** Why the path, without links among its folders, cannot get these bytes; undefined when it can. The write would fail in the middle of the run. */
export function kernelFile(path: string, from: FileState, to: FileState): string | undefined {
  const [, root] = /^\/(proc|sys)\//.exec(path) ?? [];
  if (root === undefined || to.type !== 'file' || isInPlace(from, to)) return undefined;
  if (from.type === 'absent')
    return `${path} cannot be created: only the kernel creates files below /${root}`;
  const parameter = /^\/proc\/sys\/(.+)/.exec(path)?.[1];
  // sysctl(8): the first separator shows which of the two means a folder.
  const name = parameter?.includes('.') === true ? parameter : parameter?.replaceAll('/', '.');
  const instead =
    name === undefined
      ? isPattern(path) || pathFault(path) !== undefined
        ? 'Write to it with `shell`, and give the task an `undo` and a `changed_when`.'
        : 'Use `kernel_setting`.'
      : `Use \`sysctl\` with \`name: ${name}\` and \`sysctl_set: true\`.`;
  return `${path} is a file of the kernel, which cannot be replaced. ${instead}`;
}
