/**
 * Records what Ansible says of the valid corpus: `npx tsx test/playbook/syntax-check.ts` runs `ansible-playbook
 * --syntax-check` and `--list-tasks` (Debian package ansible-core) on each playbook that uses nothing of rtprov's own.
 */
import { spawnSync } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isOwn, validPlaybooks } from './corpus.js';

export interface SyntaxRecord {
  readonly ansible: string;
  readonly sha256: string;
  readonly passed: readonly string[];
  readonly lists: readonly TaskList[];
}

/** What `--list-tasks` prints, with a choice of tags. */
export interface TaskList {
  readonly playbook: string;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly text: string;
}

const CHOICES: readonly (readonly [tags: readonly string[], skipTags: readonly string[]])[] = [
  [['inner', 'two'], []],
  [['tagged'], []],
  [['untagged'], []],
  [['debugging'], []],
  [['never'], []],
  [['all', 'never'], ['one']],
  [[], ['always']],
  [[], ['tagged']],
  [[], ['all']],
  [['site'], ['outer', '2024']],
];

export const RECORD = join(import.meta.dirname, 'syntax-check.json');

/** A hash over every file of the valid corpus. */
export function corpusHash(hash: Hash): string {
  const folder = join(import.meta.dirname, 'corpus', 'valid');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    hash.update(path.slice(folder.length)).update(readFileSync(path));
  }
  return hash.digest('hex');
}

function listOf(path: string, tags: readonly string[], skipTags: readonly string[]): TaskList {
  const choice = [
    ...tags.flatMap((tag) => ['--tags', tag]),
    ...skipTags.flatMap((tag) => ['--skip-tags', tag]),
  ];
  const { stdout } = spawnSync(
    'ansible-playbook',
    ['--list-tasks', '-i', 'localhost,', ...choice, basename(path)],
    {
      encoding: 'utf8',
      cwd: dirname(path),
    },
  );
  return { playbook: basename(path), tags, skipTags, text: stdout };
}

function main(): void {
  const version = spawnSync('ansible-playbook', ['--version'], { encoding: 'utf8' }).stdout;
  const playbooks = validPlaybooks().filter((path) => !isOwn(path));
  const failed = playbooks.filter((path) => {
    const { status, stderr } = spawnSync('ansible-playbook', ['--syntax-check', '-i', 'localhost,', path], {
      encoding: 'utf8',
    });
    if (status !== 0) process.stderr.write(`${basename(path)}: ${stderr}\n`);
    return status !== 0;
  });
  const tagged = playbooks.filter((path) => /tags|roles|blocks/.test(basename(path)));
  const record: SyntaxRecord = {
    ansible: /\[core (?<version>[^\]]+)\]/.exec(version)?.groups?.['version'] ?? 'none',
    sha256: corpusHash(createHash('sha256')),
    passed: playbooks.filter((path) => !failed.includes(path)).map((path) => basename(path)),
    lists: [
      // Ansible lists a role that will run once as often as it is named; rtprov lists it once.
      ...playbooks
        .filter((path) => !path.endsWith('25-dependencies.yml'))
        .map((path) => listOf(path, [], [])),
      ...tagged.flatMap((path) => CHOICES.map(([tags, skipTags]) => listOf(path, tags, skipTags))),
    ],
  };
  writeFileSync(RECORD, `${JSON.stringify(record, null, 2)}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
