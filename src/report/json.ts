/** Events as JSON lines, for programs (docs/events.md). */
import type { RunEvent } from '../engine/events.js';
import type { View } from './view.js';

export interface JsonViewOptions {
  /** Takes whole lines with their ends. */
  write(text: string): void;
  /** Where texts go that are no events: not among the JSON lines. */
  writeNote(text: string): void;
}

/**
 * One event as JSON on one line, without a line end. A value that is not known before acting becomes the text
 * `(unknown: reason)`, and a field that is undefined is left out.
 */
export function eventLine(event: RunEvent): string {
  // C1 and DEL are no control characters for JSON, but are for a terminal that shows the lines.
  return JSON.stringify(event).replace(
    /[\x7f-\x9f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}

export function jsonView(options: JsonViewOptions): View {
  return {
    event: (event) => options.write(`${eventLine(event)}\n`),
    note: (text) => options.writeNote(`${text}\n`),
    // Questions are asked on stderr, so that nothing has to be held back.
    suspend: () => Promise.resolve(),
    resume: () => undefined,
    end: () => Promise.resolve(),
  };
}
