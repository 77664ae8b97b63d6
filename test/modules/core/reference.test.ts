import assert from 'node:assert/strict';
import { moduleIndex, modulePages, moduleReference } from '../../../src/modules/core/reference.js';
import { findModule, modules } from '../../../src/modules/core/registry.js';

describe('the reference of the modules', () => {
  it('has a page for each module, and a list', () => {
    const pages = modulePages(modules.values());
    assert.deepEqual([...pages.keys()], ['README.md', ...[...modules.keys()].map((name) => `${name}.md`)]);
    assert.match(moduleIndex(modules.values()), /\| \[copy\]\(copy\.md\) \| Copies/);
  });

  it('says names, types, what is needed and what is refused', () => {
    const module = findModule('lineinfile');
    assert.ok(module !== undefined);
    const page = moduleReference(module);
    assert.match(page, /^# lineinfile\n/);
    assert.match(page, /\| `path` \(`dest`\) \(`destfile`\) \(`name`\) \*\*needed\*\* \| path \|/);
    assert.match(page, /\| `state` \| `present`, `absent` \|/);
    assert.match(page, /- Only one of `insertbefore`, `insertafter` may be given\./);
    assert.match(page, /- `backrefs: true` needs `regexp`\./);
    assert.match(page, /refuses\n\n- `attributes`: Use a command with chattr/);
    assert.match(page, /```yaml\n- lineinfile:/);
  });

  it('distinguishes what is planned exactly from what is not', () => {
    const [copy, command] = [findModule('copy'), findModule('command')];
    assert.ok(copy !== undefined && command !== undefined);
    assert.match(moduleReference(copy), /Planned exactly/);
    assert.match(moduleReference(command), /A barrier/);
    assert.match(moduleReference(command), /Text directly after the name is `cmd`\./);
  });
});
