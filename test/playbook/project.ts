/** Playbooks written for one test, in a folder of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadPlaybook, type Loaded, type LoadOptions } from '../../src/playbook/read/load.js';
import type { Include, Node, Play, Task } from '../../src/playbook/read/model.js';

const folders: string[] = [];

/** Writes files and loads `site.yml`; every variable counts as defined unless the options say otherwise. */
export function load(
  files: Readonly<Record<string, string>>,
  options: LoadOptions = { checkUndefined: false },
): Loaded {
  return loadPlaybook(join(write(files), 'site.yml'), options);
}

export function write(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'rtprov-playbook-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export function removeProjects(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

/** The first play of a playbook that is written as the tasks of one. */
export function playOf(site: string, files: Readonly<Record<string, string>> = {}): Play {
  const [play] = load({ 'site.yml': site, ...files }).playbook.plays;
  if (play === undefined) throw new Error('no play');
  return play;
}

/** Every task, in blocks and literal includes too. */
export function tasksOf(nodes: readonly Node[]): readonly Task[] {
  return nodes.flatMap((node) => {
    if (node.type === 'task') return [node];
    if (node.type === 'block') return tasksOf([...node.block, ...node.rescue, ...node.always]);
    return node.type === 'include' && node.literal
      ? tasksOf(node.load({ name: node.file.value, from: {} }).nodes)
      : [];
  });
}

export function includesOf(nodes: readonly Node[]): readonly Include[] {
  return nodes.filter((node) => node.type === 'include');
}
