/** Our results against what Ansible and Jinja2 gave for the same templates (record.py). */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { Templates, scopeOf, type FileOptions } from '../../src/template/engine.js';
import type { Value, Vars } from '../../src/values/value.js';
import { differences, listsForTuples, tuples } from './differences.js';

interface Case {
  readonly text: string;
  readonly kind?: 'expression' | 'file' | 'argument' | 'condition';
  readonly vars?: Vars;
  readonly options?: Readonly<Record<string, boolean>>;
  /** Other templates, by their names. */
  readonly files?: Readonly<Record<string, string>>;
}
interface Recorded {
  readonly text: string;
  readonly value?: Value;
  readonly printed?: string;
  readonly error?: 'undefined' | 'syntax' | 'other';
}
type Outcome = Omit<Recorded, 'text'>;

const folder = new URL('.', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8');

function attempt(run: () => Outcome): Outcome {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const code = error.diagnostics[0]?.code;
    assert.notEqual(code, 'TEMPLATE_INTERNAL', error.diagnostics[0]?.detail);
    if (code === 'TEMPLATE_UNDEFINED') return { error: 'undefined' };
    return { error: code === 'TEMPLATE_SYNTAX' || /UNKNOWN$/.test(code ?? '') ? 'syntax' : 'other' };
  }
}

function ours(one: Case, vars: Vars, printed: boolean): Outcome {
  const templates = new Templates({
    load: (name) => {
      const text = one.files?.[name];
      return text === undefined ? undefined : { path: name, text };
    },
  });
  const scope = scopeOf({ ...vars, ...one.vars });
  const where = { file: 'case.yaml', line: 1, column: 1 };
  switch (one.kind ?? 'expression') {
    case 'file': {
      const options: FileOptions = {
        ...(one.options?.['lstrip_blocks'] === undefined
          ? {}
          : { lstripBlocks: one.options['lstrip_blocks'] }),
        ...(one.options?.['trim_blocks'] === undefined ? {} : { trimBlocks: one.options['trim_blocks'] }),
      };
      return attempt(() => ({ value: templates.renderFile(one.text, scope, where, options) }));
    }
    case 'argument':
      return attempt(() => ({ value: templates.evaluate(one.text, scope, where) }));
    case 'condition':
      return attempt(() => ({ value: templates.condition(one.text, scope, where) }));
    case 'expression': {
      const value = attempt(() => ({ value: templates.expression(one.text, scope, where) }));
      if (!printed || 'error' in value) return value;
      return attempt(() => ({
        ...value,
        printed: String(templates.renderFile(`{{ ${one.text} }}`, scope, where)),
      }));
    }
  }
}

function printedAsLists({ printed, value, ...rest }: Outcome): Outcome {
  return {
    ...rest,
    ...(value === undefined ? {} : { value: typeof value === 'string' ? listsForTuples(value) : value }),
    ...(printed === undefined ? {} : { printed: listsForTuples(printed) }),
  };
}

for (const file of readdirSync(new URL('cases/', folder)).sort()) {
  const topic = file.replace(/\.yaml$/, '');
  const { vars = {}, cases } = parse(read(`cases/${file}`)) as {
    readonly vars?: Vars;
    readonly cases: readonly Case[];
  };
  const { results } = JSON.parse(read(`recorded/${topic}.json`)) as { readonly results: readonly Recorded[] };

  describe(`template: as Ansible and Jinja2 (${topic})`, () => {
    it('was recorded for these very cases', () => {
      assert.deepEqual(
        results.map((result) => result.text),
        cases.map((one) => one.text),
      );
    });
    cases.forEach((one, index) => {
      const { text, ...first } = results[index] ?? { text: '' };
      const recorded = tuples.has(text) ? printedAsLists(first) : first;
      const difference = differences[text];
      const title = `${one.kind ?? 'expression'}: ${JSON.stringify(one.text)}`;
      if (difference === undefined) {
        it(title, () => assert.deepEqual(ours(one, vars, recorded.printed !== undefined), recorded));
      } else {
        it(`${title} (differs: ${difference.why})`, () => {
          const outcome = ours(one, vars, recorded.printed !== undefined);
          assert.notDeepEqual(outcome, recorded, 'no longer differs');
          assert.deepEqual(outcome, difference.ours);
        });
      }
    });
  });
}
