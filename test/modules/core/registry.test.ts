import assert from 'node:assert/strict';
import { z } from 'zod';
import { isRequired, metaOf, shapeOf } from '../../../src/modules/args/check.js';
import { findModule, moduleNames, modules } from '../../../src/modules/core/registry.js';

describe('the registry of modules', () => {
  it('finds modules by all their names', () => {
    assert.equal(findModule('copy')?.name, 'copy');
    assert.equal(findModule('ansible.builtin.copy')?.name, 'copy');
    assert.equal(findModule('ansible.legacy.copy')?.name, 'copy');
    assert.equal(findModule('ansible.posix.sysctl')?.name, 'sysctl');
    assert.equal(findModule('community.general.ini_file')?.name, 'ini_file');
    assert.equal(findModule('ansible.builtin.ini_file'), undefined);
    assert.equal(findModule('community.general.copy'), undefined);
    assert.equal(findModule('copi'), undefined);
  });

  it('has its names in order, once each', () => {
    assert.deepEqual(moduleNames, [...new Set(moduleNames)].sort());
    const full = [...modules.values()].flatMap((module) => module.fullNames);
    assert.equal(new Set(full).size, full.length);
  });

  for (const module of modules.values()) {
    describe(module.name, () => {
      const shape = shapeOf(module);

      it('documents every argument with a sentence', () => {
        if (shape !== undefined)
          assert.deepEqual(Object.keys(module.doc.args).sort(), Object.keys(shape).sort());
        for (const [arg, text] of Object.entries(module.doc.args)) {
          assert.match(text, /^[A-Z`].*[^ ]$/s, `${arg}: ${text}`);
        }
        assert.match(module.doc.summary, /\.$/);
        assert.ok(module.doc.examples.length > 0);
      });

      it('refers only to arguments that it has', () => {
        if (shape === undefined) return;
        const named = [
          ...Object.keys(module.aliases),
          ...(module.expressions ?? []),
          ...(module.freeForm === undefined ? [] : [module.freeForm]),
          ...(module.rules ?? []).flatMap((rule) =>
            rule.type === 'requires' ? [rule.arg, ...rule.needs] : rule.args,
          ),
        ];
        for (const arg of named) assert.ok(arg in shape, arg);
      });

      it('gives no name to two arguments', () => {
        const names = [...Object.keys(shape ?? {}), ...Object.values(module.aliases).flat()];
        assert.deepEqual(
          names.filter((name, index) => names.indexOf(name) !== index),
          [],
        );
      });

      it('knows the type of each argument', () => {
        for (const [arg, type] of Object.entries(shape ?? {})) {
          assert.equal(typeof metaOf(type)['type'], 'string', arg);
          if (isRequired(type)) continue;
          assert.ok(type.safeParse(undefined).success, `${arg} takes no "not given"`);
        }
      });

      it('takes its own defaults', () => {
        for (const [arg, type] of Object.entries(shape ?? {})) {
          if (!(type instanceof z.ZodDefault)) continue;
          const value: unknown = type.def.defaultValue;
          assert.deepEqual(type.parse(value), value, arg);
        }
      });
    });
  }
});
