import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { listHosts, listTags, listTasks } from '../../../src/playbook/read/list.js';
import { loadPlaybook } from '../../../src/playbook/read/load.js';
import type { Play } from '../../../src/playbook/read/model.js';
import { validPlaybooks } from '../corpus.js';
import { load, removeProjects } from '../project.js';
import { RECORD, type SyntaxRecord } from '../syntax-check.js';

const record = JSON.parse(readFileSync(RECORD, 'utf8')) as SyntaxRecord;

const pattern = (play: Play): string => (play.hosts.value.includes('{{') ? 'all' : play.hosts.value);

describe('listTasks', () => {
  after(removeProjects);

  for (const { playbook: name, tags, skipTags, text } of record.lists) {
    const choice = [
      ...tags.map((tag) => `--tags ${tag}`),
      ...skipTags.map((tag) => `--skip-tags ${tag}`),
    ].join(' ');
    it(`lays ${name} out as Ansible does ${choice}`, () => {
      const path = validPlaybooks().find((file) => basename(file) === name);
      assert.ok(path !== undefined);
      const { playbook } = loadPlaybook(path, { checkUndefined: false });
      assert.equal(listTasks(playbook, { label: name, tags, skipTags, pattern }), text);
    });
  }

  const site =
    '- name: P\n  hosts: web,db\n  tags: p\n  tasks:\n    - command: id\n      tags: [z, a]\n- hosts: all\n  tasks: []\n';

  it('has companions for tags and hosts', () => {
    const { playbook } = load({ 'site.yml': site });
    assert.equal(
      listTags(playbook, { label: 'site.yml' }),
      '\nplaybook: site.yml\n\n  play #1 (web,db): P\tTAGS: [p]\n      TASK TAGS: [a, p, z]\n\n  play #2 (all): all\tTAGS: []\n      TASK TAGS: []\n',
    );
    assert.equal(
      listHosts(playbook, (play) => (play.name === 'P' ? ['h1', 'h2'] : []), { label: 'site.yml' }),
      "\nplaybook: site.yml\n\n  play #1 (web,db): P\tTAGS: [p]\n    pattern: ['web', 'db']\n    hosts (2):\n      h1\n      h2\n\n  play #2 (all): all\tTAGS: []\n    pattern: ['all']\n    hosts (0):\n",
    );
  });
});
