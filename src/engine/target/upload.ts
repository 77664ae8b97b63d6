/** Bytes too many for a script, sent to the stage one after the other. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { lines, raw, type Shell } from '../../shell/shell.js';
import type { ScriptResult, ShellSession } from '../../transport/types.js';
import { notJournalled } from '../window/drift.js';
import { firstLine } from './opening.js';
import type { Window } from '../window/script.js';
import type { TargetOptions } from './target-options.js';

/** Sends what the window's script cannot hold; `later`: the run has written other windows there. Throws RtprovError: JOURNAL_FAILED where there is no room for it, UPLOAD_FAILED. */
export async function uploadWindow(
  { uploads: shas, room, sending }: Window,
  shell: { readonly session: Promise<ShellSession>; script(script: Shell): Promise<ScriptResult> },
  options: Pick<TargetOptions, 'name' | 'store' | 'largeFiles'>,
  later: boolean,
): Promise<void> {
  if (shas.length === 0) return;
  const prepared = await shell.script(lines([room, raw('rtp_prepare && printf %s "$rtp_stage"')]));
  if (prepared.status !== 0) throw notJournalled(options.name, firstLine(prepared), later);
  const stage = prepared.stdout.toString('utf8');
  const session = await shell.session;
  for (const sha of shas) {
    const path = options.largeFiles.get(sha);
    const content = options.store.get(sha);
    if (path === undefined && content === undefined) throw new Error(`no bytes for ${sha}`);
    const source = content === undefined ? createReadStream(path ?? '') : Readable.from([content]);
    const done = await session.upload(source, `${stage}/${sha}`, sending);
    if (done.sha256 !== sha) {
      throw new RtprovError(
        'UPLOAD_FAILED',
        `${path ?? 'the bytes'} changed while being sent to ${options.name}`,
        { hint: 'Run again when the file is no longer changing.' },
      );
    }
  }
}
