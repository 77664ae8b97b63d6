import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunEvent } from '../../src/engine/run/events.js';
import { LiveModel } from '../../src/report/live-model.js';
import { listed, liveRows, rowLimit, type LiveScreen } from '../../src/report/live-rows.js';
import { textWidth } from '../../src/report/width.js';
import { result, step, task } from './events.js';
import { noPaint } from './paints.js';

function modelOf(...events: readonly RunEvent[]): LiveModel {
  const model = new LiveModel();
  for (const event of events) model.apply(event, 1000);
  return model;
}

function rows(model: LiveModel, screen: Partial<LiveScreen> = {}): readonly string[] {
  const whole = { columns: 80, rows: 30, paint: noPaint, now: 1000, spinner: '*', ...screen };
  return liveRows(model.hosts, whole).map(({ icon, text }) => `${icon} ${text}`.trimEnd());
}

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `host${index + 1}`);
const play = (...hosts: readonly string[]): RunEvent => ({ type: 'play_started', play: 0, name: 'p', hosts });

describe('the rows of the live view', () => {
  it('show what each host does', () => {
    const model = modelOf(
      play('a', 'b', 'c', 'd', 'e'),
      step('a', 'gathering facts'),
      result('b', task(1, 'Write'), 'failed'),
      { type: 'host_unreachable', host: 'c', code: 'X', msg: 'x' },
      result('d', task(1, 'Write'), 'changed'),
      { type: 'host_finished', host: 'd', play: 0 },
    );
    assert.deepEqual(rows(model), [
      '* a  gathering facts',
      '✖ b  failed: Write',
      '✖ c  unreachable',
      `✔ d  ${'done'.padEnd(51)}        0 ok, 1 changed`,
      '· e  waiting',
    ]);
  });

  it('show a clock on steps that take more than a second', () => {
    const model = modelOf(play('a'), step('a', 'rebooting'));
    assert.match(rows(model, { now: 1900 })[0] ?? '', /rebooting$/);
    assert.match(rows(model, { now: 3900 })[0] ?? '', /rebooting +2 s$/);
    assert.match(rows(model, { now: 66_000 })[0] ?? '', /rebooting +1 min 05 s$/);
  });

  it('end a step with the result', () => {
    const model = modelOf(play('a'), step('a', 'writing'), result('a', task(1, 'Write'), 'ok'));
    assert.match(rows(model, { now: 60_000 })[0] ?? '', /^\* a {2}Write +1 ok, 0 changed$/);
  });

  it('count a loop once, by the worst of its items', () => {
    const loop = task(1, 'Loop');
    const model = modelOf(
      play('a'),
      result('a', loop, 'ok', { item: '1' }),
      result('a', loop, 'changed', { item: '2' }),
      result('a', loop, 'ok', { item: '3' }),
    );
    assert.match(rows(model)[0] ?? '', /0 ok, 1 changed$/);
  });

  it('leave out the counts on narrow terminals', () => {
    const model = modelOf(play('a'), result('a', task(1, 'Write'), 'ok'));
    assert.deepEqual(rows(model, { columns: 60 }), ['* a  Write']);
  });

  it('are few, with the rest counted', () => {
    const busy = names(30)
      .slice(12, 15)
      .map((host) => step(host, 'writing'));
    const done = names(30)
      .slice(0, 2)
      .map((host): RunEvent => ({ type: 'host_finished', host, play: 0 }));
    const model = modelOf(play(...names(30)), ...busy, ...done);
    const shown = rows(model, { rows: 24 });
    assert.deepEqual(
      shown.slice(0, -1).map((row) => row.split(/ +/)[1]),
      ['host1', 'host2', 'host3', 'host4', 'host5', 'host13', 'host14', 'host15'],
    );
    assert.equal(shown.at(-1), '  … and 22 waiting');
  });

  it('count hosts of several sorts apart', () => {
    const busy = names(10).map((host) => step(host, 'writing'));
    const shown = rows(modelOf(play(...names(12)), ...busy), { rows: 24 });
    assert.equal(shown.at(-1), '  … and 4 more: 2 working, 2 waiting');
  });

  it('keep those at work, however many there are', () => {
    const hosts = modelOf(
      play(...names(40)),
      ...names(40)
        .slice(20)
        .map((host) => step(host, 'x')),
    ).hosts;
    assert.ok(listed(hosts, rowLimit(60)).every((host) => host.phase === 'active'));
  });

  it('always fit', () => {
    const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(words, { minLength: 1, maxLength: 20 }),
        words,
        fc.integer({ min: 24, max: 240 }),
        fc.nat(100_000),
        (hosts, what, columns, now) => {
          const model = modelOf(
            play(...hosts),
            ...hosts.flatMap((host) => [result(host, task(1, what), 'unknown'), step(host, what)]),
          );
          for (const row of rows(model, { columns, now: 1000 + now }))
            assert.ok(textWidth(row) < columns, `${columns}: ${row}`);
        },
      ),
    );
  });
});
