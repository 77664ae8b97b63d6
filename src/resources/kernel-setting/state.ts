/** A writable file of the kernel that holds one setting. Plain JSON. */

/** Why a file has no value that could be a setting. */
export type NoValue =
  /** The running kernel has no such file. */
  | 'absent'
  /** A folder, a device or a symbolic link. */
  | 'not-a-file'
  /** Its folder leads out of the places that are for settings. */
  | 'outside'
  /** It is too long, has several lines or is not plain text. */
  | 'not-a-setting'
  /** It can only be written, or the kernel does not let it be read (lockdown). */
  | 'unreadable';

/** A setting by the path of its file. */
export interface KernelSettingState {
  /** The kernel's text, white space folded to single blanks: `[always] madvise never`, `00000000,0000000f`. */
  readonly value?: string;
  /** False where the file or its mount is read-only (a container). */
  readonly writable: boolean;
  /** Why `value` is undefined; never with a value. */
  readonly why?: NoValue;
  /** What the kernel said when it could not be read: `Operation not permitted`. */
  readonly reason?: string;
  /** Of a name that is a pattern: the paths that it stands for, in byte order. Such a state has no value. */
  readonly matches?: readonly string[];
}

declare module '../resource.js' {
  interface StateByKind {
    readonly kernel_setting: KernelSettingState;
  }
}
