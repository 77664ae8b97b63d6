// Adds up the counts in a folder of result files, prints all failures again (they may stand an hour of output above) and prints the one
// closing line. Exit status 1 when anything failed. `NAME.json` holds the counts, and `NAME.log` beside it what a check printed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const linesOfLog = 30;
const linesOfTest = 20;
let passed = 0;
let failed = 0;

const indented = (lines) => lines.map((line) => `    ${line}`).join('\n');

function logOf(name) {
  const path = join(folder, `${name}.log`);
  if (!existsSync(path)) return ['its runner ended before it could count'];
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-linesOfLog);
}

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const name = file.replace(/\.json$/, '');
  const counts = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  passed += counts.passed;
  failed += counts.failed;
  const { failures = [] } = counts;
  for (const { what, why } of failures)
    console.log(`FAILED in ${name}: ${what}\n${indented(why.split('\n').slice(0, linesOfTest))}\n`);
  if (counts.failed > 0 && failures.length === 0) console.log(`FAILED: ${name}\n${indented(logOf(name))}\n`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
