/** Events as JSON lines, for programs (docs/events.md). */
import type { RunEvent } from '../engine/run/events.js';
import { visible, visibleJson } from '../diagnostics/printable.js';
import type { View } from './view.js';

export interface JsonViewOptions {
  /** Takes whole lines with their ends. */
  write(text: string): void;
  /** Where texts go that are not events: not among the JSON lines. */
  writeNote(text: string): void;
}

/**
 * One event as JSON on one line, without a line end. A value that is not known before acting becomes the text
 * `(unknown: reason)`, and a field that is undefined is left out.
 */
export function eventLine(event: RunEvent): string {
  return visibleJson(JSON.stringify(event));
}

export function jsonView(options: JsonViewOptions): View {
  return {
    event: (event) => options.write(`${eventLine(event)}\n`),
    note: (text) => options.writeNote(`${visible(text)}\n`),
    // Questions are asked on stderr, so that nothing has to be held back.
    suspend: () => Promise.resolve(),
    resume: () => undefined,
    end: () => Promise.resolve(),
  };
}
