/** What a trace takes down: each exchange with a target, when it begins and when it is over. */
import { RtprovError } from '../diagnostics/diagnostic.js';
import type { Shell } from '../shell/shell.js';

export type Operation = 'connect' | 'channel' | 'script' | 'stop' | 'upload' | 'download' | 'probe';

/** An exchange that begins. */
export interface Exchange {
  readonly operation: Operation;
  /** `host:port as user`. */
  readonly at: string;
  /** Whom the shell became, when it is not the login user's. */
  readonly become?: string;
  /** `channel`: the command line that is run in it, which starts a shell. */
  readonly command?: string;
  /** `script` and `stop`: what the shell is given to run. */
  readonly script?: Shell;
  /** `script`: names of function libraries that travel in front, because this shell does not have them yet. */
  readonly defines?: readonly string[];
  /** `upload` and `download`: the file on the target. `probe`: host and port. */
  readonly path?: string;
  /** Why neither script nor path may be shown. */
  readonly withheld?: 'no_log' | 'secrets';
}

/** How an exchange ended. Its outputs are counted in bytes, and never taken down. */
export interface ExchangeEnd {
  /** `script`: exit status. */
  readonly status?: number;
  readonly stdoutBytes?: number;
  readonly stderrBytes?: number;
  /** `upload`: of the file. */
  readonly bytes?: number;
  readonly sha256?: string;
  /** `probe`: something listens there. */
  readonly accepted?: boolean;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Where exchanges are taken down. Neither function throws. */
export interface Trace {
  begin(exchange: Exchange): (end: ExchangeEnd) => void;
}

/** The end of an exchange whose script finished. */
export function scriptEnd(answer: {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}): ExchangeEnd {
  const { status, stdout, stderr } = answer;
  return { status, stdoutBytes: stdout.length, stderrBytes: stderr.length };
}

function failure(error: unknown): ExchangeEnd {
  const code = error instanceof RtprovError ? error.code : 'INTERNAL_FAULT';
  return { error: { code, message: error instanceof Error ? error.message : String(error) } };
}

/** Does the work of an exchange, and takes it down where there is a trace. */
export function traced<T>(
  trace: Trace | undefined,
  exchange: () => Exchange,
  work: () => Promise<T>,
  ended: (result: T) => ExchangeEnd,
): Promise<T> {
  if (trace === undefined) return work();
  const end = trace.begin(exchange());
  const done = work();
  done.then(
    (result) => end(ended(result)),
    (error: unknown) => end(failure(error)),
  );
  return done;
}

/** A look at a port, seen from the target. */
export function tracedProbe(
  trace: Trace | undefined,
  at: string,
  host: string,
  port: number,
  probe: () => Promise<boolean>,
): Promise<boolean> {
  const exchange = (): Exchange => ({ operation: 'probe', at, path: `${host}:${port}` });
  return traced(trace, exchange, probe, (accepted) => ({ accepted }));
}
