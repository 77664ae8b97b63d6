/** What a target's first answer has to hold. */
import { strict as assert } from 'node:assert';
import { shellHosts } from '../shell-hosts.js';

describe('facts that are not whole', () => {
  const hosts = shellHosts();

  it('fail the host at its facts, and no other host', async () => {
    const run = await hosts.play('- hosts: all\n  tasks: [{ name: t, debug: { var: ansible_machine } }]\n', {
      before: (host, text) => (host === 'h1' ? text.replace('\nuname -m\n', '\n:\n') : undefined),
    });
    const reported = run.events.filter(({ type }) => type === 'host_failed');
    assert.match(
      JSON.stringify(reported),
      /facts could not be read on h1: what uname prints is missing in the target's output/,
    );
    assert.ok(run.lines.includes('h2 t ok'));
    assert.ok(!run.lines.includes('h1 t ok'));
  });
});
