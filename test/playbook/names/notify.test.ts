import assert from 'node:assert/strict';
import { resolveNotify } from '../../../src/playbook/names/notify.js';
import { playOf, removeProjects } from '../project.js';

const ROLE = {
  'roles/r/tasks/main.yml': '- command: id\n  notify: same\n',
  'roles/r/handlers/main.yml':
    '- name: same\n  command: role\n- name: second\n  command: id\n  listen: topic\n',
};
const SITE = `- hosts: all
  roles: [r]
  tasks:
    - command: id
      notify: [same, topic, "r : same", from a file, by include]
  handlers:
    - {name: same, command: first}
    - {name: same, command: play}
    - {name: third, command: id, listen: [topic, other]}
    - import_tasks: h.yml
    - name: by include
      include_tasks: h.yml
      listen: other
`;

describe('resolveNotify', () => {
  afterEach(removeProjects);

  const of = (name: string): readonly string[] => {
    const { handlers } = playOf(SITE, { ...ROLE, 'h.yml': '- name: from a file\n  command: file\n' });
    return resolveNotify(handlers, name).map(
      (handler) =>
        `${handler.name ?? ''}:${handler.type === 'include' ? 'include' : (handler.args['cmd']?.value as string)}`,
    );
  };

  it('takes of the file that was loaded last the first handler of a name', () =>
    assert.deepEqual(of('same'), ['same:first']));
  it('knows names with a role', () => assert.deepEqual(of('r : same'), ['same:role']));
  it('takes all that listen', () => assert.deepEqual(of('topic'), ['second:id', 'third:id']));
  it('opens imports, but an include is a handler itself', () => {
    assert.deepEqual(of('from a file'), ['from a file:file']);
    assert.deepEqual(of('by include'), ['by include:include']);
    assert.deepEqual(of('other'), ['third:id', 'by include:include']);
  });
  it('finds nothing for a strange name', () => assert.deepEqual(of('nobody'), []));
});
