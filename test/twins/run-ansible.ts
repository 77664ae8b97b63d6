/** Runs the cases with ansible-playbook. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, run } from '../lab/process.js';
import { cacheDir } from '../lab/names.js';
import type { RunTool, TaskOutcome } from './outcome.js';

const inPackage = 'usr/lib/python3/dist-packages';

/** The collections with ini_file, sysctl and modprobe, of Debian's package `ansible`, which itself is not installed. */
async function collections(): Promise<string> {
  const dir = join(cacheDir, 'ansible-collections');
  if (existsSync(dir)) return join(dir, inPackage);
  const part = `${dir}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  await run('apt-get', ['download', 'ansible'], { cwd: part });
  const wanted = ['ansible/posix', 'community/general'].map(
    (name) => `./${inPackage}/ansible_collections/${name}/*`,
  );
  await run(
    'sh',
    [
      '-c',
      'dpkg-deb --fsys-tarfile ansible_*.deb | tar -x --wildcards "$@"; rm ansible_*.deb',
      'sh',
      ...wanted,
    ],
    { cwd: part },
  );
  renameSync(part, dir);
  return join(dir, inPackage);
}

interface Reported {
  readonly task: string;
  readonly status: string;
  readonly item: boolean;
  readonly result: Readonly<Record<string, unknown>>;
}

/** A loop reports its items and then itself: the items stay. */
function withoutSums(outcome: readonly Reported[]): readonly TaskOutcome[] {
  const loops = new Set(outcome.filter((entry) => entry.item).map((entry) => entry.task));
  return outcome.filter((entry) => entry.item || !loops.has(entry.task));
}

export function ansible(inventory: string, scratch: string): RunTool {
  return async (project) => {
    const results = join(scratch, 'ansible.jsonl');
    // The machine's own settings must not count.
    const config = join(scratch, 'ansible.cfg');
    writeFileSync(config, '');
    const env = {
      PATH: process.env['PATH'],
      HOME: scratch,
      LC_ALL: 'C.UTF-8',
      TWINS_RESULTS: results,
      ANSIBLE_HOME: join(scratch, 'ansible'),
      ANSIBLE_CONFIG: config,
      ANSIBLE_COLLECTIONS_PATH: await collections(),
      ANSIBLE_CALLBACK_PLUGINS: join(import.meta.dirname, 'callback'),
      ANSIBLE_STDOUT_CALLBACK: 'twins',
      ANSIBLE_PIPELINING: '1',
      ANSIBLE_SSH_CONTROL_PATH_DIR: join(scratch, 'cp'),
    };
    const { stdout, stderr, code } = await attempt('ansible-playbook', ['-i', inventory, project.playbook], {
      env,
      cwd: scratch,
    });
    if (code !== 0) throw new Error(`ansible-playbook ended with ${code}: ${stderr}${stdout}`);
    return withoutSums(
      readFileSync(results, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Reported),
    );
  };
}
