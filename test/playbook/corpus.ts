/** The corpus: playbooks that are right, and broken ones that say in their first lines what is to be found. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DiagnosticError, type Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { loadPlaybook } from '../../src/playbook/read/load.js';

const here = join(import.meta.dirname, 'corpus');

/** Names that the inventory of the valid playbooks defines. */
export const VALID_NAMES = ['balancer', 'target_version'];

export function validPlaybooks(): readonly string[] {
  const folder = join(here, 'valid');
  return readdirSync(folder)
    .filter((name) => /^\d.*\.yml$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Whether a playbook uses what only rtprov has. */
export function isOwn(path: string): boolean {
  return readFileSync(path, 'utf8').startsWith('# rtprov only');
}

export interface BrokenCase {
  readonly name: string;
  readonly path: string;
  readonly folder: string;
  /** `CODE [file] line:column [warning]`, sorted. */
  readonly expected: readonly string[];
  readonly inventory: readonly string[];
}

export function brokenCases(): readonly BrokenCase[] {
  const base = join(here, 'broken');
  return readdirSync(base)
    .sort()
    .map((entry) => {
      const single = entry.endsWith('.yml');
      const folder = single ? base : join(base, entry);
      const path = single ? join(base, entry) : join(folder, 'site.yml');
      const text = readFileSync(path, 'utf8');
      return {
        name: entry.replace(/\.yml$/, ''),
        path,
        folder,
        expected: [...text.matchAll(/^# expect: (.*)$/gm)].map((match) => match[1] ?? '').sort(),
        inventory: /^# inventory: (.*)$/m.exec(text)?.[1]?.split(' ') ?? [],
      };
    });
}

export function diagnosticsOf(path: string, inventoryNames: readonly string[] = []): readonly Diagnostic[] {
  try {
    return loadPlaybook(path, { inventoryNames }).diagnostics;
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

/** As `expected` of a case has them. */
export function described(
  diagnostics: readonly Diagnostic[],
  { path, folder }: Pick<BrokenCase, 'path' | 'folder'>,
): readonly string[] {
  return diagnostics
    .map(({ code, range, severity }) => {
      const file = range?.file === path ? '' : `${relative(folder, range?.file ?? '')} `;
      return `${code} ${file}${range?.line ?? 0}:${range?.column ?? 0}${severity === 'warning' ? ' warning' : ''}`;
    })
    .sort();
}
