/** What the engine sees of a connection to a target. */
import type { Readable } from 'node:stream';
import type { Shell } from '../shell/shell.js';

export interface ScriptResult {
  /** Exit status of the script, 0 to 255. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface RunOptions {
  /** Deadline for the whole script in milliseconds; none by default (a package installation takes what it takes). */
  readonly timeoutMs?: number;
  /** Called with pieces of standard error as they come, for progress; the pieces are still collected. */
  readonly onStderr?: (chunk: Buffer) => void;
  readonly signal?: AbortSignal;
}

/**
 * One long-lived POSIX shell on a target, as one user. Scripts are read whole before the first of their
 * commands runs, so a broken connection never leaves half a script running.
 */
export interface ShellSession {
  /** The user that the shell runs as, as the target names it, and its numeric id. */
  readonly user: string;
  readonly uid: number;
  readonly home: string;
  /**
   * Runs a script in a subshell of the session (its cd, exports and traps do not outlive it; functions
   * defined with `define` are visible in it) and gives what it printed. One network round trip.
   * Errors: RtprovError CONNECTION_LOST, SHELL_DIED, SCRIPT_TIMEOUT.
   */
  run(script: Shell, options?: RunOptions): Promise<ScriptResult>;
  /**
   * Sends function definitions that later scripts of this session can use. Costs no round trip of its own:
   * the text travels in front of the next script. `name` makes it happen once per session.
   */
  define(name: string, library: Shell): void;
  /**
   * Streams bytes into a new file in bounded memory (temp name in the same folder, fsync, rename); mode 0600.
   * Gives the sha256 and size that the target read back.
   */
  upload(source: Readable, remotePath: string): Promise<{ readonly sha256: string; readonly size: number }>;
  /** Streams a file's bytes from the target. */
  download(remotePath: string): Promise<Readable>;
}

export interface BecomeOptions {
  readonly user: string;
  /** Only sudo is spoken in this version. */
  readonly method: 'sudo';
  readonly password?: string;
}

/** A connection to one host. Sessions are opened on first use and re-made after they die. */
export interface Connection {
  readonly hostName: string;
  /** The shell of the login user, or of the become user. The same session is given for the same user. */
  session(become?: BecomeOptions): Promise<ShellSession>;
  /** Opens a TCP connection from the target to host:port and closes it; true when it was accepted. */
  probePort(host: string, port: number, timeoutMs: number): Promise<boolean>;
  /** Drops the present connection, so that the next use makes a new one (TCP, host key, authentication). */
  reconnect(): Promise<void>;
  close(): Promise<void>;
  /** Counts for benchmarks and tests. A round trip is one script sent and its answer awaited. */
  readonly stats: { readonly roundTrips: number; readonly bytesSent: number; readonly bytesReceived: number; readonly connects: number };
}
