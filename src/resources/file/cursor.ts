/** Reads the bytes that a script printed, from front to back. */
import { shortened } from '../../values/shortened.js';
import { RtprovError } from '../../diagnostics/diagnostic.js';

const newline = 0x0a;

export class Cursor {
  private at = 0;
  constructor(private readonly bytes: Buffer) {}

  /** The bytes up to the next newline, without it. */
  line(): string {
    const end = this.bytes.indexOf(newline, this.at);
    if (end < 0) throw readFailed('The output of the target ends too early.');
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }

  /** Moves past `text` when that is what comes next. */
  skip(text: string): boolean {
    const wanted = Buffer.from(text);
    if (!this.bytes.subarray(this.at, this.at + wanted.length).equals(wanted)) return false;
    this.at += wanted.length;
    return true;
  }

  /** The bytes up to `separator`, which is skipped; undefined when it does not come. */
  until(separator: string): Buffer | undefined {
    const end = this.bytes.indexOf(separator, this.at);
    if (end < 0) return undefined;
    const found = this.bytes.subarray(this.at, end);
    this.at = end + Buffer.byteLength(separator);
    return found;
  }

  take(count: number): Buffer {
    if (this.at + count > this.bytes.length) throw readFailed('The output of the target ends too early.');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  get remaining(): number {
    return this.bytes.length - this.at;
  }

  get atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** The next line for messages, shortened. */
  peek(): string {
    return JSON.stringify(shortened(this.bytes.toString('utf8', this.at, this.at + 4096), 60));
  }
}

export function readFailed(message: string): RtprovError {
  return new RtprovError('READ_FAILED', message);
}

/** Something changed while it was being read. Reading again is the cure. */
export function readRaced(path: string): RtprovError {
  return new RtprovError('READ_RACED', `${path} changed while it was being read.`, {
    hint: 'Read it again.',
  });
}
