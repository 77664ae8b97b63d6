import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { pathLook } from '../../src/lookups/path-look.js';
import { Templates, scopeOf } from '../../src/template/engine.js';
import { Asked } from './ask.js';

describe("lookups: tests of the controller's files", () => {
  const asked = new Asked();
  const templates = new Templates({ path: pathLook });
  const at = (name: string): string => join(asked.dir, name);
  const holds = (test: string, path: string): unknown =>
    templates.expression(`path is ${test}`, scopeOf({ path, other: at('file') }));

  before(() => {
    writeFileSync(at('file'), 'x');
    mkdirSync(at('folder'));
    symlinkSync('file', at('link'));
    symlinkSync('gone', at('dangling'));
  });
  after(() => {
    asked.remove();
  });

  // As Python's os.path, which Ansible's tests are.
  const expected = {
    file: { file: true, exists: true, link_exists: true, 'same_file(other)': true },
    folder: { directory: true, exists: true, link_exists: true },
    link: { file: true, exists: true, link: true, link_exists: true, 'same_file(other)': true },
    dangling: { link: true, link_exists: true },
    none: {},
  } as const;
  const tests = ['file', 'directory', 'exists', 'link', 'link_exists', 'mount', 'same_file(other)'];

  for (const [name, yes] of Object.entries(expected)) {
    it(`of ${name}`, () => {
      for (const test of tests) {
        if (test.startsWith('same') && ['dangling', 'none'].includes(name)) continue;
        assert.equal(holds(test, at(name)), Object.hasOwn(yes, test), test);
        const long =
          test.startsWith('link_') || test === 'exists' ? test : `is_${test.replace('directory', 'dir')}`;
        assert.equal(holds(`ansible.builtin.${long}`, at(name)), Object.hasOwn(yes, test), long);
      }
    });
  }

  it('of mounts, of numbers, and in lists', () => {
    assert.equal(holds('mount', '/proc'), true);
    assert.equal(holds('mount', '/'), true);
    assert.equal(templates.expression('3 is file', scopeOf({})), false);
    const paths = [at('file'), at('folder')];
    assert.deepEqual(templates.expression("paths | select('file') | list", scopeOf({ paths })), [at('file')]);
  });

  it('same_file needs both', () => {
    assert.throws(() => holds('same_file(other)', at('none')), DiagnosticError);
  });

  it('data of the inventory may not look', () => {
    const origin = { file: 'hosts', line: 1, column: 1 };
    const scope = {
      lookup: (name: string) =>
        name === 'x'
          ? { value: "{{ '/etc/passwd' is file }}", trusted: true, data: true, origin }
          : undefined,
      names: () => ['x'],
    };
    assert.throws(
      () => templates.evaluate('{{ x }}', scope),
      (error) => error instanceof DiagnosticError && error.diagnostics[0]?.code === 'TEMPLATE_FORBIDDEN',
    );
  });
});
