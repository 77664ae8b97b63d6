/** `fetch`: a file of the target, brought to the controller. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { bad, good, type OperationInputs, type OperationOf, type OperationOutcome } from './operation.js';

export async function fetchFile(
  operation: OperationOf<'fetch'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  const { shell, view, host } = inputs;
  const request = { kind: 'file', name: operation.src } as const;
  const missing = view.missing([request]);
  if (missing.length > 0) await shell.read(missing, view);
  const state = view.state('file', operation.src);
  if (state.type !== 'file') {
    const msg = `${operation.src} is ${state.type === 'absent' ? 'not there' : `a ${state.type}`}`;
    return operation.failOnMissing ? bad(msg) : { ...good({ file: operation.src, msg }), msg };
  }
  const base = resolve(inputs.task.searchPaths.at(-1) ?? '.', operation.dest);
  const dest = operation.flat
    ? operation.dest.endsWith('/')
      ? join(base, operation.src.split('/').at(-1) ?? '')
      : base
    : join(base, host, operation.src);
  const present = await readFile(dest).catch(() => undefined);
  const same = present !== undefined && createHash('sha256').update(present).digest('hex') === state.sha256;
  const result = { src: operation.src, dest, file: operation.src, remote_checksum_sha256: state.sha256 };
  const sha1 = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');
  if (same) return good({ ...result, checksum: sha1(present) });
  if (inputs.checkMode) return good(result, true);
  await mkdir(dirname(dest), { recursive: true });
  const partial = `${dest}.rtprov-part`;
  await pipeline(
    await (await shell.session).download(operation.src),
    createWriteStream(partial, { mode: 0o600 }),
  );
  await rename(partial, dest);
  return good({ ...result, checksum: sha1(await readFile(dest)) }, true);
}
