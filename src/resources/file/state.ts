/** Where something is mounted: at the path itself (a file system, or a file or folder by `mount --bind`), or below the directory. */
interface Mounted {
  readonly mount?: 'here' | 'below';
}

/** The state of a path. Owners are names (`root`), or decimal ids where the target has no name for them. */
export type FileState =
  | { readonly type: 'absent' }
  | (FileAttributes &
      Mounted & {
        readonly type: 'file';
        /** Of the bytes, lower-case hex. The bytes are in the content store when they were read or are wanted. */
        readonly sha256: string;
        readonly size: number;
      })
  | (FileAttributes &
      Mounted & {
        readonly type: 'directory';
        /** Digest of everything below (depth `tree`), so that a removed folder can be compared and restored. Missing where something is mounted below. */
        readonly tree?: string;
        /** Paths below, relative, in byte order, with their types (depth `tree`). */
        readonly listing?: readonly {
          readonly path: string;
          readonly type: 'file' | 'directory' | 'link' | 'other';
        }[];
      })
  | { readonly type: 'link'; readonly target: string; readonly owner: string; readonly group: string }
  | (FileAttributes &
      Mounted & {
        readonly type: 'other';
        /** As `stat -c %F` says: socket, fifo, ... */ readonly what: string;
      });

/** Of what a command makes at a path that it is said to touch: nobody knows before what it will be. */
export const anything: FileState = { type: 'link', target: '?', owner: 'root', group: 'root' };

export function isAnything(state: FileState): boolean {
  return state.type === 'link' && state.target === '?';
}

export interface FileAttributes {
  /** Four octal digits, for instance `0644` (setuid, setgid and sticky are in the first). */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** Seconds since the epoch with fraction, as `stat -c %.9Y` or `%Y`. Kept for undo; never compared. */
  readonly mtime?: string;
  /** Extended attributes except the SELinux label, name to base64 bytes; only where the target has getfattr and the file has some. */
  readonly xattrs?: Readonly<Record<string, string>>;
  /** SELinux label where the target labels files. */
  readonly selinux?: string;
}

declare module '../resource.js' {
  interface StateByKind {
    readonly file: FileState;
  }
}
