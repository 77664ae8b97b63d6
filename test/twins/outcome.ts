/** What one tool made of the cases in one run, in a form that both tools share. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../lab/lab.js';
import type { Case } from './cases.js';
import { grouped } from './grouped.js';
import { compareScript, hostFolder, readCompared, setupScript, type Project } from './project.js';
import { ownersOf, readTree, withoutTimes, type Tree } from './tree.js';

/** One task, or one item of a loop. */
export interface TaskOutcome {
  readonly task: string;
  readonly status: string;
  readonly result: Readonly<Record<string, unknown>>;
}

export interface CaseOutcome {
  /** One text a task: `ok`, `changed`, `failed`, `skipped`; of a loop one word an item. */
  readonly flags: readonly string[];
  readonly tree: Tree;
  readonly results: readonly unknown[];
  readonly compare: readonly string[];
}

export interface TwoRuns {
  readonly first: CaseOutcome;
  readonly second: CaseOutcome;
}

/** Runs the playbook once and reports the results of its tasks, an item of a loop each by itself. */
export type RunTool = (project: Project) => Promise<readonly TaskOutcome[]>;

function keysOf(of: Case, outcome: TaskOutcome): unknown {
  const kept = of.results.flatMap((key) => {
    const value = outcome.result[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return JSON.parse(withoutTimes(JSON.stringify(Object.fromEntries(kept)))) as unknown;
}

function caseOutcome(
  of: Case,
  tasks: ReadonlyMap<string, readonly TaskOutcome[]>,
  tree: Tree,
  compared: readonly string[],
): CaseOutcome {
  const reported = of.tasks.map((_, index) => tasks.get(`${of.id}/${index + 1}`) ?? []);
  return {
    flags: reported.map((items) => items.map((item) => item.status).join(' ')),
    tree,
    results: of.results.length === 0 ? [] : reported.flat().map((item) => keysOf(of, item)),
    compare: compared,
  };
}

async function outcomes(
  cases: readonly Case[],
  host: LabHost,
  project: Project,
  run: RunTool,
): Promise<ReadonlyMap<string, CaseOutcome>> {
  const tasks = grouped(await run(project), (entry) => entry.task);
  const looked = await host.inside(['sh', '-s'], compareScript(cases));
  const compared = readCompared(looked.stdout);
  const owners = ownersOf(host.rootDir);
  return new Map(
    cases.map((of) => {
      const fetched = join(project.fetched, of.id);
      const tree = {
        ...readTree(join(host.rootDir, hostFolder, of.id), owners),
        ...(existsSync(fetched)
          ? Object.fromEntries(
              Object.entries(readTree(fetched)).map(([path, what]) => [`(controller) ${path}`, what]),
            )
          : {}),
      };
      return [of.id, caseOutcome(of, tasks, tree, compared.get(of.id) ?? [])];
    }),
  );
}

/** Prepares a fresh host and runs the cases on it twice. */
export async function runTwice(
  cases: readonly Case[],
  host: LabHost,
  project: Project,
  run: RunTool,
): Promise<ReadonlyMap<string, TwoRuns>> {
  const prepared = await host.inside(['sh', '-s'], setupScript(cases));
  if (prepared.code !== 0) throw new Error(`the host could not be prepared: ${prepared.stderr}`);
  const first = await outcomes(cases, host, project, run);
  const second = await outcomes(cases, host, project, run);
  return new Map(
    cases.flatMap(({ id }) => {
      const [one, two] = [first.get(id), second.get(id)];
      return one === undefined || two === undefined ? [] : [[id, { first: one, second: two }]];
    }),
  );
}
