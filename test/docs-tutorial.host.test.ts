/** Does what docs/tutorial.md says, on a lab host: its files, its commands, and what they are said to print. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differences } from './e2e/harness.js';
import { oneHost } from './e2e/one-host.js';
import { cloneDir } from './lab/names.js';
import { runProgram } from './support/program.js';

const page = readFileSync(join(cloneDir, 'docs', 'tutorial.md'), 'utf8');

describe('docs/tutorial.md', function () {
  this.timeout(120_000);
  const one = oneHost();

  it('can be followed, and leaves the machine as it was', async () => {
    const { host, lab, project } = one;
    const before = await host.fingerprint();

    const files = [...page.matchAll(/^`([\w/.-]+)`:\n\n```\w+\n([\s\S]*?)^```$/gm)];
    assert.equal(files.length, 4);
    for (const [, name = '', text = ''] of files)
      project.write(name, text.replace('192.0.2.11', host.address));
    // What ~/.ssh would give.
    const options = { ansible_ssh_private_key_file: lab.keyPath };
    const known = `-o UserKnownHostsFile=${lab.knownHostsPath}`;
    project.write(
      'inventory/group_vars/all.yaml',
      JSON.stringify({ ...options, ansible_ssh_common_args: known }),
    );

    const variables = 'inventory/group_vars/machines.yaml';
    const outputs: string[] = [];
    let run = '';
    const commands = page.matchAll(
      /^ {4}(?:\$ )?rtprov ((?:inventory|facts|lint|run|history|rollback) .*)$/gm,
    );
    for (const [, command = ''] of commands) {
      if (command.endsWith('--diff --plan plan.json')) {
        // The second run that section 7 speaks of, and the change of section 8.
        outputs.push((await rtprov('run site.yaml')).trimEnd());
        project.write(variables, readFileSync(project.path(variables), 'utf8').replace('200M', '500M'));
      }
      outputs.push(await rtprov(command.replace('RUN', run)));
      run = /^ {2}(\d{8}T\S+)/m.exec(outputs.at(-1) ?? '')?.[1] ?? run;
    }
    outputs.push(await rtprov('rollback node1'));

    const endings = outputs.map((output) => said.find((text) => output.includes(text)) ?? '');
    assert.deepEqual(
      endings.filter((ending) => ending !== ''),
      said,
      outputs.join('\n'),
    );
    const plain = page.replaceAll(/^ {4}/gm, '');
    for (const text of said) assert.ok(plain.includes(text), text);
    assert.equal(differences(before, await host.fingerprint()), '');

    async function rtprov(command: string): Promise<string> {
      const done = await runProgram(command.split(' '), { cwd: project.path('.') });
      assert.equal(done.code, 0, `rtprov ${command}\n${done.stdout}${done.stderr}`);
      return done.stdout;
    }
  });
});

/** What the page says that is printed, in this order. */
const said = [
  '@all:\n  |--@ungrouped:\n  |--@machines:\n  |  |--node1\n',
  'No problems found.',
  'Would change 3 resources and do 1 other action on 1 host.',
  'Changed 3 resources and did 1 other action on 1 host.',
  'Changed nothing.',
  'Nothing to undo on 1 host.',
];
