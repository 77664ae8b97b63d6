/** A program running on a target (an ssh exec channel) or here (a child process): three streams and an end. */
import type { Readable, Writable } from 'node:stream';
import type { RtprovError } from '../diagnostics/diagnostic.js';

/** How a program ended. `lost` says that the connection under it is gone, and why. */
export interface ProcessEnd {
  readonly code?: number;
  readonly signal?: string;
  readonly lost?: RtprovError;
}

export interface RemoteProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves once, when the program is gone and its output has been read, or 300 ms after it is gone. */
  readonly ended: Promise<ProcessEnd>;
  /** Ends the program's stdin and gives up its streams. Can be called again. */
  close(): void;
}

/** Background children can hold the streams of a program that is gone; its end is reported after this long. */
export const END_GRACE_MS = 300;

export function describeEnd(end: ProcessEnd): string {
  if (end.signal !== undefined) return `it was killed by ${end.signal}`;
  if (end.code !== undefined) return `it ended with status ${end.code}`;
  return 'its channel was closed';
}
