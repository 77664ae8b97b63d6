/** What differs between the twins. */
import type { Aspect, Case } from './cases.js';
import type { CaseOutcome, TwoRuns } from './outcome.js';
import type { Tree } from './tree.js';

interface Difference {
  readonly aspect: Aspect;
  readonly text: string;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(sorted(value));
}

/** The order of a mapping's keys is not the matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}

function differing(aspect: Aspect, what: string, ansible: unknown, rtprov: unknown): readonly Difference[] {
  const [theirs, ours] = [textOf(ansible), textOf(rtprov)];
  return theirs === ours
    ? []
    : [{ aspect, text: `${what}\n      ansible: ${theirs}\n      rtprov:  ${ours}` }];
}

function differingTrees(run: string, ansible: Tree, rtprov: Tree): readonly Difference[] {
  const paths = [...new Set([...Object.keys(ansible), ...Object.keys(rtprov)])].sort();
  return paths.flatMap((path) =>
    differing('tree', `${run}: ${path}`, ansible[path] ?? 'nothing there', rtprov[path] ?? 'nothing there'),
  );
}

function differingRun(
  run: string,
  of: Case,
  ansible: CaseOutcome,
  rtprov: CaseOutcome,
): readonly Difference[] {
  const shown = Math.max(ansible.results.length, rtprov.results.length);
  return [
    ...of.tasks.flatMap((_, index) =>
      differing('flags', `${run}: task ${index + 1}`, ansible.flags[index], rtprov.flags[index]),
    ),
    ...differingTrees(run, ansible.tree, rtprov.tree),
    ...Array.from({ length: shown }).flatMap((_, index) =>
      differing('results', `${run}: result ${index + 1}`, ansible.results[index], rtprov.results[index]),
    ),
    ...of.compare.flatMap((command, index) =>
      differing('compare', `${run}: ${command}`, ansible.compare[index], rtprov.compare[index]),
    ),
  ];
}

const changes = (outcome: CaseOutcome): boolean => outcome.flags.some((flags) => flags.includes('changed'));

/** Nothing changes in the second run, unless that is said: then something does. */
function differingAgain(of: Case, name: string, { second }: TwoRuns): readonly Difference[] {
  if (changes(second) === (of.second === 'changed')) return [];
  return [
    {
      aspect: 'second',
      text: `the second run of ${name} changes ${changes(second) ? 'something' : 'nothing'}`,
    },
  ];
}

function differences(of: Case, ansible: TwoRuns, rtprov: TwoRuns): readonly Difference[] {
  return [
    ...differingRun('first run', of, ansible.first, rtprov.first),
    ...differingRun('second run', of, ansible.second, rtprov.second),
    ...differingAgain(of, 'ansible', ansible),
    ...differingAgain(of, 'rtprov', rtprov),
  ];
}

/** What is wrong with a case, in words; empty when it is as it should be, a difference that is meant included. */
export function faults(of: Case, ansible: TwoRuns, rtprov: TwoRuns): string {
  const found = differences(of, ansible, rtprov);
  const meant = new Set<Aspect>(of.differs?.what);
  const unmeant = found.filter(({ aspect }) => !meant.has(aspect)).map(({ text }) => text);
  const gone = [...meant].filter((aspect) => !found.some((difference) => difference.aspect === aspect));
  return [...unmeant, ...gone.map((aspect) => `the difference in ${aspect} that is meant is not there`)].join(
    '\n',
  );
}
