import { strict as assert } from 'node:assert';
import { modules } from '../../../src/modules/core/registry.js';
import { insteadOfModule, OTHER_MODULES } from '../../../src/playbook/task/other-modules.js';
import { KEYWORDS } from '../../../src/playbook/read/keywords.js';
import { load, removeProjects } from '../project.js';

describe('modules that rtprov does not have', () => {
  after(removeProjects);
  const ours = [...modules.values()];

  it('are none of ours, and each sentence names only modules, keywords and arguments that are there', () => {
    const names = new Set([
      ...ours.map(({ name }) => name),
      ...KEYWORDS.map(({ name }) => name),
      ...ours.flatMap(({ doc }) => Object.keys(doc.args)),
      'changed_when: false',
    ]);
    for (const name of OTHER_MODULES) {
      assert.ok(!ours.some((module) => module.name === name), name);
      const said = insteadOfModule(name) ?? '';
      for (const [, word = ''] of said.matchAll(/`([^`]+)`/g)) assert.ok(names.has(word), `${name}: ${word}`);
      assert.match(said, /^[A-Zr][^`]*(?:`[^`]+`[^`]*)*\.$/, name);
    }
  });

  for (const [name, hint] of [
    ['mount', /\.mount unit/],
    ['ansible.posix.authorized_key', /`lineinfile`/],
    ['community.general.timezone', /timedatectl/],
    ['ansible.builtin.dnf', /`package`/],
    ['community.zabbix.zabbix_host', /docs\/modules\/command\.md/],
    ['lineinfle', /Did you mean "lineinfile"/],
  ] as const) {
    it(`has a hint for ${name}`, () => {
      assert.throws(
        () => load({ 'site.yml': `- hosts: all\n  tasks:\n    - ${name}: { name: a }\n` }),
        (error: { readonly diagnostics?: readonly { readonly code: string; readonly hint?: string }[] }) => {
          const [found] = error.diagnostics ?? [];
          assert.equal(found?.code, 'UNKNOWN_MODULE');
          assert.match(found.hint ?? '', hint);
          return true;
        },
      );
    });
  }
});
