/** What every view is: something that is fed with a run's events and shows them. */
import type { RunEvent } from '../engine/run/events.js';
import type { Paint } from './paint.js';

export interface View {
  event(event: RunEvent): void;
  /** A text for the person that is not an event of the run. It never goes between JSON lines. */
  note(text: string): void;
  /** All that was reported is on the screen, and the terminal is as it was before. Later events are still shown. */
  end(): Promise<void>;
  /** Clears the live part and holds back what comes, so that a question can be asked. Can be nested. */
  suspend(): Promise<void>;
  resume(): void;
}

/** How events become text; the same for the live and the plain view. */
export interface TextOptions {
  readonly paint: Paint;
  /** Show diffs. */
  readonly diff: boolean;
  /** 0 to 3, see docs/output.md. */
  readonly verbosity: number;
  /** Paths of files below this folder are shown relative to it. */
  readonly baseDir?: string;
}
