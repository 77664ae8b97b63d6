/**
 * Runs Ansible on a lab host and writes what it did: `npx tsx test/twins/record.ts [--all] [MODULE...]`. Without `--all`
 * only cases that were never recorded as they are now.
 */
import { readCases } from './cases.js';
import { ansible } from './run-ansible.js';
import { isRecorded, readRecording, writeRecording } from './recording.js';
import { runOnTwin } from './twins.js';

const words = process.argv.slice(2);
const modules = words.filter((word) => !word.startsWith('-'));
const kept = words.includes('--all') ? new Map<string, never>() : readRecording();
const cases = readCases(modules).filter((entry) => !isRecorded(entry, kept));
const fresh = cases.length === 0 ? new Map<string, never>() : await runOnTwin(cases, ansible);
writeRecording(readCases(), fresh);
process.stdout.write(`${fresh.size} cases recorded\n`);
for (const { id, second } of cases) {
  const changes = fresh.get(id)?.second.flags.some((flags) => flags.includes('changed'));
  if (changes === true && second === undefined)
    process.stderr.write(`${id}: Ansible's second run changes something; say "second: changed"\n`);
  if (changes === false && second === 'changed')
    process.stderr.write(`${id}: Ansible's second run changes nothing; take "second: changed" away\n`);
}
