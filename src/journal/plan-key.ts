/**
 * The key by which saved plans name the changes of no_log tasks: `$XDG_STATE_HOME/rtprov/plan-key`, 32 random bytes for the owner's eyes
 * alone. A plain digest could be guessed from: somebody who has the plan file would try short contents until one fits.
 */
import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RtprovError } from '../diagnostics/diagnostic.js';
import { makeFolder } from './make-folder.js';
import { recordsFolder } from './records.js';

const keyBytes = 32;

function keyFile(environment?: NodeJS.ProcessEnv): string {
  return join(dirname(recordsFolder(environment)), 'plan-key');
}

function unusable(cause: unknown): RtprovError {
  return new RtprovError(
    'STATE_FOLDER',
    `the key of saved plans cannot be kept, so no host was contacted: ${(cause as Error).message}`,
    { hint: 'Free some space there, or set XDG_STATE_HOME to a folder that can be written.', cause },
  );
}

/** The key; undefined where none was made yet. Throws RtprovError STATE_FOLDER. */
export async function readPlanKey(environment?: NodeJS.ProcessEnv): Promise<Buffer | undefined> {
  try {
    const key = await readFile(keyFile(environment));
    if (key.length !== keyBytes) throw new Error(`${keyFile(environment)} is damaged; remove it`);
    return key;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(cause);
  }
}

/** The key, made at its first use. Throws RtprovError STATE_FOLDER. */
export async function planKey(environment?: NodeJS.ProcessEnv): Promise<Buffer> {
  const known = await readPlanKey(environment);
  if (known !== undefined) return known;
  const file = keyFile(environment);
  const made = `${file}.${process.pid}`;
  try {
    await makeFolder(dirname(file), 0o700);
    await writeFile(made, randomBytes(keyBytes), { mode: 0o600, flush: true });
    // Whole or not at all, and never over the key that another run has made meanwhile.
    await link(made, file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  } catch (cause) {
    throw unusable(cause);
  } finally {
    await rm(made, { force: true }).catch(() => undefined);
  }
  const key = await readPlanKey(environment);
  if (key === undefined) throw unusable(new Error(`${file} is gone`));
  return key;
}
