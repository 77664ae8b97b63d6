/** meta: clear_host_errors, compared with ansible-core 2.19. */
import assert from 'node:assert/strict';
import { shellHosts, unreachable } from './shell-hosts.js';

const plays = (clears: boolean, after = ''): string => `
- hosts: all
  gather_facts: false
  tasks:
    - name: may fail
      command: { argv: [sh, -c, '[ "$HOST_IS" != h2 ]'] }
      changed_when: false
    ${clears ? '- meta: clear_host_errors' : ''}
    ${after}
- hosts: all
  gather_facts: false
  tasks: [{ name: next, command: "true", changed_when: false }]
`;

const LATER = `- { name: later, command: { argv: [sh, -c, '[ "$HOST_IS" != h3 ]'] }, changed_when: false }`;

describe('engine: meta clear_host_errors', () => {
  const hosts = shellHosts();
  const reported = async (playbook: string, before?: (host: string, text: string) => unknown) => {
    const run = await hosts.play(playbook, {
      hosts: ['h1', 'h2', 'h3'],
      ...(before === undefined ? {} : { before }),
    });
    const failed = [...run.summary.hosts].filter(([, one]) => one.failed || one.unreachable);
    const next = run.results.filter(({ task }) => task.name === 'next').map(({ host }) => host);
    return [failed.map(([name]) => name), next.sort()];
  };

  it('brings a host back in the next play that failed before it', async () => {
    assert.deepEqual(await reported(plays(false)), [['h2'], ['h1', 'h3']]);
    assert.deepEqual(await reported(plays(true)), [[], ['h1', 'h2', 'h3']]);
  });

  it('leaves out who fails after it', async () => {
    assert.deepEqual(await reported(plays(true, LATER)), [['h3'], ['h1', 'h2']]);
  });

  it('brings a host back that was unreachable, by a new connection', async () => {
    let once = true;
    const lost = (host: string, text: string): unknown => {
      if (host !== 'h3' || !once || !text.includes('HOST_IS')) return undefined;
      once = false;
      throw unreachable(host);
    };
    assert.deepEqual(await reported(plays(true), lost), [[], ['h1', 'h2', 'h3']]);
  });
});
