/** How the line of a machine's kernel arguments is shown and edited, wherever it is written. */
import type { ArgOwner } from '../../rt/args/arg-owner.js';
import type { KeptOptions } from '../../rt/args/kept-options.js';
import type { Step } from '../core/module.js';

export interface CmdlinePlace {
  /** The line of the usual entry as it is now, and with these owners. */
  readonly before: string;
  /** The lines of all entries as they are now. */
  readonly present: readonly string[];
  lineOf(owners: readonly ArgOwner[]): string;
  /** What has to be written besides rtprov's file of GRUB's defaults; or why it cannot be. */
  changes(owners: readonly ArgOwner[]): LineChanges | string;
  /** The comment for readers of rtprov's file, before the line. */
  readonly note: string;
}

export interface LineChanges {
  readonly steps: readonly Step[];
  readonly kept: readonly KeptOptions[];
  /** The line of each entry by its id. */
  readonly entries: Readonly<Record<string, string>>;
}
