/** What makes a test soft: it may be left out, end early, or depend on luck or the clock, and nobody notices. None may come in. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const folder = import.meta.dirname;

interface Soft {
  readonly what: string;
  readonly pattern: RegExp;
  /** Where it is right, and why. */
  readonly fine: Readonly<Record<string, string>>;
}

const kinds: readonly Soft[] = [
  {
    what: 'leaves tests out',
    pattern: /\b(?:this|it|describe|context|test)\.(?:skip|only)\s*\(|\bx(?:it|describe|context)\s*\(/,
    fine: { 'named-tests.test.ts': 'a ring of its own in which a test is skipped' },
  },
  { what: 'ends a property early, as passed', pattern: /\bskipAllAfterTimeLimit\b/, fine: {} },
  {
    what: 'draws numbers that nobody can have again',
    pattern: /\bMath\.random\b/,
    fine: { 'lab/vm/ports.ts': 'where to begin to look for a free port' },
  },
  {
    what: 'depends on the seconds of the clock',
    pattern:
      /\bget(?:UTC)?(?:Milliseconds|Seconds)\s*\(|\bDate\.now\(\)\s*%|\bDate\.now\(\)\s*\/\s*1000\s*\)?\s*%/,
    fine: {
      'support/seed.ts': 'a seed, which is printed',
      'e2e/random.host.test.ts': 'a seed that was asked for, which a failure prints',
    },
  },
];

/** Properties that stop after a time have to fail then. */
function countOf(text: string, word: string): number {
  return text.split(word).length - 1;
}

describe('tests', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && file !== basename(import.meta.filename),
  );
  const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

  it('are there', () => assert.ok(files.length > 200, `${files.length} files`));

  for (const { what, pattern, fine } of kinds)
    it(`hold nothing that ${what}, and are excused only where something does`, () => {
      assert.deepEqual(files.filter((file) => pattern.test(textOf(file))).sort(), Object.keys(fine).sort());
    });

  it('fail where a property is interrupted by its time limit', () => {
    const limited = files.filter((file) => textOf(file).includes('interruptAfterTimeLimit'));
    assert.ok(limited.length > 0);
    assert.deepEqual(
      limited.filter((file) => {
        const text = textOf(file);
        return (
          countOf(text, 'interruptAfterTimeLimit:') !== countOf(text, 'markInterruptAsFailure: true') ||
          countOf(text, 'interruptAfterTimeLimit:') === 0
        );
      }),
      [],
    );
  });

  it('take their seed from RTPROV_SEED in every ring', () => {
    for (const ring of ['pure', 'hosts', 'vm'])
      assert.match(
        readFileSync(join(folder, `mocharc.${ring}.json`), 'utf8'),
        /test\/support\/seed\.ts/,
        ring,
      );
  });
});
