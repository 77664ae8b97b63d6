/**
 * The terminal below the live view: lines that stay are put above the live part, in the same write as its next
 * picture, so that nothing flickers. What others write meanwhile is put there too instead of being kept until the
 * end, as listr2 would.
 */

/** The part of a `tty.WriteStream` that is used; tests give their own. */
export interface TerminalStream {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
}

// eslint-disable-next-line no-control-regex
const erasing = /^(?:\x1b\[2K(?:\x1b\[1A)?)*(?:\x1b\[G)?/;
// eslint-disable-next-line no-control-regex
const onlyCursor = /^\x1b\[\?25[hl]$/;
const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';

/** Some pseudo-terminals say that they have no columns. */
function positive(size: number | undefined): number | undefined {
  return size !== undefined && size > 0 ? size : undefined;
}

type Write = (text: string) => unknown;

export class LiveOutput {
  /** Lines that wait for the next picture. */
  private pending = '';
  /** What others wrote that has no line end yet. */
  private partial = '';
  /** The picture that is on the screen; undefined when there is none, and writes go straight through. */
  private picture: string | undefined;
  private restore: (() => void) | undefined;
  private raw: Write;

  /** `others` are further streams to the same terminal: stderr. */
  constructor(
    private readonly stream: TerminalStream,
    private readonly others: readonly TerminalStream[],
  ) {
    this.raw = (text) => stream.write(text);
  }

  get columns(): number {
    return positive(this.stream.columns) ?? 80;
  }

  get rows(): number {
    return positive(this.stream.rows) ?? 24;
  }

  /** Text with whole lines, to stay on the screen. */
  print(text: string): void {
    if (this.restore === undefined) this.raw(text);
    else this.pending += text;
  }

  /** From here on the live part may be drawn. */
  take(): void {
    const undo = [this.stream, ...this.others].map((stream) => this.capture(stream));
    this.restore = () => undo.forEach((back) => back());
    process.once('exit', this.leave);
    this.raw(hideCursor);
    this.picture = '';
  }

  /** A new picture: how the old one is erased, and the new one's lines. */
  draw(chunk: string): void {
    if (this.picture === undefined) return;
    const erase = erasing.exec(chunk)?.[0] ?? '';
    this.picture = chunk.slice(erase.length);
    this.raw(erase + this.takePending() + this.picture);
  }

  /** Puts waiting lines above the picture that is there. */
  flush(): void {
    if (this.pending === '' || this.picture === undefined) return;
    this.raw(this.erasePicture() + this.takePending() + this.picture);
  }

  /** The picture was erased; everything is written straight through again. */
  release(): void {
    if (this.restore === undefined) return;
    process.off('exit', this.leave);
    const rest = this.takePending() + (this.partial === '' ? '' : `${this.partial}\n`);
    this.partial = '';
    this.raw(rest + showCursor);
    this.restore();
    this.restore = undefined;
    this.picture = undefined;
  }

  /** The process ends without the view: an error message that was just written must not be lost. */
  private readonly leave = (): void => {
    this.raw(this.erasePicture());
    this.release();
  };

  private erasePicture(): string {
    if (this.picture === undefined || this.picture === '') return '';
    return `\x1b[2K${'\x1b[1A\x1b[2K'.repeat(this.picture.split('\n').length - 1)}\x1b[G`;
  }

  private takePending(): string {
    const text = this.pending;
    this.pending = '';
    return text;
  }

  private capture(stream: TerminalStream): () => void {
    const own = Object.getOwnPropertyDescriptor(stream, 'write');
    const original = stream.write.bind(stream);
    const before = this.raw;
    if (stream === this.stream) this.raw = original;
    const replaced = (chunk: unknown, ...rest: readonly unknown[]): boolean => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8');
      if (onlyCursor.test(text)) original(text);
      else this.stray(text);
      const done = rest.at(-1);
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
    Object.defineProperty(stream, 'write', { value: replaced, configurable: true, writable: true });
    return () => {
      if (own === undefined) Reflect.deleteProperty(stream, 'write');
      else Object.defineProperty(stream, 'write', own);
      if (stream === this.stream) this.raw = before;
    };
  }

  private stray(text: string): void {
    const whole = this.partial + text;
    const end = whole.lastIndexOf('\n') + 1;
    this.pending += whole.slice(0, end);
    this.partial = whole.slice(end);
  }
}
