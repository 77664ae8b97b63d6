import type { ConnectionOptions, InventoryOptions, OutputOptions } from '../options.js';

/** Options of `rtprov run`. */
export interface RunOptions extends InventoryOptions, ConnectionOptions, OutputOptions {
  readonly playbooks: readonly string[];
  readonly check: boolean;
  readonly diff: boolean;
  readonly forks: number;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly startAtTask?: string;
  readonly step: boolean;
  readonly plan?: string;
  readonly detailedExitcode: boolean;
  readonly rollbackOnFailure: boolean;
}
