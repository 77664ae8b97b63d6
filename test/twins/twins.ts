/** Brings a twin up for one tool and has it run the cases. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab } from '../lab/lab.js';
import type { Case } from './cases.js';
import { runTwice, type RunTool, type TwoRuns } from './outcome.js';
import { writeProject } from './project.js';

/** Each tool has a lab of its own, so that both hosts have the same name. */
export async function runOnTwin(
  cases: readonly Case[],
  tool: (inventory: string, scratch: string) => RunTool,
): Promise<ReadonlyMap<string, TwoRuns>> {
  const scratch = mkdtempSync(join(tmpdir(), 'rtprov-twins-'));
  const lab = await Lab.up({ hosts: 1, layer: 'python' });
  try {
    const project = writeProject(join(scratch, 'project'), cases);
    return await runTwice(cases, lab.host('h1'), project, tool(lab.inventoryPath, scratch));
  } finally {
    await lab.down();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The modules that RTPROV_TWINS names, by commas; all when it names none. */
export function chosenModules(): readonly string[] {
  return (process.env['RTPROV_TWINS'] ?? '').split(',').filter((name) => name !== '');
}
