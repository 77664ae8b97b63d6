/** Makes of the cases what both tools run: one playbook, the files beside it, and a script that prepares a host. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Case, ControllerFile } from './cases.js';

export const hostFolder = '/srv/twins';

export interface Project {
  readonly playbook: string;
  /** Where `fetch` puts files: `{{ fetched }}` is a folder of the case's own below it. */
  readonly fetched: string;
}

function writeControllerFile(path: string, file: ControllerFile): void {
  mkdirSync(dirname(path), { recursive: true });
  const given = typeof file === 'string' ? { content: file } : file;
  if (given.link !== undefined) {
    symlinkSync(given.link, path);
    return;
  }
  const bytes =
    given.base64 === undefined ? Buffer.from(given.content ?? '') : Buffer.from(given.base64, 'base64');
  if (path.endsWith('/')) return;
  writeFileSync(path, bytes);
  chmodSync(path, Number.parseInt(given.mode ?? '0644', 8));
}

function writeControllerFiles(dir: string, of: Case): void {
  const kinds = [
    ['files', of.files],
    ['templates', of.templates],
    ['vars', of.vars_files],
  ] as const;
  for (const [kind, files] of kinds) {
    for (const [name, file] of Object.entries(files)) {
      const path = join(dir, kind, of.id, name);
      if (name.endsWith('/')) mkdirSync(path, { recursive: true });
      else writeControllerFile(path, file);
    }
  }
}

/** Every task carries its case and number, by which its results are found again. */
function blockOf(of: Case, fetched: string): Record<string, unknown> {
  return {
    name: of.id,
    ignore_errors: true,
    vars: { ...of.vars, dir: `${hostFolder}/${of.id}`, here: of.id, fetched: join(fetched, of.id) },
    block: of.tasks.map((task, index) => ({ name: `${of.id}/${index + 1}`, ...task })),
  };
}

export function writeProject(dir: string, cases: readonly Case[]): Project {
  const fetched = join(dir, 'fetched');
  mkdirSync(fetched, { recursive: true });
  for (const of of cases) writeControllerFiles(dir, of);
  const play = {
    hosts: 'all',
    gather_facts: true,
    tasks: cases.map((of) => blockOf(of, fetched)),
  };
  const playbook = join(dir, 'twins.yaml');
  writeFileSync(playbook, `${JSON.stringify([play], undefined, 1)}\n`);
  return { playbook, fetched };
}

/** Accounts that cases may name as owners; their numbers are given, so that none depends on the order of cases. */
const prelude = `
umask 022
groupadd -g 4100 twinsters
groupadd -g 4101 twinfans
useradd -u 4101 -g twinsters -M -d /nonexistent -s /usr/sbin/nologin twin
useradd -u 4102 -g twinsters -M -d /nonexistent -s /usr/sbin/nologin twina
mkdir -p ${hostFolder}
`;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export function setupScript(cases: readonly Case[]): string {
  const parts = cases.map(
    (of) =>
      `mkdir ${hostFolder}/${of.id} && cd ${hostFolder}/${of.id} || exit 1\n` +
      (of.setup === '' ? '' : `sh -e -c ${quoted(of.setup)} || { echo 'setup of ${of.id}' >&2; exit 1; }\n`),
  );
  return `${prelude}${parts.join('')}systemctl daemon-reload\n`;
}

const mark = '@@twins@@';

/** Prints the output of each command of `compare` after a line that names it. */
export function compareScript(cases: readonly Case[]): string {
  return cases
    .flatMap((of) =>
      of.compare.map(
        (command, index) =>
          `printf '\\n${mark} %s\\n' '${of.id} ${index}'; cd ${hostFolder}/${of.id}; sh -c ${quoted(command)} 2>&1 || echo "exit code $?"\n`,
      ),
    )
    .join('');
}

/** By id, the outputs in the order of the commands. */
export function readCompared(output: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const part of output.split(`\n${mark} `).slice(1)) {
    const end = part.indexOf('\n');
    const id = part.slice(0, part.lastIndexOf(' ', end));
    found.set(id, [...(found.get(id) ?? []), part.slice(end + 1).trimEnd()]);
  }
  return found;
}
