/** Bytes too many for a script, sent to the stage one after the other. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { RtprovError } from '../diagnostics/diagnostic.js';
import type { ShellSession } from '../transport/types.js';
import type { TargetOptions } from './target-options.js';

export async function upload(
  shas: readonly string[],
  session: ShellSession,
  stage: string,
  options: Pick<TargetOptions, 'name' | 'store' | 'largeFiles'>,
): Promise<void> {
  for (const sha of shas) {
    const path = options.largeFiles.get(sha);
    const content = options.store.get(sha);
    if (path === undefined && content === undefined) throw new Error(`no bytes for ${sha}`);
    const source = content === undefined ? createReadStream(path ?? '') : Readable.from([content]);
    const done = await session.upload(source, `${stage}/${sha}`);
    if (done.sha256 !== sha) {
      throw new RtprovError(
        'UPLOAD_FAILED',
        `${path ?? 'the bytes'} changed while being sent to ${options.name}`,
        { hint: 'Run again when the file is no longer changing.' },
      );
    }
  }
}
