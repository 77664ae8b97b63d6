import assert from 'node:assert/strict';
import { PlayCoordinator } from '../../../src/engine/run/play-coordinator.js';

const task = { keywords: {} };
const make = (options: {
  readonly hosts: readonly string[];
  readonly fatal?: boolean;
  readonly limit?: number;
}): PlayCoordinator =>
  new PlayCoordinator({
    hosts: options.hosts,
    anyErrorsFatal: () => options.fatal ?? false,
    ...(options.limit === undefined ? {} : { maxFailPercentage: options.limit }),
  });

describe('engine/run/play-coordinator', () => {
  it('runs once on the first host of the batch, whoever comes first', async () => {
    const coordinator = make({ hosts: ['a', 'b'] });
    const ran: string[] = [];
    const work = (name: string) => () => {
      ran.push(name);
      return Promise.resolve(name);
    };
    const second = coordinator.once('t', 'b', work('b'));
    const first = coordinator.once('t', 'a', work('a'));
    assert.deepEqual(
      [await first, await second],
      [
        { mine: true, value: 'a' },
        { mine: false, value: 'a' },
      ],
    );
    assert.deepEqual(ran, ['a']);
  });

  it('lets the next host run it when the first one left', async () => {
    const coordinator = make({ hosts: ['a', 'b'] });
    const waiting = coordinator.once('t', 'b', () => Promise.resolve('b'));
    coordinator.left('a');
    assert.deepEqual(await waiting, { mine: true, value: 'b' });
  });

  it('stops all hosts after an error that is fatal to all', () => {
    const coordinator = make({ hosts: ['a', 'b'], fatal: true });
    coordinator.taskFailed('a', task, true);
    assert.equal(coordinator.aborted(), true);
  });

  it('stops when strictly more hosts failed than max_fail_percentage allows', () => {
    const coordinator = make({ hosts: ['a', 'b', 'c', 'd'], limit: 25 });
    coordinator.taskFailed('a', task, true);
    assert.equal(coordinator.aborted(), false);
    coordinator.taskFailed('b', task, true);
    assert.equal(coordinator.aborted(), true);
  });

  it('does not count a failure that a rescue section took over', () => {
    const coordinator = make({ hosts: ['a'], fatal: true });
    coordinator.taskFailed('a', task, false);
    assert.equal(coordinator.aborted(), false);
  });

  it('lets those know who wait that the play is ended, by a host or by a failure', () => {
    const ended = make({ hosts: ['a', 'b'] });
    assert.equal(ended.stopping.aborted, false);
    ended.endPlay();
    assert.deepEqual([ended.stopping.aborted, ended.aborted(), ended.stopsPlay], [true, true, false]);
    const fatal = make({ hosts: ['a', 'b'], fatal: true });
    fatal.taskFailed('a', task, true);
    assert.deepEqual([fatal.stopping.aborted, fatal.stopsPlay], [true, true]);
  });
});
