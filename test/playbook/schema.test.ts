import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import {
  handlersSchema,
  inventorySchema,
  playbookSchema,
  roleMetaSchema,
  SCHEMAS,
  tasksSchema,
  varsSchema,
} from '../../src/playbook/schema/schemas.js';
import { toValue } from '../../src/yaml/node.js';
import { parseYaml } from '../../src/yaml/parse.js';
import { validPlaybooks } from './corpus.js';

const ajv = new Ajv({ allowUnionTypes: true, strictTypes: false });

function data(text: string): unknown {
  const [node] = parseYaml(text, 'x.yml', new Diagnostics());
  return node === undefined ? null : toValue(node);
}

function read(path: string): unknown {
  return data(readFileSync(path, 'utf8'));
}

function accepts(validate: ValidateFunction, value: unknown): void {
  assert.ok(validate(value), ajv.errorsText(validate.errors));
}

const valid = join(import.meta.dirname, 'corpus', 'valid');
const files = readdirSync(valid, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.yml'),
);

describe('schemas', () => {
  for (const [name, make] of Object.entries(SCHEMAS)) {
    it(`${name} is a valid draft-07 schema`, () => assert.ok(ajv.validateSchema(make())));
  }

  const playbook = ajv.compile(playbookSchema());
  for (const path of validPlaybooks()) {
    it(`accept ${basename(path)}`, () => accepts(playbook, read(path)));
  }

  const byFolder: readonly (readonly [RegExp, ValidateFunction])[] = [
    [/(?:^|\/)tasks\//, ajv.compile(tasksSchema())],
    [/(?:^|\/)handlers\//, ajv.compile(handlersSchema())],
    [/\/meta\//, ajv.compile(roleMetaSchema())],
    [/(?:^|\/)(?:vars|defaults)\//, ajv.compile(varsSchema())],
  ];
  for (const [folder, validate] of byFolder) {
    it(`accept the files in ${folder.source}`, () => {
      const found = files.filter((file) => folder.test(file));
      assert.ok(found.length > 0);
      for (const file of found) accepts(validate, read(join(valid, file)));
    });
  }

  const play = '- hosts: all\n  tasks:\n    - ';
  const wrong: readonly (readonly [string, string])[] = [
    ['a mapping', 'hosts: all\n'],
    ['a play without hosts', '- tasks: []\n'],
    ['an unknown keyword of a play', '- hosts: all\n  taks: []\n'],
    ['an unknown keyword of a task', `${play}command: id\n      whn: true\n`],
    ['an unknown module', `${play}comand: id\n`],
    ['an unknown argument', `${play}copy: {dst: /x}\n`],
    ['an argument of a wrong type', `${play}copy: {dest: /x, content: a, backup: perhaps}\n`],
    ['a flag that is none', '- hosts: all\n  become: yep\n'],
    ['an unknown key of loop_control', `${play}command: id\n      loop: [1]\n      loop_control: {var: x}\n`],
    ['a loop on an import', `${play}import_tasks: x.yml\n      loop: [1]\n`],
    ['become on an include', `${play}include_tasks: x.yml\n      become: true\n`],
    ['a loop on a block', `${play}block: []\n      loop: [1]\n`],
    ['an unknown strategy', '- hosts: all\n  strategy: debug\n'],
    ['tags that are a mapping', '- hosts: all\n  tags: {a: b}\n'],
  ];
  for (const [what, text] of wrong) {
    it(`refuse ${what}`, () => assert.equal(playbook(data(text)), false));
  }

  it('accept and refuse inventories', () => {
    const inventory = ajv.compile(inventorySchema());
    accepts(
      inventory,
      data(
        'all:\n  hosts:\n    a:\n    b: {x: 1}\n  vars: {y: [1]}\n  children:\n    web:\n      hosts: {a: }\n',
      ),
    );
    assert.equal(inventory(data('all:\n  host:\n    a:\n')), false);
    assert.equal(inventory(data('all:\n  hosts: [a]\n')), false);
  });

  it('refuse names that no template can use', () => {
    assert.equal(ajv.compile(varsSchema())(data('my-var: 1\n')), false);
  });

  it('describe every module and argument', () => {
    const text = JSON.stringify(playbookSchema());
    assert.ok(text.includes('"module_copy"') && text.includes('"description"'));
  });
});
