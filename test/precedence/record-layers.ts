/** Runs ansible-core on the projects of `project.ts` and records which layer won each pair (docs/development/twins.md). */
import { SHAPES } from './layers.js';
import { ansibleRoot, ansibleVersion } from './ansible-root.js';
import { EXTRA_VARS, INVENTORIES, PLAYBOOK, project } from './project.js';
import { playInRoot } from './play-in-root.js';
import { fromResults, writeRecording } from './recording.js';

const root = await ansibleRoot();
const recorded = [];
for (const shape of SHAPES) {
  const results = await playInRoot(root, {
    files: project(shape),
    playbook: PLAYBOOK,
    inventories: INVENTORIES,
    arguments: ['-e', `@${EXTRA_VARS}`, '-e', 'ansible_connection=local'],
  });
  const said = results
    .filter(({ task, item }) => item || !task.includes('probe loop'))
    .map(({ task, result }) => ({ task, msg: result['msg'] }));
  recorded.push(...fromResults(shape, said));
  process.stderr.write(`${shape.role} ${shape.tasks}: done\n`);
}
writeRecording(await ansibleVersion(root), recorded);
