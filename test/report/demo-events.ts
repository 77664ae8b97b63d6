/**
 * Plays a story of events to a view, to look at it as a person does:
 *   npx tsx test/report/demo-events.ts converge [live|plain|json] [-v|-vv|-vvv] [--diff] [--ask] [--speed=2]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseView } from '../../src/report/choose.js';
import { paintFor } from '../../src/report/paint.js';
import { stories } from './stories.js';

const [name = 'converge', kind = 'live', ...flags] = process.argv.slice(2);
const story = stories[name];
if (story === undefined) throw new Error(`stories: ${Object.keys(stories).join(', ')}`);
const speed = Number(flags.find((flag) => flag.startsWith('--speed='))?.slice(8) ?? 1);
const view = chooseView({
  paint: paintFor(process.stdout),
  diff: flags.includes('--diff'),
  verbosity: (flags.find((flag) => /^-v+$/.test(flag))?.length ?? 1) - 1,
  json: kind === 'json',
  isTTY: kind === 'live',
  ci: false,
  terminal: { stream: process.stdout, others: process.stderr.isTTY ? [process.stderr] : [] },
  writeNote: (text) => void process.stderr.write(text),
});
const asking = flags.includes('--ask') ? Math.floor(story.length / 2) : -1;
for (const [index, [pause, event]] of story.entries()) {
  await sleep(pause / speed);
  view.event(event);
  if (flags.includes('--stray') && index % 5 === 0)
    process.stderr.write(`a stray line on stderr, ${index}\n`);
  if (index !== asking) continue;
  void view.suspend().then(async () => {
    process.stderr.write('Go on? ');
    await sleep(2500);
    process.stderr.write('yes\n');
    view.resume();
  });
}
await view.end();
