import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import { toValue } from '../../src/yaml/node.js';
import { parseYaml } from '../../src/yaml/parse.js';

interface Case {
  readonly text: string;
  readonly value?: unknown;
  readonly error?: string;
}

const recorded = JSON.parse(readFileSync(new URL('fixtures/pyyaml.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

/** Where rtprov differs from PyYAML by intent. */
const DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ['[::1]\n', 'an address in a list is text here; PyYAML stops at the colon'],
  ['{\n\t"a": 1,\n\t"b": [\n\t\t2\n\t]\n}\n', 'JSON indented with tabs is read'],
  ['a:   spaced   \nb:\tx\n', 'a tab between a colon and a value is read'],
]);

function floats(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { $float: Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf' };
  }
  if (Array.isArray(value)) return value.map(floats);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, floats(item)]));
}

describe('parseYaml against what PyYAML said', () => {
  for (const { text, value, error } of recorded.cases) {
    const difference = DIFFERENCES.get(text);
    it(`${JSON.stringify(text)}${difference === undefined ? '' : ` (differs: ${difference})`}`, () => {
      const diagnostics = new Diagnostics();
      const [node] = parseYaml(text, 't.yml', diagnostics);
      const same =
        error !== undefined
          ? diagnostics.hasErrors
          : !diagnostics.hasErrors &&
            JSON.stringify(floats(node === undefined ? null : toValue(node))) === JSON.stringify(value);
      const ours = diagnostics.hasErrors ? diagnostics.all.map((d) => d.code) : node && toValue(node);
      assert.equal(
        same,
        difference === undefined,
        `ours ${JSON.stringify(ours)}, PyYAML ${JSON.stringify(value ?? error)}`,
      );
    });
  }
});
