/** Runs a project with ansible-playbook in a root file system of its own. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inRoot } from './ansible-root.js';

interface Asked {
  readonly files: Readonly<Record<string, string>>;
  readonly playbook: string;
  readonly inventories: readonly string[];
  readonly arguments: readonly string[];
}

/** What the callback of the twins wrote of a task or an item. */
export interface Reported {
  readonly task: string;
  readonly status: string;
  readonly item: boolean;
  readonly result: Readonly<Record<string, unknown>>;
}

const CALLBACK = join(import.meta.dirname, '../twins/callback/twins.py');

/** Stands in for ssh: runs nothing, and says how it was called, after what Ansible waits for when it becomes somebody. */
const SSH = `#!/bin/sh
printf '%s' "$*" | grep -o 'BECOME-SUCCESS-[a-z]*' | head -n 1
printf '%s' "$*" | tr '\\n' ' ' | sed 's/BECOME-SUCCESS-[a-z]*//g'
`;

export async function playInRoot(root: string, asked: Asked): Promise<readonly Reported[]> {
  const below = '/srv/precedence';
  const folder = join(root, below);
  rmSync(folder, { recursive: true, force: true });
  const files = { ...asked.files, 'twins.py': readFileSync(CALLBACK, 'utf8'), ssh: SSH };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  chmodSync(join(folder, 'ssh'), 0o755);
  const inventories = asked.inventories.flatMap((name) => ['-i', join(below, name)]);
  const rest = asked.arguments.map((argument) => argument.replace(/^@/, `@${below}/`));
  await inRoot(root, ['ansible-playbook', ...inventories, ...rest, join(below, asked.playbook)], {
    TWINS_RESULTS: join(below, 'results'),
    ANSIBLE_CALLBACK_PLUGINS: below,
    ANSIBLE_STDOUT_CALLBACK: 'twins',
    ANSIBLE_SSH_EXECUTABLE: join(below, 'ssh'),
    ANSIBLE_SSH_ARGS: '',
  });
  return readFileSync(join(folder, 'results'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Reported);
}
