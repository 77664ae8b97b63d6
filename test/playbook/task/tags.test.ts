import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Play } from '../../../src/playbook/read/model.js';
import { matchesTags, selectTags, startAtTask } from '../../../src/playbook/task/tags.js';
import { includesOf, playOf, removeProjects, tasksOf } from '../project.js';

const SITE = `- hosts: all
  tasks:
    - {name: plain, command: id}
    - {name: web one, command: id, tags: web}
    - block:
        - {name: in block, command: id, tags: deep}
        - {name: also in block, command: id}
      rescue:
        - {name: in rescue, command: id}
      tags: outer
    - {name: every time, command: id, tags: always}
    - {name: rarely, command: id, tags: [never, debug]}
    - include_tasks: more.yml
      tags: web
  handlers:
    - {name: h, command: id, tags: x}
`;
const MORE = { 'more.yml': '- {name: more web, command: id, tags: web}\n- {name: more, command: id}\n' };

function names(play: Play): readonly (string | undefined)[] {
  return tasksOf(play.body).map((task) => task.name);
}

describe('selectTags', () => {
  let play: Play;
  beforeEach(() => (play = playOf(SITE, MORE)));
  afterEach(removeProjects);

  const cases: readonly (readonly [readonly string[], readonly string[], readonly string[]])[] = [
    [
      [],
      [],
      ['plain', 'web one', 'in block', 'also in block', 'in rescue', 'every time', 'more web', 'more'],
    ],
    [['web'], [], ['web one', 'every time', 'more web']],
    [['deep'], [], ['in block', 'every time']],
    [['outer'], ['deep'], ['also in block', 'in rescue', 'every time']],
    [['untagged'], [], ['plain', 'every time']],
    [['debug'], [], ['every time', 'rarely']],
    [['web'], ['always'], ['web one', 'more web']],
  ];
  for (const [tags, skip, expected] of cases) {
    it(`--tags [${tags.join()}] --skip-tags [${skip.join()}]`, () =>
      assert.deepEqual(names(selectTags(play, tags, skip)), expected));
  }

  it('keeps handlers and the flushes at the ends of sections', () => {
    const selected = selectTags(play, ['nothing'], ['always']);
    assert.deepEqual(
      selected.body.map((node) => node.type),
      ['flush', 'flush'],
    );
    assert.equal(selected.handlers.length, 1);
  });

  it('filters what an include loads later', () => {
    const [include] = includesOf(selectTags(play, ['web'], []).body);
    assert.deepEqual(
      include
        ?.load({ name: 'more.yml', from: {} }, 'x')
        .nodes.map((node) => (node.type === 'task' ? node.name : '')),
      ['more web'],
    );
  });

  it('runs nothing that is skipped and everything that is always, whatever the tags', () => {
    const tag = fc.constantFrom('a', 'b', 'c', 'always', 'never', 'tagged', 'untagged', 'all');
    const list = fc.uniqueArray(tag);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'always', 'never')),
        list,
        list,
        (own, tags, skipTags) => {
          const runs = matchesTags(own, { tags, skipTags });
          if (own.some((name) => skipTags.includes(name)) && !skipTags.includes('all'))
            assert.equal(runs, false);
          if (own.includes('always') && skipTags.length === 0) assert.equal(runs, true);
          if (runs && own.includes('never') && !own.includes('always'))
            assert.ok(own.some((name) => tags.includes(name)));
          if (skipTags.length === 0 && tags.length === 0)
            assert.equal(runs, own.includes('always') || !own.includes('never'));
        },
      ),
    );
  });
});

describe('startAtTask', () => {
  afterEach(removeProjects);

  it('drops what is before', () => {
    const play = playOf(SITE, MORE);
    const from = (name: string): readonly (string | undefined)[] | undefined => {
      const started = startAtTask(play, name);
      return started === undefined ? undefined : names(started);
    };
    assert.deepEqual(from('every time'), ['every time', 'rarely', 'more web', 'more']);
    assert.deepEqual(from('also*')?.slice(0, 3), ['also in block', 'in rescue', 'every time']);
    assert.deepEqual(from('in rescue')?.slice(0, 2), ['in rescue', 'every time']);
    assert.equal(from('nothing'), undefined);
  });

  it('knows names with their role', () => {
    const play = playOf('- hosts: all\n  roles: [r]\n', {
      'roles/r/tasks/main.yml': '- {name: a, command: id}\n- {name: b, command: id}\n',
    });
    const started = startAtTask(play, 'r : b');
    assert.deepEqual(started === undefined ? [] : names(started), ['b']);
  });
});
