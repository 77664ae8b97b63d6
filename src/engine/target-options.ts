/** What a target has to be told of the run that uses it. */
import type { ContentStore } from '../resources/resource.js';
import type { Connection } from '../transport/types.js';

export interface TargetOptions {
  readonly name: string;
  readonly run: string;
  /** user@host of the controller, for the lock. */
  readonly who: string;
  readonly runJson: string;
  readonly store: ContentStore;
  /** Where large bytes lie on the controller, by sha256. */
  readonly largeFiles: ReadonlyMap<string, string>;
  /** Only a run that changes things takes the lock. */
  readonly locks: boolean;
  connect(): Promise<Connection>;
  /** Progress lines of long steps. */
  readonly onProgress?: (text: string) => void;
}
