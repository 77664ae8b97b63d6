/** What the engine sees of a connection to a target. */
import type { Readable } from 'node:stream';
import type { Shell } from '../shell/shell.js';
import type { Cut } from './shell/output-keeper.js';
import type { Trace } from './trace.js';

export interface ScriptResult {
  /** Exit status of the script, 0 to 255. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Where bytes were left out because there were too many; absent when none were. */
  readonly cuts?: { readonly stdout: readonly Cut[]; readonly stderr: readonly Cut[] };
}

export interface RunOptions {
  /**
   * Deadline for the whole script in milliseconds; none by default (a package installation takes what it takes).
   * A script that misses it is stopped on the target, with all its children.
   */
  readonly timeoutMs?: number;
  /** What is before each mark of an answer in parts: the limit of the output then holds for each part. */
  readonly mark?: string;
  /** It only reads: it has the connection's deadline, and is stopped when it prints more than the limit (OUTPUT_TOO_LARGE). */
  readonly isRead?: boolean;
  /** Called with pieces of standard error as they come, for progress; the pieces are still collected. */
  readonly onStderr?: (chunk: Buffer) => void;
  /** Why a trace shows nothing of it but its length: `no_log`, or `secrets` for states that hold some. */
  readonly withheld?: 'no_log' | 'secrets';
  /** Ends the waiting (INTERRUPTED). A script already sent runs to its end; the session's next script waits for that. */
  readonly signal?: AbortSignal;
}

/**
 * One long-lived POSIX shell on a target, as one user. Scripts are read whole before the first of their
 * commands runs, so a broken connection never leaves half a script running. The handle stays good: a shell or connection
 * that died is made again by the next run, with the functions that were defined.
 */
export interface ShellSession {
  /** The user that the shell runs as, as the target names it, and its numeric id. */
  readonly user: string;
  readonly uid: number;
  readonly home: string;
  /**
   * Runs a script in a subshell of the session (its cd, exports and traps do not outlive it; functions
   * defined with `define` are visible in it) and gives what it printed. One network round trip.
   * Its stdin is /dev/null. Scripts of one session run one after the other.
   * Errors: RtprovError CONNECTION_LOST, SHELL_DIED, SCRIPT_TIMEOUT, INTERRUPTED, and those of connecting.
   */
  run(script: Shell, options?: RunOptions): Promise<ScriptResult>;
  /**
   * Sends function definitions that later scripts of this session can use. Costs no round trip of its own:
   * the text travels in front of the next script. `name` makes it happen once per session.
   */
  define(name: string, library: Shell): void;
  /**
   * What the shell runs last when it has to give up its channel for the shell of another user, because sshd allows no more. It is
   * a shell of the same session that runs the next script then.
   */
  beforeGivingWay(script: Shell): void;
  /** Ends the shell, once it is idle, and resolves when it has ended here; the next use opens a new one. */
  end(): Promise<void>;
  /**
   * Streams bytes into a new file in bounded memory (temp name in the same folder, fsync, rename); mode 0600.
   * Gives the sha256 and size that the target read back. Errors: UPLOAD_FAILED, CONNECTION_LOST, SHELL_DIED, INTERRUPTED.
   */
  upload(
    source: Readable,
    remotePath: string,
    options?: Pick<RunOptions, 'signal' | 'withheld'>,
  ): Promise<{ readonly sha256: string; readonly size: number }>;
  /** Streams a file's bytes from the target. Errors: DOWNLOAD_FAILED; a cut stream fails with CONNECTION_LOST. */
  download(remotePath: string): Promise<Readable>;
}

export interface BecomeOptions {
  readonly user: string;
  /** Only sudo is spoken in this version. */
  readonly method: 'sudo';
  readonly password?: string;
}

/** Counts for benchmarks and tests. A round trip is one script sent and its answer awaited. */
export interface ConnectionStats {
  readonly roundTrips: number;
  /** Bytes on the wire to and from the first hop (for `local`: of the shells' streams). */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Connections made (hops of a jump chain are not counted) plus shells started. */
  readonly connects: number;
}

/** A connection to one host. Sessions are opened on first use and re-made after they die. */
export interface Connection {
  readonly hostName: string;
  /** The shell of the login user, or of the become user. The same session is given for the same user. */
  session(become?: BecomeOptions): Promise<ShellSession>;
  /**
   * The same as `(await session(become)).run(script, options)`, but when the shell is not open yet the script travels
   * together with the shell's start: the first answer comes a round trip earlier.
   */
  run(script: Shell, options?: RunOptions & { readonly become?: BecomeOptions }): Promise<ScriptResult>;
  /** Opens a TCP connection from the target to host:port and closes it; true when it was accepted. */
  probePort(host: string, port: number, timeoutMs: number): Promise<boolean>;
  /** Drops the present connection, so that the next use makes a new one (TCP, host key, authentication). */
  reconnect(): Promise<void>;
  close(): Promise<void>;
  readonly stats: ConnectionStats;
}

export type HostKeyChecking = 'strict' | 'accept-new';

/** What inventory and command line say about reaching one host. What is absent comes from OpenSSH's configuration. */
export interface ConnectOptions {
  /** The inventory name; also what OpenSSH's configuration is asked for when `address` is absent. */
  readonly hostName: string;
  readonly address?: string;
  readonly port?: number;
  readonly user?: string;
  readonly privateKeyFile?: string;
  readonly password?: string;
  /** Arguments of ssh as one string, such as ansible_ssh_common_args. See ssh-args.ts for what is understood. */
  readonly sshCommonArgs?: string;
  readonly sshConfigFile?: string;
  /** Deadline for TCP, key exchange and host key of one hop. Default: ConnectTimeout, else 10 s. */
  readonly connectTimeoutMs?: number;
  /** Further attempts after a failure to connect (never after a wrong key or password). Default 1. */
  readonly retries?: number;
  readonly hostKeyChecking: HostKeyChecking;
  readonly connection?: 'ssh' | 'local';
  readonly askPassphrase?: (file: string) => Promise<string | undefined>;
  /** Bytes of each output of a command that are kept. Default 32 MiB. */
  readonly maxOutputBytes?: number;
  /** Deadline of scripts that only read. Default 5 minutes. */
  readonly readTimeoutMs?: number;
  /** Takes down what is sent and what comes back. Without it nothing is. */
  readonly trace?: Trace;
  /** The POSIX shell to run on the target, such as `bash` or `busybox sh`. Default `sh`. */
  readonly shell?: string;
  /** How often an idle peer is asked whether it lives; it is given up after three missed answers. Default 5 s. */
  readonly keepaliveIntervalMs?: number;
}
