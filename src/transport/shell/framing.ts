/**
 * The frames of a shell session. Requests go `KIND NONCE LENGTH\n BODY NONCE\n`; the answer to a script is on
 * both output streams as `NONCE<` output `NONCE>` and three digits of status. The nonce is random and new for each script, so
 * output can hold any bytes, needs no line end, and noise between two answers is dropped.
 */
import { randomBytes } from 'node:crypto';
import { NulByte } from '../../shell/shell.js';
import { OutputKeeper, type Cut } from './output-keeper.js';

/** D: functions for the session's shell; R: a script; U: a script that reads the bytes after its frame from stdin. */
export type FrameKind = 'D' | 'R' | 'U';

export function newNonce(): string {
  return randomBytes(16).toString('hex');
}

export function encodeFrame(kind: FrameKind, nonce: string, text: string): Buffer {
  if (text.includes('\0')) throw new NulByte();
  const body = Buffer.from(text === '' ? ':' : text, 'utf8');
  return Buffer.concat([
    Buffer.from(`${kind} ${nonce} ${String(body.length)}\n`),
    body,
    Buffer.from(`${nonce}\n`),
  ]);
}

const STATUS_DIGITS = 3;

/** Finds one script's answer in one output stream that comes in arbitrary pieces. */
export class AnswerReader {
  private readonly begin: Buffer;
  private readonly end: Buffer;
  private state: 'before' | 'inside' | 'done' = 'before';
  private held: Buffer = Buffer.alloc(0);
  private found = 0;

  constructor(
    nonce: string,
    private readonly onData?: (chunk: Buffer) => void,
    private readonly keeper = new OutputKeeper(Number.MAX_SAFE_INTEGER),
  ) {
    this.begin = Buffer.from(`${nonce}<`);
    this.end = Buffer.from(`${nonce}>`);
  }

  /** Takes the next piece; true once the answer is complete. What follows the answer is dropped. */
  push(chunk: Buffer): boolean {
    if (this.state === 'done') return true;
    this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    if (this.state === 'before') this.skipToBegin();
    if (this.state === 'inside') this.readToEnd();
    return this.isDone;
  }

  get isDone(): boolean {
    return this.state === 'done';
  }

  get status(): number {
    return this.found;
  }

  /** What was printed so far. */
  get output(): Buffer {
    return this.keeper.output;
  }

  /** Where bytes were left out, and how many. */
  get cuts(): readonly Cut[] {
    return this.keeper.cuts;
  }

  /** Bytes that came before the answer began, such as the message of a shell that is dying. */
  get noise(): Buffer {
    return this.state === 'before' ? this.held : Buffer.alloc(0);
  }

  private skipToBegin(): void {
    const at = this.held.indexOf(this.begin);
    if (at >= 0) {
      this.state = 'inside';
      this.held = this.held.subarray(at + this.begin.length);
    } else if (this.held.length > NOISE_KEPT) {
      this.held = this.held.subarray(this.held.length - NOISE_KEPT);
    }
  }

  private readToEnd(): void {
    const at = this.held.indexOf(this.end);
    if (at >= 0) {
      const digits = at + this.end.length;
      this.take(at);
      if (this.held.length < digits - at + STATUS_DIGITS) return;
      this.found = Number(this.held.toString('latin1', this.end.length, this.end.length + STATUS_DIGITS));
      this.state = 'done';
      this.held = Buffer.alloc(0);
      return;
    }
    this.take(Math.max(0, this.held.length - this.end.length + 1));
  }

  /** Moves the first `length` held bytes to the output. */
  private take(length: number): void {
    if (length === 0) return;
    const piece = this.held.subarray(0, length);
    this.keeper.push(piece);
    this.onData?.(piece);
    this.held = this.held.subarray(length);
  }
}

const NOISE_KEPT = 64 * 1024;
