/** Folders that a run removes, and those that its commands touch, come back as they were; what somebody made there since is a conflict. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellHosts } from './shell-hosts.js';

const play = (tasks: string): string => `- hosts: h1\n  gather_facts: false\n  tasks:\n${tasks}`;

describe('undo of folders', () => {
  const hosts = shellHosts();
  const folder = (): string => hosts.path('d');

  beforeEach(() => {
    mkdirSync(join(folder(), 'sub'), { recursive: true });
    writeFileSync(join(folder(), 'k'), 'kept\n');
  });

  /** Runs the tasks, lets somebody change something, and undoes; gives what the target said. */
  async function undone(tasks: string, meanwhile: () => void): Promise<string> {
    const { summary } = await hosts.play(play(tasks), { hosts: ['h1'] });
    meanwhile();
    return hosts.undo('h1', summary.run);
  }
  const isBack = (): void => {
    assert.equal(readFileSync(join(folder(), 'k'), 'utf8'), 'kept\n');
    assert.deepEqual(readdirSync(folder()).sort(), ['k', 'sub']);
  };
  const removes = '    - file: { path: "{{ dir }}/d", state: absent }\n';

  it('brings a removed folder back', async () => {
    assert.match(await undone(removes, () => undefined), /^undone/);
    isBack();
  });

  it('calls a folder that was made again a conflict, empty or not', async () => {
    assert.match(await undone(removes, () => mkdirSync(folder())), /^conflict/);
    rmSync(folder(), { recursive: true });
    mkdirSync(folder());
    writeFileSync(join(folder(), 'k'), 'kept\n');
    const text = await undone(removes, () => {
      mkdirSync(folder());
      writeFileSync(join(folder(), 'k'), 'other\n');
    });
    assert.match(text, /^conflict/);
    assert.equal(readFileSync(join(folder(), 'k'), 'utf8'), 'other\n');
  });

  it('takes the same contents for as before', async () => {
    const text = await undone(removes, () => {
      mkdirSync(join(folder(), 'sub'), { recursive: true });
      writeFileSync(join(folder(), 'k'), 'kept\n');
    });
    assert.match(text, /^same/);
  });

  it('brings the contents back of a folder that the run removed and made again', async () => {
    const again =
      '    - file: { path: "{{ dir }}/d", state: directory }\n    - copy: { dest: "{{ dir }}/d/n", content: x }\n';
    assert.doesNotMatch(await undone(removes + again, () => undefined), /conflict|failed/);
    isBack();
  });

  const command = (text: string): string =>
    `    - shell: ${JSON.stringify(text.replaceAll('D', '{{ dir }}/d'))}\n      touches: ["{{ dir }}/d"]\n`;

  for (const [what, text] of [
    ['is removed', 'rm -rf D'],
    ['is written into', 'echo t >D/t; echo new >D/k'],
    ['becomes a file', 'rm -rf D; echo x >D'],
  ] as const)
    it(`brings a touched folder back that ${what}`, async () => {
      assert.doesNotMatch(await undone(command(text), () => undefined), /conflict|failed/);
      isBack();
    });

  it('calls a touched folder a conflict that was changed since', async () => {
    const text = await undone(command('echo new >D/k'), () => writeFileSync(join(folder(), 'n'), 'mine'));
    assert.match(text, /conflict/);
    assert.ok(hosts.has('d/n'));
  });

  it('removes a folder that a command made, and no other', async () => {
    rmSync(folder(), { recursive: true });
    const makes = command('mkdir -p D/sub; echo x >D/k');
    assert.doesNotMatch(await undone(makes, () => undefined), /conflict|failed/);
    assert.ok(!existsSync(folder()));
    assert.match(await undone(makes, () => writeFileSync(join(folder(), 'n'), 'mine')), /conflict/);
    assert.ok(hosts.has('d/n'));
  });

  it('does so with a folder that the run makes before', async () => {
    rmSync(folder(), { recursive: true });
    const makes = '    - file: { path: "{{ dir }}/d", state: directory }\n';
    assert.doesNotMatch(await undone(makes + command('echo x >D/k'), () => undefined), /conflict|failed/);
    assert.ok(!existsSync(folder()));
  });

  it('keeps a touched folder after other changes of it that wait', async () => {
    const before =
      '    - file: { path: "{{ dir }}/d", state: directory, mode: "0700" }\n    - copy: { dest: "{{ dir }}/d/k", content: x }\n';
    assert.doesNotMatch(await undone(before + command('rm -rf D/*'), () => undefined), /conflict|failed/);
    isBack();
  });

  it('plans commands that touch the same folder, and refuses the folder of all', async () => {
    const twice = command('rm -rf D') + command('mkdir D');
    const plan = await hosts.play(play(twice), { hosts: ['h1'], check: true });
    assert.deepEqual(
      plan.results.map(({ status }) => status),
      ['unknown', 'unknown'],
    );
    const all = '    - command: "true"\n      touches: [/]\n';
    for (const check of [true, false]) {
      const { results } = await hosts.play(play(all), { hosts: ['h1'], check });
      assert.match(results[0]?.msg ?? '', /Name the files in it/);
    }
  });
});
