import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { templateFile } from '../../src/cli/template-files.js';

describe('templateFile', () => {
  let dir: string;
  const write = (name: string): void => {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), name);
  };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rtprov-templates-'));
    for (const name of ['templates/lib.j2', 'templates/vm/part.j2', 'beside.j2']) write(name);
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const found = (name: string, from = 'templates/vm/main.j2'): string | undefined =>
    templateFile(name, join(dir, from))?.text;

  it('looks in templates/, in the folder of the template that names it, and beside templates/', () => {
    assert.equal(found('lib.j2'), 'templates/lib.j2');
    assert.equal(found('vm/part.j2'), 'templates/vm/part.j2');
    assert.equal(found('part.j2'), 'templates/vm/part.j2');
    assert.equal(found('beside.j2'), 'beside.j2');
  });

  it('takes a full path', () => assert.equal(found(join(dir, 'beside.j2')), 'beside.j2'));

  it('finds no folder, nothing that is not there, and no relative name without a template that names it', () => {
    assert.equal(found('vm'), undefined);
    assert.equal(found('nothing.j2'), undefined);
    assert.equal(found('lib.j2/x'), undefined);
    assert.equal(templateFile('lib.j2', undefined), undefined);
  });
});
