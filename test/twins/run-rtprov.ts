/** Runs the cases with rtprov, as a user would. */
import { join } from 'node:path';
import type { RunEvent } from '../../src/engine/run/events.js';
import type { TaskStatus } from '../../src/planner/outcome.js';
import { isMapping } from '../../src/values/value.js';
import { runProgram } from '../support/program.js';
import type { RunTool, TaskOutcome } from './outcome.js';

const words: Partial<Record<TaskStatus, string>> = { ignored: 'failed' };

export function rtprov(inventory: string, scratch: string): RunTool {
  return async (project) => {
    const { stdout, stderr, code } = await runProgram(['run', project.playbook, '-i', inventory, '--json'], {
      env: { XDG_STATE_HOME: join(scratch, 'state') },
    });
    const events = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as RunEvent);
    if (code !== 0 || !events.some((event) => event.type === 'run_finished')) {
      const shown = events.filter(
        (event) => event.type === 'host_failed' || event.type === 'host_unreachable',
      );
      throw new Error(
        `rtprov ended with ${code}: ${stderr}${JSON.stringify(shown)}${stderr === '' ? stdout.slice(0, 4000) : ''}`,
      );
    }
    return events
      .filter((event) => event.type === 'task_result')
      .map((event): TaskOutcome => ({
        task: event.task.name,
        status: words[event.status] ?? event.status,
        result: isMapping(event.result) ? event.result : {},
      }));
  };
}
