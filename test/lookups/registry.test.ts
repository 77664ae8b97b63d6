/** Lint and run know the same lookups. */
import assert from 'node:assert/strict';
import { REGISTRY } from '../../src/lookups/registry.js';
import { Templates } from '../../src/template/engine.js';
import { LOOKUP_NAMES } from '../../src/template/runtime/lookup-table.js';
import { WITH_KEYWORDS } from '../../src/playbook/read/keywords.js';

const where = { file: 'x.yml', line: 3, column: 5 };
const faults = (text: string): readonly string[] =>
  new Templates()
    .check(text, 'argument', where)
    .map(({ code, severity, hint, range }) => `${severity} ${code} ${range?.column ?? 0} ${hint ?? ''}`);

describe('lookups: one list', () => {
  it('has the lookups that run, and the loops over them', () => {
    assert.deepEqual(Object.keys(REGISTRY).sort(), [...LOOKUP_NAMES].sort());
    for (const name of LOOKUP_NAMES) assert.ok(WITH_KEYWORDS.includes(`with_${name}`), name);
  });

  it('lint takes exactly these', () => {
    for (const name of LOOKUP_NAMES) {
      for (const call of [`lookup('${name}', a)`, `query('ansible.builtin.${name}', a)`, `q('${name}')`])
        assert.deepEqual(faults(`{{ ${call} }}`), [], call);
    }
    assert.match(
      faults("{{ lookup('fil', a) }}").join(),
      /^error TEMPLATE_LOOKUP_UNKNOWN 15 Did you mean "file"/,
    );
    assert.match(faults("{{ query('random_choice', a) }}").join(), /LOOKUP_UNKNOWN .* random\(seed/);
    assert.match(faults("{{ q('community.general.cartesian', a) }}").join(), /LOOKUP_UNKNOWN .*nested/);
    assert.match(faults("{{ lookup('community.hashi_vault.x', a) }}").join(), /LOOKUP_UNKNOWN/);
  });

  it('lint knows the options', () => {
    assert.deepEqual(faults("{{ lookup('file', a, rstrip=false, errors='ignore', wantlist=true) }}"), []);
    assert.match(faults("{{ lookup('file', a, rstip=false) }}").join(), /^warning .* Did you mean "rstrip"/);
    assert.match(faults("{{ lookup('url', a, use_gssapi=true) }}").join(), /^error TEMPLATE_LOOKUP_OPTION/);
    assert.deepEqual(faults('{{ lookup(which, a, some=1) }}'), []);
  });
});
