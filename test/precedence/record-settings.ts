/** Runs ansible-core on the contests of `settings.ts` and records who won each (docs/development/twins.md). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ansibleRoot, ansibleVersion } from './ansible-root.js';
import { playInRoot } from './play-in-root.js';
import { BATCH_INVENTORY, batches, batchFiles, contestName, winnerOfContest, type Seen } from './settings.js';

/** How the stand-in for ssh was called. */
function seenIn(text: string): Seen {
  const user = /User="([^"]+)"/.exec(text)?.[1];
  const port = /Port=(\d+)/.exec(text)?.[1];
  const becomeUser = /sudo .*?-u (\w+)/.exec(text)?.[1];
  return { user, port: port === undefined ? undefined : Number(port), becomeUser };
}

const root = await ansibleRoot();
const winners: Record<string, string> = {};
for (const batch of batches()) {
  const results = await playInRoot(root, {
    files: batchFiles(batch),
    playbook: 'site.yml',
    inventories: [BATCH_INVENTORY],
    arguments: [...batch.arguments, '-e', '@extra.json'],
  });
  for (const contest of batch.contests) {
    const text = results.find(({ task }) => task === contest.host)?.result['stdout'];
    if (typeof text !== 'string') throw new Error(`${contest.host}: no answer`);
    winners[contestName(contest)] = winnerOfContest(contest, seenIn(text));
  }
  process.stderr.write(`${batch.contests.length} contests done\n`);
}
const file = join(import.meta.dirname, 'recorded/settings.json');
writeFileSync(file, `${JSON.stringify({ ansible: await ansibleVersion(root), winners }, null, 1)}\n`);
