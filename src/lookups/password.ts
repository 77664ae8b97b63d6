/** `password`: a password in a file of the controller, which is made when it is not there. */
import { chmodSync, closeSync, constants, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { Unknown, type Value, type Vars } from '../values/value.js';
import type { LookupCall } from '../template/runtime/lookup.js';
import type { Lookup, LookupWorld } from './lookup.js';
import { termOptions, textOf, textOption, wholeOption } from './options.js';
import { randomText } from './random.js';
import { baseFolder, expandHome, readText, statIfVisible } from './search.js';
import { shaCrypt, type ShaCrypt } from './sha-crypt.js';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Names of Python's module `string`. */
const sets: Readonly<Record<string, string>> = {
  ascii_letters: letters,
  ascii_lowercase: letters.slice(0, 26),
  ascii_uppercase: letters.slice(26),
  digits: '0123456789',
  hexdigits: '0123456789abcdefABCDEF',
  octdigits: '01234567',
  // Python's, without the quotes, which are left out of every set.
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  whitespace: ' \t\n\r\v\f',
  printable: `0123456789${letters}!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ \t\n\r\v\f`,
};
const options = ['chars', 'encrypt', 'ident', 'length', 'seed'];
const saltSigns = `${letters}0123456789./`;
const longest = 10_000;

interface Request {
  readonly path: string;
  readonly characters: string;
  readonly length: number;
  readonly seed?: string;
  readonly encrypt?: ShaCrypt;
}

/** What the file holds: `PASSWORD`, `PASSWORD salt=SALT` or `PASSWORD salt=SALT ident=IDENT`. */
interface Stored {
  readonly password: string;
  readonly salt?: string;
  readonly ident?: string;
}

export const password: Lookup = (call, world) =>
  call.terms.map((term) => {
    const request = requestOf(textOf(term, 'the path of a password'), call);
    return valueOf(request, call, world);
  });

function requestOf(term: string, call: LookupCall): Request {
  const { words, options: inTerm } = termOptions(term);
  const strange = Object.keys(inTerm).filter((name) => !options.includes(name));
  if (strange.length > 0)
    throw new Error(`it does not know "${strange.join('", "')}"; it takes ${options.join(', ')}`);
  if (words.length === 0) throw new Error('it takes the path of a file');
  const name = expandHome(words.join(' '));
  const given: Vars = { ...call.options, ...inTerm };
  const length = wholeOption(given, 'length', 20);
  if (length < 0 || length > longest) throw new Error(`the length ${length} is not between 0 and ${longest}`);
  const seed = given['seed'];
  const encrypt = encryptOf(textOption(given, 'encrypt', ''), given['ident']);
  return {
    path: isAbsolute(name) ? name : join(baseFolder(call), name),
    characters: charactersOf(given['chars']),
    length,
    ...(seed === undefined || seed === null ? {} : { seed: textOf(seed, 'the seed') }),
    ...(encrypt === undefined ? {} : { encrypt }),
  };
}

function encryptOf(encrypt: string, ident: Value | undefined): ShaCrypt | undefined {
  if (ident !== undefined && ident !== null && ident !== '')
    throw new Error('"ident" is for bcrypt, which rtprov does not have; use encrypt=sha512_crypt');
  if (encrypt === '') return undefined;
  if (encrypt === 'sha256_crypt' || encrypt === 'sha512_crypt') return encrypt;
  throw new Error(`"encrypt" is sha512_crypt or sha256_crypt; rtprov does not have ${encrypt}`);
}

function charactersOf(chars: Value | undefined): string {
  let parts: readonly string[] = ['ascii_letters', 'digits', '.,:-_'];
  if (Array.isArray(chars))
    parts = (chars as readonly Value[]).map((one) => textOf(one, 'a set of characters'));
  else if (chars !== undefined && chars !== null && chars !== '') {
    const text = textOf(chars, 'the option "chars"');
    // Two commas mean the sign itself.
    parts = [
      ...(text.includes(',,') ? [','] : []),
      ...text
        .replaceAll(',,', ',')
        .split(',')
        .filter((one) => one !== ''),
    ];
  }
  return parts
    .map((part) => (Object.hasOwn(sets, part) ? (sets[part] ?? '') : part))
    .join('')
    .replace(/["']/g, '');
}

function valueOf(request: Request, call: LookupCall, world: LookupWorld): Value {
  const { path, encrypt } = request;
  const isKept = path !== '/dev/null';
  const there = isKept ? read(path) : undefined;
  if (there !== undefined && (encrypt === undefined || there.salt !== undefined))
    return finished(there, encrypt, call, world);
  const what = there === undefined ? 'a new password' : 'a salt for its password';
  const isCertain = request.seed !== undefined && encrypt === undefined;
  if (isKept && world.check(path, `the lookup "password" would write ${what} to ${path}`)) {
    if (!isCertain) return new Unknown(`the run makes ${what} in ${path}`);
  } else if (!isKept && !isCertain && world.check(path, '')) {
    return new Unknown('the run makes a new password');
  }
  // eslint-disable-next-line require-yield -- one short step
  const value = world.once(call, `password ${JSON.stringify(request)}`, function* () {
    const stored = made(request, isKept ? read(path) : undefined);
    if (isKept && !world.check(path, '')) write(path, stored);
    return stored;
  });
  return finished(value, encrypt, call, world);
}

function made(request: Request, there: Stored | undefined): Stored {
  const { length, characters, seed, encrypt } = request;
  const stored = there ?? { password: randomText(length, characters, seed) };
  if (encrypt === undefined || stored.salt !== undefined) return stored;
  return { ...stored, salt: randomText(16, saltSigns) };
}

function finished(
  stored: Stored,
  encrypt: ShaCrypt | undefined,
  call: LookupCall,
  world: LookupWorld,
): Value {
  world.secret(stored.password);
  if (encrypt === undefined) return stored.password;
  const { password: word, salt = '' } = stored;
  const hash = world.once(call, `hash ${encrypt} ${salt} ${word}`, () => shaCrypt(encrypt, word, salt));
  world.secret(hash);
  return hash;
}

function read(path: string): Stored | undefined {
  if (statIfVisible(path) === undefined) return undefined;
  const content = readText(path).trimEnd();
  const salt = content.lastIndexOf(' salt=');
  if (salt === -1) return { password: content };
  const rest = content.slice(salt + ' salt='.length);
  const ident = rest.lastIndexOf(' ident=');
  return {
    password: content.slice(0, salt),
    salt: ident === -1 ? rest : rest.slice(0, ident),
    ...(ident === -1 ? {} : { ident: rest.slice(ident + ' ident='.length) }),
  };
}

/** Readable by its owner alone, and never half written. */
function write(path: string, { password: value, salt, ident }: Stored): void {
  const line = [
    value,
    ...(salt === undefined ? [] : [`salt=${salt}`]),
    ...(ident === undefined ? [] : [`ident=${ident}`]),
  ];
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}.new`;
  const file = openSync(beside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    writeSync(file, `${line.join(' ')}\n`);
  } finally {
    closeSync(file);
  }
  chmodSync(beside, 0o600);
  renameSync(beside, path);
}
