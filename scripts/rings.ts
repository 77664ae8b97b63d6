// The rings of tests: which files each holds, and in which order they begin. How a ring is run is in test/mocharc.RING.json.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** How the names of a ring's tests end. The first that fits decides, so the longer ends come first. */
const ends = { vm: '.vm.test.ts', hosts: '.host.test.ts', pure: '.test.ts' } as const;

export type Ring = keyof typeof ends;

export const rings: readonly Ring[] = ['vm', 'hosts', 'pure'];

/** The ring that a file belongs to by its path in the repository; undefined when it is not a test. */
export function ringOf(file: string): Ring | undefined {
  return rings.find((ring) => file.startsWith('test/') && file.endsWith(ends[ring]));
}

/**
 * Files that take long, the longest first. They begin before all others: a long one that began last would run alone at the end, while
 * the other processes have nothing to do. `RTPROV_TEST_TIMES=1` shows the times of a run.
 */
export const slowest: Readonly<Record<Ring, readonly string[]>> = {
  pure: [
    'test/resources/file/undo.property.test.ts',
    'test/resources/file/crash.test.ts',
    'test/journal/undo-program.test.ts',
    'test/docs-steps.test.ts',
    'test/engine/rollback-last.test.ts',
  ],
  hosts: [
    'test/twins/twins.host.test.ts',
    'test/e2e/crash.host.test.ts',
    'test/e2e/packages.host.test.ts',
    'test/resources/package/package.host.test.ts',
    'test/e2e/site.host.test.ts',
    'test/e2e/package-crash.host.test.ts',
    'test/e2e/repeated-rollback.host.test.ts',
    'test/e2e/rpm.host.test.ts',
    'test/resources/package/rpm.host.test.ts',
    'test/e2e/random.host.test.ts',
    'test/e2e/run-laws.host.test.ts',
    'test/lab/lab.host.test.ts',
    'test/cli/command-list.host.test.ts',
  ],
  vm: [
    'test/e2e/vm/boots.vm.test.ts',
    'test/e2e/vm/site.vm.test.ts',
    'test/e2e/vm/trial.vm.test.ts',
    'test/e2e/vm/controller.vm.test.ts',
  ],
};

/** All files of a ring in the order in which they begin. */
export function filesOf(ring: Ring): readonly string[] {
  const rank = (file: string): number => {
    const at = slowest[ring].indexOf(file);
    return at < 0 ? slowest[ring].length : at;
  };
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file}`)
    .filter((file) => ringOf(file) === ring)
    .sort()
    .sort((a, b) => rank(a) - rank(b));
}
