import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import { parseExtraVars } from '../../src/inventory/extra-vars.js';
import { loadInventory } from '../../src/inventory/inventory.js';
import { readVarsFile } from '../../src/inventory/var-map.js';

const BROKEN = fileURLToPath(new URL('fixtures/broken/', import.meta.url));

function reported(diagnostics: Diagnostics): string[] {
  return diagnostics.all.map((d) => `${d.code} ${d.range?.line ?? 0}:${d.range?.column ?? 0}`);
}

describe('a broken inventory or file of variables', () => {
  for (const name of readdirSync(BROKEN)) {
    const path = join(BROKEN, name);
    const text = readFileSync(path, 'utf8');
    const expected = /^# expect (.*)/.exec(text)?.[1];
    it(`${name}: ${expected ?? ''}`, () => {
      const diagnostics = new Diagnostics();
      if (name.endsWith('.vars.yml')) readVarsFile(path, diagnostics);
      else loadInventory([path], diagnostics);
      assert.deepEqual(reported(diagnostics), [expected]);
      const [fault] = diagnostics.all;
      assert.equal(fault?.range?.text, text.split('\n')[(fault?.range?.line ?? 0) - 1]);
      assert.equal(fault?.range?.file, path);
      assert.ok(fault.hint !== undefined && fault.detail.endsWith('.'), 'says why and how to mend it');
    });
  }

  const trees: readonly (readonly [string, Readonly<Record<string, string>>, string, string])[] = [
    ['a source that is not there', {}, 'none', 'INVENTORY_UNREADABLE 1:1'],
    ['an empty directory', { 'inv/.keep': '' }, 'inv', 'INVENTORY_EMPTY 1:1'],
    ['a program', { hosts: '#!/bin/sh\necho {}\n' }, 'hosts', 'INVENTORY_SCRIPT 1:1'],
    ['TOML', { 'hosts.toml': '[web]\n' }, 'hosts.toml', 'INVENTORY_TOML 1:1'],
    ['.ini in a directory', { 'inv/a': 'h1\n', 'inv/b.ini': 'h2\n' }, 'inv', 'INVENTORY_FILE_SKIPPED 1:1'],
    [
      'a shadowed file',
      { hosts: '[w]\nh\n', 'group_vars/w/a': 'a: 1\n', 'group_vars/w.yml': '' },
      'hosts',
      'VARS_FILE_SHADOWED 1:1',
    ],
    ['a mistyped file', { hosts: '[web]\nh1\n', 'group_vars/wbe.yml': '' }, 'hosts', 'VARS_FILE_UNUSED 1:1'],
    [
      'broken group_vars',
      { hosts: '[web]\nh1\n', 'group_vars/web.yml': 'a: 1\nb: @x\n' },
      'hosts',
      'YAML_RESERVED_START 2:4',
    ],
    [
      'an encrypted file',
      { hosts: 'h1\n', 'host_vars/h1': '$ANSIBLE_VAULT;1.1;AES256\n61\n' },
      'hosts',
      'VAULT_UNSUPPORTED 1:1',
    ],
    ['a list of hosts', {}, 'h1,h[3:1],', 'HOST_RANGE_REVERSED 1:5'],
  ];
  for (const [what, files, source, expected] of trees) {
    it(`${what}: ${expected}`, () => {
      const directory = mkdtempSync(join(tmpdir(), 'rtprov-broken-'));
      try {
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(directory, path)), { recursive: true });
          writeFileSync(join(directory, path), text);
        }
        const diagnostics = new Diagnostics();
        loadInventory([source.includes(',') ? source : join(directory, source)], diagnostics);
        assert.deepEqual(reported(diagnostics), [expected]);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }

  it('tells all faults of all files at once', () => {
    const diagnostics = new Diagnostics();
    loadInventory(
      [join(BROKEN, 'range-reversed'), join(BROKEN, 'tab.yml'), join(BROKEN, 'quote-double')],
      diagnostics,
    );
    assert.deepEqual(reported(diagnostics), [
      'HOST_RANGE_REVERSED 3:4',
      'YAML_TAB 3:1',
      'INI_BAD_QUOTING 3:6',
    ]);
  });

  for (const [argument, expected] of [
    ['a="x', 'EXTRA_VARS_QUOTING 1:3'],
    ['a=1 nothing', 'EXTRA_VARS_SYNTAX 1:5'],
    ['greeting: hi', 'EXTRA_VARS_SYNTAX 1:1'],
    ['./vars.yml', 'EXTRA_VARS_SYNTAX 1:1'],
    ['a-b=1', 'VAR_BAD_NAME 1:1'],
    ['{"a": 1', 'YAML_UNCLOSED_BRACKET 1:1'],
    ['[1]', 'VARS_SHAPE 1:1'],
    ['@/nonexistent/vars.yml', 'UNREADABLE_FILE 1:1'],
  ] as const) {
    it(`--extra-vars ${argument}: ${expected}`, () => {
      const diagnostics = new Diagnostics();
      parseExtraVars([argument], diagnostics);
      assert.deepEqual(reported(diagnostics), [expected]);
    });
  }
});
