/** One line a happening, each with its host: for logs, CI and whatever is not a terminal. */
import { visible } from '../diagnostics/printable.js';
import { EventText } from './event-text.js';
import { Hold } from './hold.js';
import type { TextOptions, View } from './view.js';

export interface PlainViewOptions extends TextOptions {
  /** Takes whole lines with their ends. */
  write(text: string): void;
}

export function plainView(options: PlainViewOptions): View {
  const text = new EventText({ ...options, quiet: false });
  const hold = new Hold();
  const print = (lines: readonly string[]): void => {
    if (lines.length > 0) options.write(`${lines.join('\n')}\n`);
  };
  return {
    event: (event) => hold.run(() => print(text.lines(event))),
    note: (note) => hold.run(() => print(visible(note).split('\n'))),
    suspend: () => {
      hold.suspend();
      return Promise.resolve();
    },
    resume: () => void hold.resume(),
    end: () => {
      hold.release();
      return Promise.resolve();
    },
  };
}
