/** Names of paths as shell words, and the names of the temporary files beside them. */
import { sha256Of } from '../lib/content-store.js';

/** The path as the scripts use it: never with a leading dash, never with a trailing slash. */
export function shellPath(name: string): string {
  const trimmed = name.replace(/\/+$/, '');
  if (trimmed === '') return '/';
  return trimmed.startsWith('/') ? trimmed : `./${trimmed}`;
}

/** The folder that the path is in; `/` is in itself. */
export function folderOf(name: string): string {
  const path = shellPath(name);
  const folder = path.slice(0, path.lastIndexOf('/'));
  return folder === '' ? '/' : folder;
}

/** The folders above a path from the nearest to the topmost, without the root. */
export function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    folders.push(path.slice(0, slash));
  return folders;
}

/**
 * The fixed part of a resource's temporary names, `.rtprov-<tag>.new` and `.rtprov-<tag>.old` in the path's
 * own folder: a repeated run finds what a killed one left.
 */
export function tagOf(name: string): string {
  return sha256Of(shellPath(name)).slice(0, 24);
}

/**
 * A list cut into parts whose words stay far below ARG_MAX (execve(2): a quarter of the stack limit, 2 MiB
 * with the usual 8 MiB), so that each part is one process of each tool.
 */
export function chunked<T>(items: readonly T[], bytesOf: (item: T) => number, limit = 256 * 1024): T[][] {
  const parts: T[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    const size = bytesOf(item) + 16;
    if (bytes + size > limit) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(item);
    bytes += size;
  }
  return parts;
}
