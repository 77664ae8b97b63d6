/**
 * Streams bytes into a file on the target through the session's shell, so that it works under become: chunks with their
 * length in front, then `end` with the checksum. Without the `end` line (a cut connection) the temp file is removed.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { posix } from 'node:path';
import { addAbortSignal, type Readable, type Writable } from 'node:stream';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { raw, sh, type Shell } from '../../shell/shell.js';
import { stallMs, StallWatch } from '../deadline.js';
import { lastWords, messageOf, transportError } from '../errors.js';
import { newNonce } from './framing.js';
import type { LiveShell } from './live-shell.js';
import { scriptEnd, type ExchangeEnd } from '../trace.js';
import type { RunOptions, ScriptResult } from '../types.js';

interface UploadHost {
  readonly at: string;
  readonly signal?: AbortSignal;
  readonly readTimeoutMs: number;
  run(script: Shell, feed: (shell: LiveShell) => Promise<void>): Promise<ScriptResult>;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * After a failure the rest of the stream is read and dropped: what comes after it are the session's next frames. A dd
 * without fullblock would stop at a short read; where it is unknown, single bytes are read.
 */
const RECEIVER = raw(`umask 077; bad=
if dd bs=1 count=0 iflag=fullblock </dev/null >/dev/null 2>&1
then take() { dd bs="$1" count=1 iflag=fullblock 2>/dev/null; }
else take() { dd bs=1 count="$1" 2>/dev/null; }
fi
fail() { [ -n "$bad" ] || { bad=1; [ -z "$1" ] || echo "$1" >&2; rm -f "$t"; }; }
if [ -d "$p" ]; then fail "it is a directory"
elif ( set -C; : >"$t" ); then exec 4>>"$t"
else fail ""; fi
while read -r kind n want; do
  case $kind in
  chunk)
    if [ -n "$bad" ]; then take "$n" >/dev/null
    else take "$n" >&4 || fail "cannot write: is the file system full?"; fi ;;
  end)
    [ -z "$bad" ] || exit 1
    exec 4>&-
    sync "$t" 2>/dev/null || fsync "$t" 2>/dev/null || sync
    have=$(sha256sum <"$t"); have=\${have%% *}; size=$(wc -c <"$t")
    [ "$have" = "$want" ] || { fail "read back other bytes than were sent"; exit 1; }
    mv -f "$t" "$p" || { fail ""; exit 1; }
    sync "$d" 2>/dev/null || fsync "$d" 2>/dev/null || sync
    echo "$have" $size
    exit 0 ;;
  *) break ;;
  esac
done
fail "the upload was cancelled"
exit 1`);

export async function uploadThrough(
  host: UploadHost,
  source: Readable,
  remotePath: string,
): Promise<{ readonly sha256: string; readonly size: number }> {
  const failed = (why: string, cause?: unknown) =>
    transportError('UPLOAD_FAILED', `cannot upload ${remotePath} to ${host.at}: ${why}`, {
      ...(cause === undefined ? {} : { cause }),
      hint: 'Nothing was changed on the target.',
    });
  if (!posix.isAbsolute(remotePath)) throw failed('the path is not absolute');
  const directory = posix.dirname(remotePath);
  const temp = posix.join(directory, `.rtprov-${newNonce()}.tmp`);
  let sourceError: unknown;
  if (host.signal !== undefined) addAbortSignal(host.signal, source);
  let watch: StallWatch | undefined;
  const upload = host.run(sh`p=${remotePath}; t=${temp}; d=${directory}; ${RECEIVER}`, async (shell) => {
    let ms = stallMs(host.readTimeoutMs);
    watch = new StallWatch(ms, () => {
      source.destroy();
      shell.close(failed(`no data was accepted for ${ms / 1000} s`));
    });
    try {
      await feed(source, shell, watch, host.signal);
      // The target has to write it to the disk, and to read it back.
      ms = host.readTimeoutMs;
    } catch (error) {
      source.destroy();
      sourceError = error;
      if (!shell.isDead) shell.stdin.write('abort\n');
    }
    watch.progress(ms);
  });
  const answer = await upload.finally(() => {
    watch?.clear();
    source.destroy();
  });
  if (sourceError instanceof RtprovError) throw sourceError;
  if (sourceError !== undefined) throw failed(messageOf(sourceError), sourceError);
  const received = receipt(answer);
  if (received === undefined)
    throw failed(lastWords(answer.stderr.toString()) || `the target answered with status ${answer.status}`);
  return received;
}

/** What the target says that it read back; undefined when it did not come so far. */
function receipt({
  status,
  stdout,
}: ScriptResult): { readonly sha256: string; readonly size: number } | undefined {
  const [sha256 = '', size = ''] = stdout.toString().trim().split(/\s+/);
  return status === 0 && /^[0-9a-f]{64}$/.test(sha256) ? { sha256, size: Number(size) } : undefined;
}

/** How an upload ended, for a trace. A checksum of short secret bytes could be guessed from. */
export function uploadEnd(answer: ScriptResult, { withheld }: Pick<RunOptions, 'withheld'>): ExchangeEnd {
  const received = receipt(answer);
  if (received === undefined) return scriptEnd(answer);
  const { sha256, size: bytes } = received;
  return { status: answer.status, bytes, ...(withheld === undefined ? { sha256 } : {}) };
}

async function feed(
  source: Readable,
  shell: LiveShell,
  watch: StallWatch,
  signal: AbortSignal | undefined,
): Promise<void> {
  const hash = createHash('sha256');
  let held: Buffer[] = [];
  let heldBytes = 0;
  const flush = async () => {
    if (heldBytes === 0) return;
    const head = Buffer.from(`chunk ${heldBytes}\n`);
    const chunk = Buffer.concat([head, ...held]);
    held = [];
    heldBytes = 0;
    await write(shell, chunk);
    watch.progress();
  };
  for await (const piece of source as AsyncIterable<Buffer | string>) {
    signal?.throwIfAborted();
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    hash.update(bytes);
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const slice = bytes.subarray(at, at + CHUNK_BYTES);
      held.push(slice);
      heldBytes += slice.length;
      if (heldBytes >= CHUNK_BYTES) await flush();
    }
  }
  await flush();
  await write(shell, Buffer.from(`end 0 ${hash.digest('hex')}\n`));
}

/** Writes and waits while the peer is slower; ends with the shell. */
async function write(shell: LiveShell, bytes: Buffer): Promise<void> {
  const stdin: Writable = shell.stdin;
  if (shell.isDead) throw new Error('the shell is gone');
  if (stdin.write(bytes)) return;
  const over = new AbortController();
  try {
    await Promise.race([once(stdin, 'drain', { signal: over.signal }), shell.ended]);
  } finally {
    over.abort();
  }
}
