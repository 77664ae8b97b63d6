/** --step without a terminal: answers come from standard input, and its end is the end of the run. */
import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { LineAnswers, stepper } from '../../src/cli/step.js';
import { exitCodeOf } from '../../src/engine/run/exit-code.js';
import { shellHosts, type ShellRun } from '../engine/shell-hosts.js';

describe('cli: --step without a terminal', () => {
  const hosts = shellHosts();
  const playbook = `- hosts: all
  gather_facts: false
  tasks:
    - { name: one, copy: { content: "x", dest: "{{ dir }}/{{ inventory_hostname }}.one" }, notify: told }
    - { name: two, copy: { content: "x", dest: "{{ dir }}/{{ inventory_hostname }}.two" } }
    - { name: three, copy: { content: "x", dest: "{{ dir }}/{{ inventory_hostname }}.three" } }
  handlers:
    - { name: told, copy: { content: "x", dest: "{{ dir }}/{{ inventory_hostname }}.told" } }
- hosts: all
  gather_facts: false
  tasks:
    - { name: four, copy: { content: "x", dest: "{{ dir }}/{{ inventory_hostname }}.four" } }
`;
  let asked: string[];
  const run = async (input: string, check = false): Promise<ShellRun> => {
    asked = [];
    const answers = new LineAnswers(Readable.from([input]), (text) => void asked.push(text));
    const confirmTask = stepper((question) => answers.ask(question));
    const ended = await hosts.play(playbook, { hosts: ['h1', 'h2'], check, confirmTask });
    answers.close();
    return ended;
  };
  const done = (): readonly string[] =>
    ['one', 'two', 'three', 'told', 'four'].filter(
      (name) => hosts.has(`h1.${name}`) && hosts.has(`h2.${name}`),
    );
  const code = ({ summary }: ShellRun): number =>
    exitCodeOf(summary, { check: false, detailed: false, pending: false });

  it('does what is answered with y and skips what is answered with n, once for all hosts', async () => {
    const ended = await run('n\ny\nn\ny\n');
    assert.deepEqual([done(), code(ended)], [['two', 'four'], 0]);
    assert.equal(asked.filter((text) => text.startsWith('Run "one"?')).length, 1);
  });

  it('goes on without questions after c', async () => {
    const ended = await run('n\nc\n');
    assert.deepEqual([done(), code(ended)], [['two', 'three', 'four'], 0]);
  });

  it('takes no word for a yes that is none', async () => {
    await run('cancel\nyikes\nYES\n\n');
    assert.deepEqual(done(), ['three']);
  });

  it('ends where the input ends, with an error, and changes nothing more', async () => {
    const ended = await run('y\nn\n');
    assert.deepEqual([done(), code(ended)], [['one'], 4]);
    const errors = ended.events.filter((event) => event.type === 'host_failed');
    assert.deepEqual(
      errors.map(({ host, code: fault, msg }) => [host, fault, msg]).sort(),
      ['h1', 'h2'].map((host) => [
        host,
        'NO_ANSWER',
        'no answer for the task "three": standard input has ended',
      ]),
    );
  });

  it('changes nothing when there is no answer at all', async () => {
    const ended = await run('');
    assert.deepEqual([done(), code(ended)], [[], 4]);
  });

  it('takes a last line without a line end', async () => {
    const answers = new LineAnswers(Readable.from(['n\ny']), () => undefined);
    const ask = (): Promise<string | undefined> => answers.ask('what?');
    assert.deepEqual([await ask(), await ask(), await ask()], ['n', 'y', undefined]);
  });

  it('asks one at a time, and waits for the answer', async () => {
    const input = new PassThrough();
    const answers = new LineAnswers(input, () => undefined);
    const first = answers.ask('first?');
    input.write('y');
    const early = await Promise.race([first, new Promise((later) => setImmediate(() => later('waits')))]);
    input.write('\nn\n');
    assert.deepEqual([early, await first, await answers.ask('second?')], ['waits', 'y', 'n']);
    answers.close();
  });
});
