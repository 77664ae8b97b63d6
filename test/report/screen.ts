/** A terminal in memory: enough of one for what log-update and the live view write. */
import type { TerminalStream } from '../../src/report/live-output.js';

export class Screen implements TerminalStream {
  private lines = [''];
  private row = 0;
  private column = 0;
  cursorShown = true;

  constructor(
    readonly columns = 100,
    readonly rows = 30,
  ) {}

  /** Everything that was ever written and not erased, scrolled away or not. */
  get text(): string {
    return this.lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  write(text: string): boolean {
    // eslint-disable-next-line no-control-regex
    for (const [token] of text.matchAll(/\x1b\[\??(\d*)([A-Za-z])|[\s\S]/gu)) this.token(token);
    return true;
  }

  private token(token: string): void {
    if (token === '\n') {
      this.row += 1;
      this.column = 0;
      if (this.row === this.lines.length) this.lines.push('');
    } else if (token === '\x1b[2K') this.lines[this.row] = '';
    else if (token === '\x1b[1A') this.row = Math.max(0, this.row - 1);
    else if (token === '\x1b[G') this.column = 0;
    else if (token === '\x1b[?25l') this.cursorShown = false;
    else if (token === '\x1b[?25h') this.cursorShown = true;
    else if (token.startsWith('\x1b') || token === '\r')
      throw new Error(`unexpected ${JSON.stringify(token)}`);
    else {
      const line = this.lines[this.row] ?? '';
      this.lines[this.row] =
        line.padEnd(this.column).slice(0, this.column) + token + line.slice(this.column + token.length);
      this.column += token.length;
    }
  }
}

/** Waits until it holds; throws with what is on the screen when it never does. */
export async function until(screen: Screen, holds: (text: string) => boolean): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (holds(screen.text)) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`still on the screen:\n${screen.text}`);
}
