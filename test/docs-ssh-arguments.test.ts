/** docs/connections.md names the arguments for ssh that are taken and refused. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSshArgs } from '../src/transport/ssh/args.js';

const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'connections.md'), 'utf8');

/** What stands between backticks in the item of the list that has this text. */
function quotedIn(text: string): readonly string[] {
  const item = page.split(/^- /m).find((one) => one.replaceAll(/\s+/g, ' ').includes(text)) ?? '';
  const [head = ''] = item.split('\n\n');
  return [...head.matchAll(/`([^`]+)`/g)].flatMap(([, words = '']) => words.split(' '));
}

const values: Readonly<Record<string, string>> = { '-o': 'Port=22', '-p': '22' };
const isOption = (word: string): boolean => /^[A-Z]\w+$/.test(word);
/** A word of the page as it would be given. */
const given = (word: string): string =>
  isOption(word) ? `-o ${word}=${word === 'Port' ? 22 : 'yes'}` : word;

describe('arguments for ssh in docs/connections.md', () => {
  it('that are followed are taken, with a value where the flag has one', () => {
    const flags = quotedIn('-o -i -p -J -F -l -4 -6');
    assert.equal(flags.length, 8);
    for (const flag of flags)
      assert.doesNotThrow(
        () => parseSshArgs(/\d/.test(flag) ? flag : `${flag} ${values[flag] ?? 'x'}`),
        flag,
      );
    const options = quotedIn('With `-o` these are followed').filter(isOption);
    assert.ok(options.length > 20);
    for (const option of options) assert.doesNotThrow(() => parseSshArgs(given(option)), option);
  });

  it('that have no effect are taken', () => {
    const words = [
      ...quotedIn('are accepted and have no effect.'),
      ...quotedIn('With `-o` these are accepted').filter(isOption),
    ];
    assert.ok(words.length > 15);
    for (const word of words) assert.doesNotThrow(() => parseSshArgs(given(word)), word);
  });

  it('that are errors are refused', () => {
    const words = quotedIn('is an error before any host').filter(
      (word) => word !== '-o' && !/^[a-z]+$/.test(word),
    );
    assert.ok(words.length > 15);
    for (const word of words) assert.throws(() => parseSshArgs(`${given(word)} x`), word);
  });
});
