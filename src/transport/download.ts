/** Streams one file from a target through a channel of its own, so that a slow reader holds up no scripts. */
import { PassThrough, type Readable } from 'node:stream';
import { posix } from 'node:path';
import { quote } from '../shell/shell.js';
import { downloadProgram } from './shell/bootstrap.js';
import { StallWatch } from './deadline.js';
import { lastWords, transportError } from './errors.js';
import { launch, type LaunchRequest } from './shell/launch.js';

const OK = Buffer.from('ok\n');

export async function download(
  request: Omit<LaunchRequest, 'program'>,
  remotePath: string,
  onClose: () => void,
  standstillMs: number,
): Promise<Readable> {
  const failed = (why: string) =>
    transportError('DOWNLOAD_FAILED', `cannot download ${remotePath} from ${request.at}: ${why}`);
  if (!posix.isAbsolute(remotePath)) throw failed('the path is not absolute');
  if (/[\n\0]/.test(remotePath)) throw failed('the path contains a line end');
  const { process, ready } = await launch({ ...request, program: downloadProgram(quote(remotePath)) });
  void process.ended.then(onClose, onClose);
  await ready;
  let complaint = '';
  process.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4096)));
  process.stderr.resume();
  const out = new PassThrough();
  let begun = false;
  return await new Promise<Readable>((resolve, reject) => {
    // A fifo that somebody puts in the place of the file just now is never opened: nobody writes to it.
    const late = setTimeout(() => {
      reject(failed(`it was not opened within ${request.deadlineMs} ms`));
      process.close();
    }, request.deadlineMs);
    const stop = (error: Error): void => {
      if (begun) out.destroy(error);
      else reject(error);
      process.close();
    };
    const watch = new StallWatch(
      standstillMs,
      () => stop(failed(`no data for ${standstillMs / 1000} s`)),
      () => begun && (out.writableNeedDrain || out.readableFlowing === null),
    );
    process.stdout.on('data', () => watch.progress());
    let head = Buffer.alloc(0);
    const onHead = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      if (head.length < OK.length) return;
      process.stdout.off('data', onHead);
      process.stdout.pause();
      process.stdout.unshift(head.subarray(OK.length));
      begun = true;
      clearTimeout(late);
      process.stdout.pipe(out, { end: false });
      resolve(out);
    };
    process.stdout.on('data', onHead);
    process.stdout.resume();
    void process.ended.then((end) => {
      clearTimeout(late);
      watch.clear();
      if (end.lost === undefined && end.code === 0 && begun) return void out.end();
      const error =
        end.lost ?? failed(lastWords(complaint) || `cat ended with status ${end.code ?? 'unknown'}`);
      stop(error);
    });
    out.on('close', () => {
      watch.clear();
      process.close();
    });
  });
}
