// Usage: node scripts/check-named-tests.mjs RESULTS [FILE]: fails unless each test that FILE (test/coverage.json) names ran and passed. RESULTS
// is the folder in which the rings have left their counts (test/reporter.cjs). FILE maps what has to be shown to full titles of tests:
// {"GROUP": {"WHAT": "TITLE"}}.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [results, file = fileURLToPath(new URL('../test/coverage.json', import.meta.url))] =
  process.argv.slice(2);
if (results === undefined) {
  console.error('usage: scripts/check-named-tests.mjs RESULTS [FILE]');
  process.exit(2);
}

const counts = readdirSync(results)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(results, name), 'utf8')));
const passed = new Set(counts.flatMap(({ titles = [] }) => titles));
const failed = new Set(counts.flatMap(({ failures = [] }) => failures.map(({ what }) => what)));

/** What is wrong with the test of a title; undefined: it ran and passed. */
function faultOf(title) {
  if (failed.has(title)) return 'it failed';
  return passed.has(title) ? undefined : 'no test of that title passed in this run';
}

const named = Object.entries(JSON.parse(readFileSync(file, 'utf8'))).flatMap(([group, titles]) =>
  Object.entries(titles).map(([what, title]) => ({ group, what, title })),
);
const faults = named.flatMap(({ group, what, title }) => {
  const fault = faultOf(title);
  return fault === undefined ? [] : [`${group}, ${what}: "${title}": ${fault}`];
});
for (const fault of faults) console.log(fault);
console.log(`${named.length - faults.length} of ${named.length} named tests ran and passed`);
process.exitCode = faults.length > 0 || named.length === 0 ? 1 : 0;
