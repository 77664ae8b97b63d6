// Adds up the counts in a folder of result files, prints all failures again (they may stand an hour of output above), the minutes of
// each part, and the one closing line. Exit status 1 when anything failed. `NAME.json` holds the counts, and `NAME.log` beside it what a
// check printed. `NAME.begun` and `NAME.ended` are written by scripts/parts.sh: what has begun and not ended counts as failed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const linesOfLog = 30;
const linesOfTest = 20;
let passed = 0;
let failed = 0;

const indented = (lines) => lines.map((line) => `    ${line}`).join('\n');
const at = (name, end) => join(folder, `${name}.${end}`);
const namesWith = (end) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(`.${end}`))
    .map((name) => name.slice(0, -end.length - 1));
const secondOf = (name, end) => Number(readFileSync(at(name, end), 'utf8'));

function logOf(name) {
  if (!existsSync(at(name, 'log'))) return ['its runner ended before it could count'];
  return readFileSync(at(name, 'log'), 'utf8').trimEnd().split('\n').slice(-linesOfLog);
}

const begun = namesWith('begun').sort((a, b) => secondOf(a, 'begun') - secondOf(b, 'begun'));
const unfinished = begun.filter((name) => !existsSync(at(name, 'ended')));
for (const name of unfinished) {
  failed += 1;
  console.log(`FAILED: ${name} was ended before it had finished\n${indented(logOf(name))}\n`);
}
for (const name of namesWith('json')) {
  if (unfinished.includes(name)) continue;
  const counts = JSON.parse(readFileSync(at(name, 'json'), 'utf8'));
  passed += counts.passed;
  failed += counts.failed;
  const { failures = [] } = counts;
  for (const { what, why } of failures)
    console.log(`FAILED in ${name}: ${what}\n${indented(why.split('\n').slice(0, linesOfTest))}\n`);
  if (counts.failed > 0 && failures.length === 0) console.log(`FAILED: ${name}\n${indented(logOf(name))}\n`);
}
if (begun.length > 0) {
  const first = secondOf(begun[0], 'begun');
  const minutes = (seconds) => (seconds / 60).toFixed(1).padStart(7);
  console.log('  begin  minutes  part');
  for (const name of begun) {
    const took = unfinished.includes(name)
      ? '      -'
      : minutes(secondOf(name, 'ended') - secondOf(name, 'begun'));
    console.log(`${minutes(secondOf(name, 'begun') - first)}  ${took}  ${name}`);
  }
  const last = Math.max(
    ...begun.filter((name) => !unfinished.includes(name)).map((name) => secondOf(name, 'ended')),
    first,
  );
  console.log(`${minutes(0)}  ${minutes(last - first)}  all`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
