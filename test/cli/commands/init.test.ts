import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initCommand } from '../../../src/cli/commands/init.js';
import { RtprovError } from '../../../src/diagnostics/diagnostic.js';

describe('rtprov init', () => {
  let dir: string;
  let printed: string;
  const write = process.stdout.write.bind(process.stdout);

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rtprov init-'));
    printed = '';
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  function init(folder: string, roles = false): number {
    process.stdout.write = (text: string | Uint8Array): boolean => {
      printed += String(text);
      return true;
    };
    try {
      return initCommand({ folder, roles });
    } finally {
      process.stdout.write = write;
    }
  }

  const filesIn = (folder: string): readonly string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort();

  it('writes the inventory and the playbook, and says what to do next', () => {
    const folder = join(dir, 'two/machines');
    assert.equal(init(folder), 0);
    const files = filesIn(folder);
    assert.deepEqual(files, [
      ...filesIn('inventory').map((name) => `inventory/${name}`),
      'playbooks/site.yaml',
    ]);
    for (const file of files)
      assert.equal(readFileSync(join(folder, file), 'utf8'), readFileSync(file, 'utf8'));
    for (const file of files) assert.ok(printed.includes(`\n  ${file}\n`), file);
    assert.ok(
      printed.includes(
        `\n  cd ${folder}\n  rtprov partition -i inventory\n  rtprov run playbooks/site.yaml -i inventory --check --diff\n`,
      ),
    );
  });

  it('with --roles it writes the roles and templates too', () => {
    assert.equal(init(dir, true), 0);
    for (const folder of ['inventory', 'playbooks', 'templates'])
      assert.deepEqual(filesIn(join(dir, folder)), filesIn(folder));
  });

  const refused = (code: string, message: RegExp, folder: string): void =>
    assert.throws(
      () => init(folder),
      (error) => error instanceof RtprovError && error.code === code && message.test(error.message),
    );

  it('writes nothing where a file of it exists, even a link to nothing', () => {
    init(dir);
    writeFileSync(join(dir, 'inventory/hosts.yaml'), 'mine');
    refused('PROJECT_EXISTS', /nothing was written: .*inventory\/hosts\.yaml/, dir);
    assert.equal(readFileSync(join(dir, 'inventory/hosts.yaml'), 'utf8'), 'mine');
    const other = mkdtempSync(join(dir, 'other-'));
    symlinkSync('nowhere', join(other, 'inventory'));
    refused('PROJECT_NOT_WRITTEN', /cannot be written/, other);
    assert.ok(!existsSync(join(other, 'playbooks')));
  });

  it('keeps other files of the folder', () => {
    writeFileSync(join(dir, 'notes'), 'mine');
    assert.equal(init(dir), 0);
    assert.equal(readFileSync(join(dir, 'notes'), 'utf8'), 'mine');
  });

  it('says so when the folder is a file', () => {
    writeFileSync(join(dir, 'file'), '');
    refused('PROJECT_NOT_WRITTEN', /a part of this path is not a folder/, join(dir, 'file'));
  });
});
