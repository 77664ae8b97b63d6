/** Key files: reading, decrypting with a passphrase that a person is asked for, and the public half beside them. */
import { readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';

export interface KeyTools {
  readonly parseKey: (data: Buffer | string, passphrase?: string) => ParsedKey | Error;
  readonly askPassphrase?: ((file: string) => Promise<string | undefined>) | undefined;
}

type LoadedKey = { readonly key: ParsedKey } | { readonly skipped: string };

const PASSPHRASE_ATTEMPTS = 3;

/** Passphrases are asked once a process and file, however many hosts use the key. */
const decrypted = new Map<string, Promise<LoadedKey>>();

export async function loadPrivateKey(file: string, tools: KeyTools): Promise<LoadedKey> {
  let data: Buffer;
  try {
    data = await readFile(file);
  } catch (error) {
    return { skipped: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'not there' : 'not readable' };
  }
  const parsed = tools.parseKey(data);
  if (!(parsed instanceof Error)) {
    return parsed.isPrivateKey() ? { key: parsed } : { skipped: 'not a private key' };
  }
  if (!/encrypted|passphrase/i.test(parsed.message)) return { skipped: parsed.message };
  let loaded = decrypted.get(file);
  if (loaded === undefined) {
    loaded = decrypt(file, data, tools);
    decrypted.set(file, loaded);
    void loaded.then(
      (result) => 'skipped' in result && decrypted.delete(file),
      () => decrypted.delete(file),
    );
  }
  return await loaded;
}

async function decrypt(file: string, data: Buffer, tools: KeyTools): Promise<LoadedKey> {
  if (tools.askPassphrase === undefined)
    return {
      skipped:
        'it needs a passphrase, and there is no terminal to ask at: add it to an ssh-agent with ssh-add',
    };
  for (let attempt = 0; attempt < PASSPHRASE_ATTEMPTS; attempt += 1) {
    const passphrase = await tools.askPassphrase(file);
    if (passphrase === undefined || passphrase === '') return { skipped: 'no passphrase was given' };
    const parsed = tools.parseKey(data, passphrase);
    if (!(parsed instanceof Error)) return { key: parsed };
  }
  return { skipped: 'the passphrase was wrong' };
}

/** The public key of a key file, from `FILE.pub`; undefined when there is none. Base64 of the wire format. */
export async function publicHalf(file: string): Promise<string | undefined> {
  const text = await readFile(`${file}.pub`, 'utf8').catch(() => '');
  return text.trim().split(/\s+/)[1];
}
