import assert from 'node:assert/strict';
import { troubles } from '../../src/cli/saved-plan.js';
import type { RunEvent, TaskResult } from '../../src/engine/events.js';
import type { HostSummary } from '../../src/engine/run-summary.js';

const host = (state: Partial<HostSummary>): HostSummary =>
  ({ failed: false, unreachable: false, wrote: false, users: [], ...state }) as HostSummary;

describe('cli/saved-plan', () => {
  it('names hosts that cannot be planned for, and says why', () => {
    const failed = (name: string, status: string): RunEvent =>
      ({
        type: 'task_result',
        host: name,
        status,
        task: { name: 'copy it' },
        msg: 'no such folder',
      }) as TaskResult;
    const events: readonly RunEvent[] = [
      { type: 'host_unreachable', host: 'down', code: 'UNREACHABLE', msg: 'no route' },
      { type: 'host_failed', host: 'held', code: 'HOST_LOCKED', msg: 'another run' },
      failed('bad', 'failed'),
      // A later section took it over.
      failed('well', 'failed'),
    ];
    const hosts = new Map([
      ['down', host({ unreachable: true })],
      ['held', host({ failed: true })],
      ['bad', host({ failed: true })],
      ['well', host({})],
    ]);
    assert.deepEqual(troubles(events, { run: 'r', hosts, interrupted: false, roundTrips: 0 }), [
      'down: no route',
      'held: another run',
      'bad: copy it: no such folder',
    ]);
  });
});
