import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { pythonRegex, pythonSub } from '../../src/values/python-regex.js';
import { PythonRegexError } from '../../src/values/regex-error.js';

/** What Python 3.11 answered. */
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'python-regex.json'), 'utf8')) as {
  readonly search: readonly {
    readonly pattern: string;
    readonly text?: string;
    readonly error?: string;
    readonly match?: { readonly start: number; readonly groups: readonly (string | null)[] } | null;
  }[];
  readonly subs: readonly {
    readonly pattern: string;
    readonly replacement: string;
    readonly text: string;
    readonly count: number;
    readonly error?: string;
    readonly result?: string;
    readonly done?: number;
  }[];
};

describe('Python regular expressions', () => {
  for (const { pattern, text = '', error, match } of recorded.search) {
    const shown = `${JSON.stringify(pattern)} on ${JSON.stringify(text)}`;
    if (error !== undefined) {
      it(`refuses ${JSON.stringify(pattern)}: ${error}`, () => {
        assert.throws(() => pythonRegex(pattern), PythonRegexError);
      });
      continue;
    }
    it(`finds ${shown}`, () => {
      const found = pythonRegex(pattern).exec(text);
      const groups =
        found === null ? undefined : Array.from(found, (group: string | undefined) => group ?? null);
      assert.deepEqual(groups, match?.groups);
      assert.equal(found?.index, match?.start);
    });
  }

  for (const { pattern, replacement, text, count, error, result, done } of recorded.subs) {
    it(`replaces ${JSON.stringify(pattern)} by ${JSON.stringify(replacement)} in ${JSON.stringify(text)}`, () => {
      const replaced = () => pythonSub(pattern, replacement, text, { count });
      if (error === undefined) assert.deepEqual(replaced(), { text: result, count: done });
      else assert.throws(replaced, PythonRegexError);
    });
  }

  it('finds any text by itself, escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const pattern = Array.from(text, (character) =>
          /[A-Za-z0-9]/.test(character) ? character : `\\${character}`,
        ).join('');
        assert.equal(pythonRegex(pattern).exec(text)?.[0], text);
        assert.equal(pythonRegex(`[${pattern.replace(/^$/, 'x')}]*`).exec(text)?.[0], text);
      }),
    );
  });

  it('never gives a pattern that JavaScript refuses', () => {
    const piece = fc.constantFrom(
      'a',
      'Z',
      '\\d',
      '\\w',
      '.',
      '[a-c]',
      '(',
      ')',
      '(?:',
      '|',
      '*',
      '+?',
      '{2}',
      '^',
      '$',
      '\\b',
      '[^x]',
      '\\1',
      '(?i)',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        try {
          pythonRegex(pieces.join('')).exec('abc');
        } catch (error) {
          assert.ok(error instanceof PythonRegexError);
        }
      }),
    );
  });
});
