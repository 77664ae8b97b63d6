/**
 * `--trace FILE`: what is sent to targets and what comes back, as JSON lines (docs/development/trace.md, ADR 0025). A line is in the file
 * when the exchange begins, so that it is there also when the program is killed.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { RtprovError } from '../diagnostics/diagnostic.js';
import { fileFault } from '../diagnostics/file-fault.js';
import { visibleJson } from '../diagnostics/printable.js';
import type { Secrets } from '../engine/run/secrets.js';
import type { Exchange, ExchangeEnd, Trace } from '../transport/trace.js';
import { commandSecrets } from './command-secrets.js';
import { packageVersion } from './version.js';

/** Of the records. It changes when a field gets another meaning or goes. */
const format = 1;
/** Every trace begins so: only a file that does is replaced. */
const beginning = '{"event":"trace",';

function refusal(path: string, why: string, cause?: unknown): RtprovError {
  return new RtprovError('BAD_OPTION', `the trace cannot be written to ${path}: ${why}`, {
    hint: 'Give --trace a new file, or an earlier trace of your own, in a folder that can be written.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Why an existing file is left alone; undefined when it may be replaced. */
function whyNot(file: number): string | undefined {
  const stats = fstatSync(file);
  if (!stats.isFile()) return 'it exists and is not a regular file';
  if (stats.uid !== process.geteuid?.()) return 'it belongs to another user';
  if (stats.nlink > 1) return 'it has further names (hard links)';
  const head = Buffer.alloc(beginning.length);
  const length = readSync(file, head, 0, head.length, 0);
  if (length > 0 && head.toString('utf8', 0, length) !== beginning) return 'it exists and is not a trace';
  return undefined;
}

/** Opens the file for its owner alone and empties it. Throws RtprovError BAD_OPTION. */
function openFile(path: string): number {
  const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: number;
  try {
    file = openSync(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (cause) {
    const isLink = (cause as NodeJS.ErrnoException).code === 'ELOOP';
    throw refusal(path, isLink ? 'it is a symbolic link' : fileFault(cause, path), cause);
  }
  const why = whyNot(file);
  if (why !== undefined) {
    closeSync(file);
    throw refusal(path, why);
  }
  ftruncateSync(file);
  fchmodSync(file, 0o600);
  return file;
}

export class TraceFile {
  private exchanges = 0;
  private failed = false;

  private constructor(
    private readonly path: string,
    /** The open file. It stays open until the process ends. */
    readonly file: number,
    private readonly secrets: Secrets,
    private readonly warn: (text: string) => void,
  ) {}

  /** Begins a trace. `warn` is called once, when it cannot be written any more. Throws RtprovError BAD_OPTION. */
  static open(path: string, secrets: Secrets, warn: (text: string) => void): TraceFile {
    const trace = new TraceFile(path, openFile(path), secrets, warn);
    trace.write({ event: 'trace', format, version: packageVersion(), time: new Date().toISOString() });
    return trace;
  }

  /** The trace of one host, by its inventory name. */
  of(host: string): Trace {
    return { begin: (exchange) => this.begin(host, exchange) };
  }

  private begin(host: string, exchange: Exchange): (end: ExchangeEnd) => void {
    this.exchanges += 1;
    const { operation } = exchange;
    const common = { id: this.exchanges, host, operation };
    const began = performance.now();
    this.write({ event: 'sent', time: new Date().toISOString(), ...common, ...this.sent(exchange) });
    return (end) => {
      const ms = Math.round((performance.now() - began) * 10) / 10;
      const { error, ...amounts } = end;
      const failure = error === undefined ? {} : { error: this.fault(exchange, error) };
      this.write({
        event: 'answered',
        time: new Date().toISOString(),
        ...common,
        ms,
        ...amounts,
        ...failure,
      });
    };
  }

  private sent({ at, become, command, script, defines, path, withheld }: Exchange): object {
    const mask = (text: string): string => this.secrets.text(text);
    return {
      at: mask(at),
      ...(become === undefined ? {} : { become: mask(become) }),
      ...(command === undefined ? {} : { command: mask(command) }),
      ...(defines === undefined ? {} : { defines }),
      ...(script === undefined ? {} : { bytes: Buffer.byteLength(script.text) }),
      ...(withheld === undefined ? {} : { withheld }),
      ...(withheld !== undefined || path === undefined ? {} : { path: mask(path) }),
      ...(withheld !== undefined || script === undefined ? {} : { sent: script.shown(mask) }),
    };
  }

  /** A message may hold words of a script's output. */
  private fault({ withheld }: Exchange, { code, message }: NonNullable<ExchangeEnd['error']>): object {
    return withheld === undefined ? { code, message: this.secrets.text(message) } : { code };
  }

  private write(record: object): void {
    if (this.failed) return;
    try {
      writeAll(this.file, Buffer.from(`${visibleJson(JSON.stringify(record))}\n`));
    } catch (error) {
      this.failed = true;
      this.warn(`warning: the trace is not complete: ${fileFault(error, this.path)}\n`);
    }
  }
}

/** A disk that is nearly full takes a part only, before it says so. */
function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

/** One process is one command, and writes one trace. */
let opened: TraceFile | undefined;

/** The trace of this command, made at the first call. Throws RtprovError BAD_OPTION. */
export function traceOf(options: { readonly trace?: string }): TraceFile | undefined {
  if (options.trace === undefined) return undefined;
  opened ??= TraceFile.open(options.trace, commandSecrets, (text) => void process.stderr.write(text));
  return opened;
}
