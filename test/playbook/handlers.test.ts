import assert from 'node:assert/strict';
import { resolveNotify } from '../../src/playbook/handlers.js';
import { playOf, removeProjects } from './project.js';

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

  const of = (name: string, role?: string): readonly string[] => {
    const { handlers } = playOf(SITE, { ...ROLE, 'h.yml': '- name: from a file\n  command: file\n' });
    return resolveNotify(handlers, name, role).map(
      (handler) => `${handler.name ?? ''}:${handler.args['cmd']?.value as string}`,
    );
  };

  it('takes the last handler of a name', () => assert.deepEqual(of('same'), ['same:play']));
  it("takes the role's own for its tasks", () => assert.deepEqual(of('same', 'r'), ['same:role']));
  it('knows names with a role', () => assert.deepEqual(of('r : same'), ['same:role']));
  it('takes all that listen', () => assert.deepEqual(of('topic'), ['second:id', 'third:id']));
  it('opens imports and includes', () => {
    assert.deepEqual(of('by include'), ['from a file:file']);
    assert.deepEqual(of('other'), ['third:id', 'from a file:file']);
  });
  it('finds nothing for a strange name', () => assert.deepEqual(of('nobody'), []));
});
