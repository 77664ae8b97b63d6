import assert from 'node:assert/strict';
import { journalLibrary } from '../../src/journal/target.js';
import { lockLibrary } from '../../src/journal/lock.js';
import { resourceLibrary } from '../../src/journal/window-journal.js';
import { library } from '../../src/shell/shell.js';

describe('journal: the functions of a shell on a target', () => {
  it('have names of their own: a second one of a name would take the place of the first', () => {
    const { text } = library([journalLibrary, lockLibrary, resourceLibrary]);
    const names = [...text.matchAll(/^(rtp_\w+)\(\)/gm)].map(([, name]) => name ?? '');
    assert.ok(names.length > 100);
    assert.deepEqual(
      names.filter((name, at) => names.indexOf(name) !== at),
      [],
    );
  });
});
