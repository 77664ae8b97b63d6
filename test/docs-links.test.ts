/** Every relative link of the pages leads to something that is there, and so does every page that a source file names. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');

function filesBelow(folder: string, end: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => join(root, folder, name))
    .sort();
}

const pages = [join(root, 'README.md'), join(root, 'CONTRIBUTING.md'), ...filesBelow('docs', '.md')];

/** The text without blocks and spans of code, in which nothing is a link. */
function prose(text: string): string {
  return text.replaceAll(/^(\s*)(```+)[^\n]*\n[\s\S]*?^\s*\2\s*$/gm, '').replaceAll(/`[^`\n]*`/g, 'x');
}

/** The anchors that GitHub gives to the headings of a page; the second of one name ends in `-1`. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = readFileSync(page, 'utf8').replaceAll(/^(\s*)(```+)[^\n]*\n[\s\S]*?^\s*\2\s*$/gm, '');
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const slug = heading
      .replaceAll(/\]\([^)]*\)/g, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    anchors.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return anchors;
}

/** What is wrong with the links of a page. */
function faultsOf(page: string): readonly string[] {
  const faults: string[] = [];
  for (const [, target = ''] of prose(readFileSync(page, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/i.test(target)) continue;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : resolve(dirname(page), path);
    if (!existsSync(file)) faults.push(`${relative(root, page)}: ${target} is not there`);
    else if (anchor !== undefined && !anchorsOf(file).has(anchor))
      faults.push(`${relative(root, page)}: ${target} names no heading`);
  }
  return faults;
}

describe('links of the pages', () => {
  it('lead to files and headings that are there', () => {
    assert.ok(pages.length > 30);
    assert.deepEqual(pages.flatMap(faultsOf), []);
  });

  it('lead from docs/README.md to every page for users', () => {
    const index = readFileSync(join(root, 'docs', 'README.md'), 'utf8');
    const users = readdirSync(join(root, 'docs')).filter(
      (name) => name.endsWith('.md') && name !== 'README.md' && name !== 'architecture.md',
    );
    assert.deepEqual(
      users.filter((name) => !index.includes(`](${name})`)),
      [],
    );
  });

  it('lead from docs/development/README.md to every page for developers', () => {
    const folder = join(root, 'docs', 'development');
    const index = readFileSync(join(folder, 'README.md'), 'utf8');
    const pagesThere = readdirSync(folder).filter((name) => name !== 'README.md');
    assert.ok(pagesThere.length > 7);
    assert.deepEqual(
      [...pagesThere, '../architecture.md'].filter((name) => !index.includes(`](${name})`)),
      [],
    );
  });

  it('in comments and texts of source files lead to pages', () => {
    const missing = ['src', 'test', 'bench', 'scripts', 'playbooks', 'templates'].flatMap((folder) =>
      filesBelow(folder, '').flatMap((file) => {
        if (!/\.(?:ts|mjs|cjs|sh|ya?ml|j2)$/.test(file)) return [];
        const named = readFileSync(file, 'utf8').matchAll(/(?<![\w/.-])docs\/[\w/-]+\.md\b/g);
        return [...named].flatMap(([page]) =>
          existsSync(join(root, page)) ? [] : [`${relative(root, file)}: ${page} is not there`],
        );
      }),
    );
    assert.deepEqual(missing, []);
  });
});
