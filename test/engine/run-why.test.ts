/** What is reported of a task that failed. */
import assert from 'node:assert/strict';
import { shellHosts } from './shell-hosts.js';

describe('engine: why a task failed', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const failing = async (
    task: string,
    vars = '{}',
  ): Promise<{ readonly msg: string; readonly kept: unknown }> => {
    const result = await hosts.play(
      `- hosts: h1\n  gather_facts: false\n  vars: ${vars}\n  tasks:\n    - ${task.trim().replace(/\n/g, '\n      ')}\n      register: r\n      ignore_errors: true\n    - debug: { msg: "{{ r.msg | default('') }}" }\n`,
    );
    return { msg: result.results[0]?.msg ?? '', kept: result.results[1]?.msg };
  };

  it('is the return code, the command and the last of stderr', async () => {
    const { msg, kept } = await failing(
      'shell: for i in $(seq 12); do echo "line $i" >&2; done; echo out; exit 3',
    );
    const lines = msg.split('\n');
    assert.equal(
      lines[0],
      'non-zero return code (3): for i in $(seq 12); do echo "line $i" >&2; done; echo out; exit 3',
    );
    assert.deepEqual(lines.slice(1, 3), ['stderr, the last 10 of 12 lines:', 'line 3']);
    assert.equal(lines.at(-1), 'line 12');
    assert.equal(kept, 'non-zero return code');
  });

  it('is a NUL character, which no command can hold, and no bug in rtprov', async () => {
    for (const task of [
      'command: "echo a\\0b"',
      'shell: "echo \\0"',
      'raw: "echo \\0"',
      'command: { argv: [echo, "\\0"] }',
    ])
      assert.match((await failing(task)).msg, /^A value contains a NUL character/, task);
  });

  it('is stdout where stderr is empty, and that nothing was printed', async () => {
    assert.match((await failing('shell: echo "it broke"; exit 1')).msg, /^.*\(1\): .*\nstdout:\nit broke$/);
    assert.equal(
      (await failing('command: "false"')).msg,
      'non-zero return code (1): false\nit printed nothing',
    );
  });

  it('is the failed_when that came true, with what the command printed', async () => {
    const { msg } = await failing('command: echo warning\nfailed_when: "\'warning\' in r.stdout"');
    assert.equal(
      msg,
      "failed_when is true: 'warning' in r.stdout (return code 0): echo warning\nstdout:\nwarning",
    );
  });

  it('is nothing where failed_when says that it is not a failure', async () => {
    const { msg, kept } = await failing('command: "false"\nfailed_when: false');
    assert.deepEqual([msg, kept], ['', 'non-zero return code']);
  });

  it('is the condition of an assert with the values of its names', async () => {
    const { msg, kept } = await failing(
      `assert: { that: ["a == 1", "b.c == 'a b' and a.bit_length() > 5 and nowhere is defined"], msg: too bad }`,
      '{ a: 1, b: { c: x } }',
    );
    assert.deepEqual(msg.split('\n'), [
      'too bad',
      "does not hold: b.c == 'a b' and a.bit_length() > 5 and nowhere is defined",
      '  b.c: "x"',
      '  a: 1',
      '  nowhere: not defined',
    ]);
    assert.equal(kept, 'too bad');
  });

  it('stays hidden for no_log', async () => {
    for (const task of ['shell: echo s3cret; exit 1', `assert: { that: "a == 's3cret'" }`])
      assert.equal((await failing(`${task}\nno_log: true`, '{ a: s3cret1 }')).msg, 'hidden: no_log');
  });
});
