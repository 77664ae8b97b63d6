import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DiagnosticError, type Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { readRunFiles } from '../../src/cli/inputs.js';
import { brokenCases } from '../playbook/corpus.js';

const main = resolve('src/cli/main.ts');
const nothingChosen = { chosen: { tags: [], skipTags: [] } };

function faultsOf(
  playbook: string,
  inventory: string,
  extraVars: readonly string[] = [],
): readonly Diagnostic[] {
  try {
    readRunFiles([playbook], { inventory: [inventory], extraVars }, nothingChosen);
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.filter((one) => one.severity === 'error');
    throw error;
  }
}

describe('cli: bad input', () => {
  let folder: string;
  let server: Server;
  let port = 0;
  let contacts = 0;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-bad-'));
    server = createServer((socket) => {
      contacts += 1;
      socket.destroy();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    port = (server.address() as { port: number }).port;
    writeFileSync(join(folder, 'inventory.ini'), `h1 ansible_host=127.0.0.1 ansible_port=${port}\n`);
    writeFileSync(join(folder, 'good.yaml'), '- hosts: all\n  tasks:\n    - ping_nothing:\n');
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await new Promise((done) => server.close(done));
  });

  const rtprov = (args: readonly string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', main, ...args], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });

  it('there are at least 100 broken inputs in the corpora', () => {
    const inventories = readdirSync('test/inventory/fixtures/broken').length;
    assert.ok(
      brokenCases().length + inventories >= 100,
      `${brokenCases().length} playbooks and ${inventories} inventories`,
    );
  });

  // Each case is read as `rtprov run` reads it; that its faults are the right ones is test/playbook's and test/inventory's.
  for (const one of brokenCases().filter(({ expected }) =>
    expected.some((line) => !line.endsWith('warning')),
  )) {
    it(`is found by run: ${one.name}`, () => {
      const faults = faultsOf(
        one.path,
        join(folder, 'inventory.ini'),
        one.inventory.map((name) => `${name}=x`),
      );
      assert.ok(faults.length > 0);
      for (const fault of faults) {
        assert.match(fault.code, /^[A-Z][A-Z0-9_]+$/);
        assert.notEqual(fault.summary, '');
        assert.notEqual(fault.detail, '');
        assert.ok(
          fault.range !== undefined && fault.range.line > 0 && fault.range.column > 0,
          'it says where',
        );
      }
    });
  }

  for (const [what, args] of [
    [
      'a playbook with an unknown module',
      () => ['run', join(folder, 'good.yaml'), '-i', join(folder, 'inventory.ini')],
    ],
    [
      'a playbook that is not there',
      () => ['run', join(folder, 'none.yaml'), '-i', join(folder, 'inventory.ini')],
    ],
    [
      'an inventory that is not there',
      () => ['run', join(folder, 'good.yaml'), '-i', join(folder, 'none.ini')],
    ],
    ['an unknown option', () => ['run', join(folder, 'good.yaml'), '--limt', 'h1']],
    ['an option that is no number', () => ['run', join(folder, 'good.yaml'), '--forks', 'many']],
    ['no command', () => []],
    ['a host that no inventory has', () => ['rollback', 'h9', '-i', join(folder, 'inventory.ini')]],
  ] as const) {
    it(`exits with 2, tells it, and contacts no host: ${what}`, () => {
      const done = rtprov(args());
      assert.equal(done.status, 2, done.stderr);
      assert.notEqual(done.stderr.trim(), '');
      assert.doesNotMatch(done.stderr, /fault in rtprov| at file:/);
      assert.equal(contacts, 0);
    });
  }

  it('shows the place with the line and a caret, why, and how to mend it', () => {
    const done = rtprov(['run', join(folder, 'good.yaml'), '-i', join(folder, 'inventory.ini')]);
    assert.match(done.stderr, /good\.yaml:3:7/);
    assert.match(done.stderr, /3 \| {5}- ping_nothing:/);
    assert.match(done.stderr, /\^/);
    assert.match(done.stderr, /Hint: /);
  });
});
