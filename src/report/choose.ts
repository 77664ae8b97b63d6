/** Which view a command gets: JSON lines, live on a terminal, plain lines otherwise and in CI. */
import { jsonView } from './json.js';
import { liveView, type LiveTerminal } from './live.js';
import { plainView } from './plain.js';
import type { TextOptions, View } from './view.js';

export interface ViewChoice extends TextOptions {
  readonly json: boolean;
  readonly isTTY: boolean;
  readonly ci: boolean;
  /** What the live view draws on; the other views write to its `stream`. */
  readonly terminal: LiveTerminal;
  /** Where notes go beside JSON lines: stderr. */
  writeNote(text: string): void;
  /** The live view's clock, in milliseconds; for tests. */
  readonly now?: () => number;
}

export function chooseView(choice: ViewChoice): View {
  const { stream } = choice.terminal;
  const write = (text: string): void => void stream.write(text);
  if (choice.json) return jsonView({ write, writeNote: (text) => choice.writeNote(text) });
  return choice.isTTY && !choice.ci ? liveView(choice) : plainView({ ...choice, write });
}

/** Whether a terminal is not a place for moving lines: CI runs with a terminal of its own, and `TERM=dumb`. */
export function isCi(environment: NodeJS.ProcessEnv): boolean {
  const ci = environment['CI'];
  return environment['TERM'] === 'dumb' || (ci !== undefined && ci !== '' && ci !== '0' && ci !== 'false');
}
