/** `fetch`: a file of the target, brought to the controller. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { fileRequest } from '../../resources/file/request.js';
import type { FileState } from '../../resources/file/state.js';
import { thingOf } from '../../resources/file/thing.js';
import { readForPlan } from '../host/check-user.js';
import { isUnreachable, messageOf } from '../host/error.js';
import { checkPlace, openPresent, PlaceFault, placeOf, replaceFile } from './fetch-place.js';
import { bad, good, type OperationInputs, type OperationOf, type OperationOutcome } from './operation.js';

/** Files of /proc and the like say that they are empty: so much of them is taken. */
const mostOfUnsized = 32 << 20;

export async function fetchFile(
  operation: OperationOf<'fetch'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  try {
    return await fetched(operation, inputs);
  } catch (error) {
    if (isUnreachable(error)) throw error;
    if (error instanceof RtprovError) return bad(messageOf(error));
    if (error instanceof PlaceFault) return bad(error.message);
    if (isSystemError(error)) return bad(`the file cannot be written on the controller: ${error.message}`);
    throw error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

async function fetched(
  { src, dest, flat, failOnMissing }: OperationOf<'fetch'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  // As with Ansible. A check without it says what the next run does.
  if (inputs.dry) return { ...good({}), skipped: true, msg: 'nothing is fetched in check mode' };
  const { shell, view, host } = inputs;
  const place = placeOf({ dest, flat, host, src, base: inputs.task.searchPaths.at(-1) ?? '.' });
  const request = fileRequest(src);
  const missing = view.missing([request]);
  if (missing.length > 0) await readForPlan(shell, missing, view);
  const state = view.state(request.kind, src);
  if (state.type !== 'file') {
    const msg = `${src} is ${thingOf(state)}`;
    return failOnMissing ? bad(msg) : { ...good({ file: src, msg }), msg };
  }
  const result = { src, dest: place.path, file: src, remote_checksum_sha256: state.sha256 };
  if (await checkPlace(place, !inputs.checkMode)) {
    const present = await digests(await openPresent(place.path));
    if (present.sha256 === state.sha256) return good({ ...result, checksum: present.sha1 });
  }
  if (inputs.checkMode) return good(result, true);
  let checksum = '';
  await replaceFile(place, async (file) => {
    checksum = await receive(await (await shell.session).download(src), file, state, src);
  });
  return good({ ...result, checksum }, true);
}

interface Digests {
  readonly sha1: string;
  readonly sha256: string;
}

async function digests(file: FileHandle): Promise<Digests> {
  const [sha1, sha256] = [createHash('sha1'), createHash('sha256')];
  for await (const chunk of file.createReadStream()) {
    sha1.update(chunk as Buffer);
    sha256.update(chunk as Buffer);
  }
  return { sha1: sha1.digest('hex'), sha256: sha256.digest('hex') };
}

/** Writes what comes; gives its SHA-1, as Ansible does. Throws when it is not what was looked at: a target may say one thing and send another. */
async function receive(
  source: Readable,
  file: FileHandle,
  { size, sha256: wanted }: Extract<FileState, { type: 'file' }>,
  src: string,
): Promise<string> {
  const [sha1, sha256] = [createHash('sha1'), createHash('sha256')];
  const most = size === 0 ? mostOfUnsized : size;
  let count = 0;
  for await (const piece of source) {
    const chunk = piece as Buffer;
    count += chunk.length;
    if (count > most)
      throw new PlaceFault(`${src} grew beyond the ${most} bytes that it had, so it was not kept`);
    sha1.update(chunk);
    sha256.update(chunk);
    await file.writeFile(chunk);
  }
  if (sha256.digest('hex') !== wanted) {
    throw new PlaceFault(
      `${src} changed during the fetch, so it was not kept; fetch it again when nothing writes to it`,
    );
  }
  return sha1.digest('hex');
}
