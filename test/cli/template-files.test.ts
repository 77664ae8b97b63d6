import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
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

  it("looks beside the playbook, then in the project's templates/, then in rtprov's own", () => {
    const from = (name: string): string | undefined =>
      templateFile(name, undefined, [join(dir, 'playbooks')])?.path;
    write('templates/systemd/slice.conf.j2');
    assert.equal(from('systemd/slice.conf.j2'), join(dir, 'templates/systemd/slice.conf.j2'));
    write('playbooks/templates/systemd/slice.conf.j2');
    assert.equal(from('systemd/slice.conf.j2'), join(dir, 'playbooks/templates/systemd/slice.conf.j2'));
    assert.equal(from('systemd/system.conf.j2'), resolve('templates/systemd/system.conf.j2'));
    // Without the folder of a playbook there is no project.
    assert.equal(templateFile('systemd/system.conf.j2', undefined), undefined);
  });

  it("looks beside no other folder than playbooks/ for a project's templates", () =>
    assert.equal(templateFile('lib.j2', undefined, [join(dir, 'plays')]), undefined));

  it('takes a full path', () => assert.equal(found(join(dir, 'beside.j2')), 'beside.j2'));

  it('finds no folder, nothing that is not there, and no relative name without a template that names it', () => {
    assert.equal(found('vm'), undefined);
    assert.equal(found('nothing.j2'), undefined);
    assert.equal(found('lib.j2/x'), undefined);
    assert.equal(templateFile('lib.j2', undefined), undefined);
  });
});
