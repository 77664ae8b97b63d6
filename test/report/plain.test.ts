import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import type { RunEvent } from '../../src/engine/run/events.js';
import { plainView, type PlainViewOptions } from '../../src/report/plain.js';
import {
  fieldsDiff,
  finished,
  result,
  run,
  started,
  step,
  task,
  textDiff,
  totals,
  undo,
  withAmounts,
} from './events.js';
import { assertGolden } from './golden.js';
import { allPaint, noPaint } from './paints.js';
import { stories } from './stories.js';

function printed(events: readonly RunEvent[], options: Partial<PlainViewOptions> = {}): string {
  let text = '';
  const view = plainView({
    paint: noPaint,
    diff: false,
    verbosity: 0,
    ...options,
    write: (more) => (text += more),
  });
  for (const event of withAmounts(events)) view.event(event);
  return text;
}

function story(name: keyof typeof stories): readonly RunEvent[] {
  return (stories[name] ?? []).map(([, event]) => event);
}

describe('docs/output.md', () => {
  const page = readFileSync(new URL('../../docs/output.md', import.meta.url), 'utf8');
  for (const name of ['plain-failure', 'plain-check-diff', 'plain-rollback', 'live-converge-middle']) {
    it(`has what is printed: ${name}`, () => {
      const text = readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'utf8');
      assert.ok(page.includes(text.replaceAll(/^\* /gm, '⠙ ')));
    });
  }
});

describe('the plain view', () => {
  it('shows a run', () => assertGolden('plain-converge', printed(story('converge'))));
  it('shows a run with -v', () =>
    assertGolden('plain-converge-v', printed(story('converge'), { verbosity: 1 })));
  it('shows a plan with diffs', () =>
    assertGolden('plain-check-diff', printed(story('check'), { diff: true })));
  it('shows failures', () => assertGolden('plain-failure', printed(story('failure'))));
  it('shows failures with -vvv', () =>
    assertGolden('plain-failure-vvv', printed(story('failure'), { verbosity: 3 })));
  it('shows many hosts', () => assertGolden('plain-fleet', printed(story('fleet'))));
  it('says "Plan only" once something begins, and not before an error', () => {
    const gone: RunEvent = { type: 'host_unreachable', host: 'kvm1', code: 'UNREACHABLE', msg: 'no answer' };
    const plan = [started('check', []), gone];
    assert.doesNotMatch(printed(plan), /Plan only/);
    assert.match(
      printed([...plan, { type: 'rollback_started', host: 'kvm2', run }]),
      /no answer.*\nPlan only: nothing is changed\.\n/,
    );
  });
  it('heads the table of a rollback that is only planned like that of one that is done', () => {
    for (const mode of ['check', 'rollback'] as const)
      assert.match(
        printed([started(mode, []), finished({ kvm1: totals({ unreachable: 1 }) }, { exitCode: 5 })]),
        /^ROLLBACK\nkvm1 : .*unreachable=1\n\nRun /m,
      );
  });
  it('shows a rollback', () => assertGolden('plain-rollback', printed(story('rollback'))));

  it('shows a rollback that follows a failed run', () => {
    const events: readonly RunEvent[] = [
      started('run'),
      { type: 'play_started', play: 0, name: 'Hosts', hosts: ['kvm1'] },
      result('kvm1', task(3, 'Write'), 'changed', { diffs: [textDiff('/etc/a', 'a\n', 'b\n')] }),
      result('kvm1', task(4, 'Break', 'command'), 'failed', { msg: 'non-zero return code' }),
      { type: 'rollback_started', host: 'kvm1', run },
      undo('kvm1', 'Write', 'file:/etc/a', 'undone'),
      { type: 'rollback_finished', host: 'kvm1', run, complete: true },
      finished({ kvm1: totals({ changed: 1, failed: 1 }) }, { exitCode: 6 }),
    ];
    assertGolden('plain-failed-and-rolled-back', printed(events));
  });

  it('shows the plan of a rollback', () => {
    const events: readonly RunEvent[] = [
      started('check', []),
      { type: 'rollback_started', host: 'kvm1', run },
      undo('kvm1', 'Write', 'file:/etc/a', 'would_undo', { diff: textDiff('/etc/a', 'b\n', 'a\n').diff }),
      undo('kvm1', 'Do', 'command: do', 'kept', { reason: 'its task has no undo' }),
      { type: 'rollback_finished', host: 'kvm1', run, complete: true },
      finished({ kvm1: totals({ changed: 1 }) }),
    ];
    assertGolden('plain-rollback-plan', printed(events, { diff: true }));
  });

  it('shows a rollback that did not finish', () => {
    const events: readonly RunEvent[] = [
      started('rollback', []),
      { type: 'rollback_started', host: 'kvm1', run },
      { type: 'host_unreachable', host: 'kvm1', code: 'LOST', msg: 'the connection was lost' },
      finished({ kvm1: totals({ unreachable: 1 }) }, { exitCode: 5 }),
    ];
    assert.match(printed(events), /^\[kvm1\] {3}the rollback did not finish$/m);
  });

  it('says when there is nothing to change', () => {
    const events = [started('check'), finished({ a: totals({ ok: 3 }), b: totals({ ok: 3 }) })];
    assert.match(printed(events), /^No changes: 2 hosts are already as the playbook describes\.$/m);
  });

  it('says when there is nothing to undo', () => {
    for (const mode of ['check', 'rollback'] as const) {
      const text = printed([started(mode, []), finished({ a: totals({}) })]);
      assert.match(text, /^Nothing to undo on 1 host\.$/m);
      assert.doesNotMatch(text, /playbook|RECAP|Changed/);
    }
    const failed = [started('check', []), finished({ a: totals({ failed: 1 }) }, { exitCode: 7 })];
    assert.doesNotMatch(printed(failed), /playbook|Nothing to undo/);
  });

  it('never calls a plan with a failure complete', () => {
    const events = [
      started('check'),
      result('a', task(1, 'x'), 'failed', { msg: 'no' }),
      finished({ a: totals({ failed: 1 }) }, { exitCode: 4 }),
    ];
    assert.match(printed(events), /^Would change nothing\. The plan is not complete\.$/m);
  });

  it('counts a resource that two tasks change once', () => {
    const diffs = [textDiff('/etc/a', 'a\n', 'b\n')];
    const events = [
      started('run'),
      result('a', task(1, 'x'), 'changed', { diffs }),
      result('a', task(2, 'y'), 'changed', { diffs }),
      finished({}),
    ];
    assert.match(printed(events), /^Changed 1 resource on 1 host\.$/m);
  });

  it('names what cannot be undone once, with its hosts', () => {
    const notUndoable = ['`wipe`: its task has no undo'];
    const hosts = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const events = [
      ...hosts.map((host) => result(host, task(1, 'x', 'command'), 'changed', { notUndoable })),
      finished({}),
    ];
    const lines = printed(events)
      .split('\n')
      .filter((line) => line.includes('its task has no undo'));
    assert.deepEqual(lines, ['`wipe`: its task has no undo  (a, b, c, d and 3 more)']);
  });

  it('does not say that nothing was changed where a failed task may have changed something', () => {
    const end = (failed: Parameters<typeof result>[3]): string =>
      printed([
        started('run'),
        result('kvm1', task(4, 'Break', 'command'), 'failed', failed),
        finished({ kvm1: totals({ failed: 1 }) }),
      ]);
    assert.match(end({}), /^Changed nothing\.$/m);
    assert.match(
      end({ actions: ['break it'] }),
      /^Changed nothing as far as known: a failed task may have changed something\.$/m,
    );
    assert.match(end({ left: ['unit:a.service'] }), /^Changed 1 resource on 1 host\.$/m);
    const lost = (before: readonly RunEvent[]): string =>
      printed([
        started('run'),
        ...before,
        { type: 'host_unreachable', host: 'kvm1', code: 'UNREACHABLE', msg: 'gone' },
        finished({ kvm1: totals({ unreachable: 1 }) }),
      ]);
    assert.match(lost([]), /^Changed nothing\.$/m);
    assert.match(
      lost([{ type: 'step_started', host: 'kvm1', play: 0, what: '1 change' }]),
      /^Changed nothing as far as known: /m,
    );
    const refused = printed([
      started('run'),
      { type: 'step_started', host: 'kvm1', play: 0, what: '1 change' },
      { type: 'host_failed', host: 'kvm1', code: 'JOURNAL_FAILED', msg: 'nothing was changed on kvm1: full' },
      finished({ kvm1: totals({ failed: 1 }) }),
    ]);
    assert.match(refused, /^Changed nothing\.$/m);
  });

  it('says which run a rollback is about before it does anything', () => {
    const text = printed([
      started('rollback', []),
      {
        type: 'rollback_started',
        host: 'kvm1',
        run,
        started: '2026-11-22T10:15:00Z',
        playbooks: ['site.yaml'],
      },
    ]);
    assert.match(
      text,
      /^\[kvm1\] to undo: run 20261122T101500Z-3fa9c1 {2}2026-11-22T10:15:00Z {2}site\.yaml$/m,
    );
  });

  it('does not name what a task that changed nothing could not have undone', () => {
    const events = [
      result('a', task(1, 'x', 'command'), 'ok', { notUndoable: ['`x`: its task has no undo'] }),
      finished({}),
    ];
    assert.doesNotMatch(printed(events), /UNDONE/);
  });

  it('puts the prefix before every line of a text', () => {
    const events = [
      result('kvm1', task(1, 'x'), 'failed', { msg: 'one\ntwo\n\nthree', result: { stderr: 'four\nfive' } }),
    ];
    assert.ok(
      printed(events)
        .trimEnd()
        .split('\n')
        .every((line) => line.startsWith('[kvm1] ')),
    );
  });

  it('shows the last lines of long output, and all with -v', () => {
    const stderr = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`).join('\n');
    const events = [result('a', task(1, 'x', 'command'), 'failed', { msg: 'no', result: { stderr } })];
    assert.match(printed(events), /stderr: \(the last 20 of 50 lines\)\n\[a\] {3}\| line 31\n/);
    assert.match(printed(events, { verbosity: 1 }), /\| line 1\n/);
  });

  it('does not repeat output that the message has', () => {
    const events = [
      result('a', task(1, 'x'), 'failed', {
        msg: 'failed: no space left',
        result: { stderr: 'no space left\n' },
      }),
    ];
    assert.doesNotMatch(printed(events), /stderr/);
  });

  it('shows what debug shows', () => {
    const debug = task(1, 'Show', 'debug');
    const shown = (value: Parameters<typeof result>[3]) =>
      printed([result('a', debug, 'ok', value)])
        .split('\n')
        .slice(1, -1);
    assert.deepEqual(shown({ result: { changed: false, failed: false, msg: 'one\ntwo' } }), [
      '[a]   one',
      '[a]   two',
    ]);
    assert.deepEqual(shown({ result: { changed: false, ansible_kernel: '6.12' } }), [
      '[a]   ansible_kernel: 6.12',
    ]);
    assert.deepEqual(shown({ result: { cpus: [1] } }), ['[a]   cpus: [', '[a]     1', '[a]   ]']);
  });

  it('shows steps with -v only', () => {
    assert.equal(printed([step('a', 'gathering facts')]), '');
    assert.equal(printed([step('a', 'gathering facts')], { verbosity: 1 }), '[a] … gathering facts\n');
  });

  it('shows paths below the folder that it is run in relative to it', () => {
    const ref = { ...task(7, 'x'), range: { file: '/home/ann/site/play.yaml', line: 7, column: 3 } };
    assert.match(
      printed([result('a', ref, 'failed', { msg: 'no' })], { baseDir: '/home/ann/site' }),
      /at play\.yaml:7$/m,
    );
  });

  it('has the same text with colours', () => {
    for (const name of Object.keys(stories)) {
      const coloured = printed(story(name), { paint: allPaint, diff: true });
      assert.notEqual(coloured, stripVTControlCharacters(coloured));
      assert.equal(stripVTControlCharacters(coloured), printed(story(name), { diff: true }));
    }
  });

  it('lets no control characters from hosts or playbooks through', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('a', '\x1b[2J', '\x1b]0;x\x07', '\r', '\x9b', '\u202e', '\x08', '\n', '\t', 'é'),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        const diffs = [
          textDiff(text, text, `${text}x`),
          fieldsDiff(text, { field: text, before: text, after: `${text}y` }),
        ];
        const all = {
          msg: text,
          item: text,
          reason: text,
          actions: [text],
          warnings: [text],
          notUndoable: [text],
          diffs,
        };
        const events: readonly RunEvent[] = [
          { type: 'play_started', play: 0, name: text, hosts: [text] },
          step(text, text, task(1, text)),
          result(text, task(1, text), 'unknown', all),
          result(text, task(1, text), 'failed', { ...all, result: { stdout: text, [text]: text } }),
          result(text, task(1, text, 'debug'), 'ok', { result: { [text]: text } }),
          { type: 'host_unreachable', host: text, code: 'X', msg: text, hint: text },
          { type: 'warning', host: text, msg: text },
          { type: 'rollback_started', host: text, run: text },
          {
            type: 'rollback_entry',
            host: text,
            run: text,
            task: text,
            resource: text,
            verdict: 'kept',
            reason: text,
          },
          { type: 'rollback_finished', host: text, run: text, complete: true },
          finished({ [text]: totals() }, { record: text, run: text }),
        ];
        const reported = printed(events, { diff: true, verbosity: 3 });
        const dangerous = Array.from(reported).filter((one) =>
          /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(one),
        );
        assert.deepEqual(
          dangerous.filter((one) => one !== '\n' && one !== '\t'),
          [],
        );
      }),
    );
  });

  it('holds lines back while a question is asked', async () => {
    let text = '';
    const view = plainView({ paint: noPaint, diff: false, verbosity: 0, write: (more) => (text += more) });
    await view.suspend();
    await view.suspend();
    view.event({ type: 'warning', msg: 'later' });
    view.resume();
    assert.equal(text, '');
    view.resume();
    assert.equal(text, 'warning: later\n');
  });
});
