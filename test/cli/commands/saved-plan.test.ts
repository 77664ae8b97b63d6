import assert from 'node:assert/strict';
import { troubles } from '../../../src/cli/commands/saved-plan.js';
import type { RunEvent } from '../../../src/engine/run/events.js';
import { summaryOf } from '../../engine/summaries.js';
import { result, task } from '../../report/events.js';

describe('cli/commands/saved-plan', () => {
  it('names hosts that cannot be planned for, and says why', () => {
    const failed = (name: string): RunEvent =>
      result(name, task(1, 'copy it'), 'failed', { msg: 'no such folder' });
    const events: readonly RunEvent[] = [
      { type: 'host_unreachable', host: 'down', code: 'UNREACHABLE', msg: 'no route' },
      { type: 'host_failed', host: 'held', code: 'HOST_LOCKED', msg: 'another run' },
      failed('bad'),
      // A later section took it over.
      failed('well'),
    ];
    const hosts = new Map([
      ['down', summaryOf({ unreachable: true })],
      ['held', summaryOf({ failed: true })],
      ['bad', summaryOf({ failed: true })],
      ['well', summaryOf({})],
    ]);
    assert.deepEqual(troubles(events, { run: 'r', hosts, interrupted: false, roundTrips: 0 }), [
      'down: no route',
      'held: another run',
      'bad: copy it: no such folder',
    ]);
  });
});
