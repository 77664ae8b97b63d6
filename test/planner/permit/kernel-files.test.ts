import assert from 'node:assert/strict';
import { kernelFile } from '../../../src/planner/permit/kernel-files.js';
import { shellHosts } from '../../engine/shell-hosts.js';

describe('planner/permit/kernel-files', function () {
  this.timeout(240_000);
  const hosts = shellHosts();
  const file = (sha256: string, mode = '0644') =>
    ({ type: 'file', mode, owner: 'root', group: 'root', sha256, size: 1 }) as const;
  const absent = { type: 'absent' } as const;

  it('refuses new bytes with what to use instead, and nothing else', () => {
    assert.match(kernelFile('/proc/sys/vm/swappiness', file('a'), file('b')) ?? '', /name: vm\.swappiness/);
    assert.match(
      kernelFile('/proc/sys/net/ipv4/conf/eth0.1/forwarding', file('a'), file('b')) ?? '',
      /name: net\/ipv4\/conf\/eth0\.1\/forwarding/,
    );
    assert.match(kernelFile('/sys/kernel/mm/ksm/run', file('a'), file('b')) ?? '', /Use `kernel_setting`\.$/);
    assert.match(kernelFile('/proc/1/oom_score_adj', file('a'), file('b')) ?? '', /`shell`/);
    assert.match(kernelFile('/sys/fs/resctrl/schemata', file('a'), file('b')) ?? '', /`shell`/);
    assert.match(kernelFile('/sys/kernel/a*b', file('a'), file('b')) ?? '', /`shell`/);
    assert.match(
      kernelFile('/sys/none', absent, file('b')) ?? '',
      /only the kernel creates files below \/sys$/,
    );
    assert.equal(kernelFile('/sys/kernel/mm/ksm/run', file('a'), file('a', '0600')), undefined);
    assert.equal(kernelFile('/sys/fs/bpf/pinned', file('a'), absent), undefined);
    assert.equal(kernelFile('/srv/proc/x', file('a'), file('b')), undefined);
  });

  it('says the same in a check as in a run, and is content with the value that is there', async () => {
    const play = `
- hosts: h1
  gather_facts: false
  tasks:
    - slurp: { src: /proc/sys/net/ipv4/ip_forward }
      register: now
    - copy: { content: '{{ now.content | b64decode }}', dest: /proc/sys/net/ipv4/ip_forward }
    - template: { src: t.j2, dest: /proc/sys/net/ipv4/ip_forward }
      ignore_errors: true
`;
    for (const check of [true, false]) {
      const result = await hosts.play(play, { hosts: ['h1'], check, files: { 't.j2': 'neither\n' } });
      assert.deepEqual(result.lines, ['h1 slurp ok', 'h1 copy ok', 'h1 template ignored']);
      assert.match(
        result.results[2]?.msg ?? '',
        /is a file of the kernel, .* Use `sysctl` with `name: net\.ipv4\.ip_forward`/,
      );
    }
  });
});
