/** What a target has to know of the run that uses it. */
import type { ContentStore } from '../../resources/resource.js';
import type { Connection } from '../../transport/types.js';
import type { WindowStep } from '../window/steps.js';

export interface TargetOptions {
  readonly name: string;
  readonly run: string;
  /** user@host of the controller, for the lock. */
  readonly who: string;
  readonly runJson: string;
  readonly store: ContentStore;
  /** Where large bytes are on the controller, by sha256. */
  readonly largeFiles: ReadonlyMap<string, string>;
  /** `change` takes the lock; `check` only looks whether it could be taken; `look` reads a journal that may be full or read-only. */
  readonly use: 'change' | 'check' | 'look';
  connect(): Promise<Connection>;
  /** Called before the first window that this user's journal takes is sent. */
  onJournal?(user: string): void;
  /** Progress lines of long steps. */
  readonly onProgress?: (text: string) => void;
}

/** How a user's shell ends before the user goes. */
export interface Leaving {
  /** What rtprov keeps of the user goes too. */
  readonly removesJournal: boolean;
  /** It stays with the journal: what a window removes must be as it was read. A lock whose shell is gone hinders nobody. */
  readonly keepsLock?: boolean;
}

/** A window to write. */
export interface WindowRequest {
  readonly steps: readonly WindowStep[];
  /** False after a merged write failed: each task is then written by itself. */
  readonly mergeTasks: boolean;
  /** Handlers that are to run after it, and that this user's journal remembers. */
  readonly owed: readonly string[];
}
