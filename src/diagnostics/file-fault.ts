/** What the system says of a file, in a sentence: errno(3). */

const sentences: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `${path} does not exist`,
  ENOTDIR: (path) => `${path} cannot be there: a part of this path is not a folder`,
  EACCES: (path) => `permission is denied for ${path}`,
  EPERM: (path) => `permission is denied for ${path}`,
  EISDIR: (path) => `${path} is a folder and not a regular file`,
  ELOOP: (path) => `${path} goes through too many symbolic links`,
  ENAMETOOLONG: (path) => `the name ${path} is too long`,
  EROFS: (path) => `${path} is on a read-only file system`,
  ENOSPC: (path) => `no space left for ${path}`,
};

/** Without a full stop. `path`: as the user knows it. Every other error keeps its own text. */
export function fileFault(error: unknown, path: string): string {
  const { code } = error as NodeJS.ErrnoException;
  const own = error instanceof Error ? error.message : String(error);
  return (code === undefined ? undefined : sentences[code]?.(path)) ?? own;
}
