/** An entry of GRUB's environment block. Plain JSON. */

/** A boot entry that GRUB keeps in its environment block. */
export interface BootEntryState {
  /** Is there a GRUB at all? */
  readonly grub: boolean;
  /** The entry's id, or the ids of its submenus and its own with `>` between them; undefined: none is set. */
  readonly entry?: string;
}

declare module '../resource.js' {
  interface StateByKind {
    /** `default` or `next`. */
    readonly boot_entry: BootEntryState;
  }
}
