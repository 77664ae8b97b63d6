/** Writes docs/modules from the modules themselves; with --check, fails where a page is not up to date. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { modulePages } from '../src/modules/core/reference.js';
import { modules } from '../src/modules/core/registry.js';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs', 'modules');
const check = process.argv.includes('--check');
const options = (await prettier.resolveConfig(join(folder, 'README.md'))) ?? {};

mkdirSync(folder, { recursive: true });
for (const [file, text] of modulePages(modules.values())) {
  const path = join(folder, file);
  const page = await prettier.format(text, { ...options, parser: 'markdown' });
  if (existsSync(path) && readFileSync(path, 'utf8') === page) continue;
  if (check) {
    process.stderr.write(`docs/modules/${file} is not up to date: run npx tsx scripts/generate-docs.ts\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, page);
  }
}
