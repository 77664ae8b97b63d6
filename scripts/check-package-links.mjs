// node scripts/check-package-links.mjs PACKAGE: whether every relative link of the installed package's pages leads to a file of the package.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node scripts/check-package-links.mjs PACKAGE');
const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.md'),
);
let links = 0;
const faults = [];
for (const page of pages) {
  const prose = readFileSync(join(folder, page), 'utf8').replaceAll(/`[^`\n]*`/g, 'x');
  for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/i.test(target) || target.startsWith('#')) continue;
    links += 1;
    const file = resolve(folder, dirname(page), target.split('#')[0]);
    if (relative(folder, file).startsWith('..') || !existsSync(file))
      faults.push(`${page}: ${target} is not in the package`);
  }
}
if (links === 0) faults.push('no page has a link: the pages were not understood');
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log(`${links} links of ${pages.length} pages lead to files of the package`);
