import assert from 'node:assert/strict';
import type { RunEvent } from '../../src/engine/run/events.js';
import { liveView } from '../../src/report/live.js';
import type { View } from '../../src/report/view.js';
import { finished, result, started, step, task, totals } from './events.js';
import { assertGolden } from './golden.js';
import { noPaint } from './paints.js';
import { Screen, until } from './screen.js';
import { stories } from './stories.js';

const spinners = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/gu;

function open(screen: Screen, others: readonly Screen[] = [], now = 0): View {
  return liveView({
    paint: noPaint,
    diff: false,
    verbosity: 0,
    terminal: { stream: screen, others },
    now: () => now,
  });
}

function events(name: keyof typeof stories): readonly RunEvent[] {
  return (stories[name] ?? []).map(([, event]) => event);
}

function tell(view: View, all: readonly RunEvent[]): void {
  for (const event of all) view.event(event);
}

const play: RunEvent = { type: 'play_started', play: 0, name: 'Hosts', hosts: ['kvm1', 'kvm2'] };

describe('the live view', () => {
  it('leaves results and the recap behind', async () => {
    for (const name of Object.keys(stories)) {
      const screen = new Screen();
      const view = open(screen);
      tell(view, events(name));
      await view.end();
      assertGolden(`live-${name}-end`, `${screen.text}\n`);
      assert.ok(screen.cursorShown);
    }
  });

  it('shows what the hosts do below the results', async () => {
    const screen = new Screen(120, 40);
    const view = open(screen);
    tell(view, events('converge').slice(0, 16));
    await until(screen, (text) => text.includes('Boot the new kernel') && text.includes('[kvm-lab-2]'));
    assertGolden('live-converge-middle', `${screen.text.replace(spinners, '*')}\n`);
    assert.ok(!screen.cursorShown);
    tell(view, events('converge').slice(16));
    await view.end();
    assert.doesNotMatch(screen.text, spinners);
  });

  it('fits thirty hosts into a small terminal', async () => {
    const screen = new Screen(60, 24);
    const view = open(screen);
    tell(view, events('fleet').slice(0, 35));
    await until(screen, (text) => text.includes('… and '));
    assertGolden('live-fleet-middle', `${screen.text.replace(spinners, '*')}\n`);
    await view.end();
  });

  it('puts new results above a picture that does not change', async () => {
    const screen = new Screen();
    const view = open(screen);
    tell(view, [
      play,
      { type: 'host_finished', host: 'kvm1', play: 0 },
      { type: 'host_finished', host: 'kvm2', play: 0 },
    ]);
    await until(screen, (text) => text.includes('✔ kvm2'));
    tell(view, [{ type: 'warning', msg: 'look' }]);
    await until(screen, (text) => text.includes('warning: look\n\n✔ kvm1'));
    await view.end();
    assert.equal(screen.text, 'PLAY [Hosts]  kvm1, kvm2\nwarning: look');
  });

  it('swallows nothing that others write meanwhile', async () => {
    const screen = new Screen();
    const errors = { write: (text: string) => screen.write(text) };
    const view = liveView({
      paint: noPaint,
      diff: false,
      verbosity: 0,
      terminal: { stream: screen, others: [errors] },
    });
    tell(view, [play, step('kvm1', 'writing')]);
    await until(screen, (text) => text.includes('writing'));
    errors.write('a warning of Node\n');
    screen.write('without an ');
    screen.write('end');
    await until(screen, (text) => text.includes('a warning of Node\n\n'));
    assert.match(screen.text, /writing/);
    await view.end();
    assert.equal(screen.text, 'PLAY [Hosts]  kvm1, kvm2\na warning of Node\nwithout an end');
    errors.write('afterwards\n');
    assert.match(screen.text, /\nafterwards$/);
  });

  it('clears the place for a question, and holds back what comes', async () => {
    const screen = new Screen();
    const view = open(screen);
    tell(view, [play, step('kvm1', 'writing')]);
    await until(screen, (text) => text.includes('writing'));
    await view.suspend();
    assert.equal(screen.text, 'PLAY [Hosts]  kvm1, kvm2');
    assert.ok(screen.cursorShown);
    screen.write('Go on? ');
    view.event(result('kvm1', task(1, 'Write'), 'changed'));
    view.note('a note');
    await new Promise((done) => setTimeout(done, 250));
    assert.equal(screen.text, 'PLAY [Hosts]  kvm1, kvm2\nGo on?');
    screen.write('yes\n');
    view.resume();
    await until(screen, (text) => /✔|[⠋-⠿] kvm1/u.test(text));
    assert.match(screen.text, /Go on\? yes\n\[kvm1\] changed {6}Write\na note\n/);
    await view.end();
  });

  it('can be suspended before anything is drawn, and ended while suspended', async () => {
    const screen = new Screen();
    const view = open(screen);
    await view.suspend();
    tell(view, [play]);
    assert.equal(screen.text, '');
    await view.end();
    assert.equal(screen.text, 'PLAY [Hosts]  kvm1, kvm2');
  });

  it('shows plays one after the other', async () => {
    const screen = new Screen();
    const view = open(screen);
    tell(view, [started('run'), play, step('kvm1', 'first')]);
    await until(screen, (text) => text.includes('first'));
    tell(view, [{ ...play, play: 1, name: 'Guests', hosts: ['vm1'] }, step('vm1', 'second')]);
    await until(screen, (text) => text.includes('second'));
    assert.match(screen.text, /^PLAY \[Hosts\] {2}kvm1, kvm2\n\nPLAY \[Guests\] {2}vm1\n\n. vm1 {2}second$/u);
    tell(view, [finished({ vm1: totals() })]);
    await view.end();
  });

  it('adds the hosts of a rollback as they come', async () => {
    const screen = new Screen();
    const view = open(screen);
    tell(view, [started('rollback', []), { type: 'rollback_started', host: 'kvm1', run: 'r' }]);
    await until(screen, (text) => text.includes('kvm1  rolling back'));
    tell(view, [{ type: 'rollback_started', host: 'kvm2', run: 'r' }]);
    await until(screen, (text) => text.includes('kvm1  rolling back') && text.includes('kvm2  rolling back'));
    await view.end();
  });

  it('shows what is as it should be with -v', async () => {
    const screen = new Screen();
    const view = liveView({
      paint: noPaint,
      diff: false,
      verbosity: 1,
      terminal: { stream: screen, others: [] },
    });
    tell(view, [
      play,
      result('kvm1', task(1, 'Write'), 'ok'),
      result('kvm2', task(1, 'Write'), 'skipped', { msg: 'no' }),
    ]);
    await view.end();
    assert.match(screen.text, /\[kvm1\] ok {11}Write\n\[kvm2\] skipped {6}Write\n\[kvm2\] {3}no$/);
  });

  it('loses no error message when the process ends without it', async () => {
    const before = process.listeners('exit');
    const screen = new Screen();
    const view = open(screen);
    tell(view, [play, step('kvm1', 'writing')]);
    await until(screen, (text) => text.includes('writing'));
    screen.write('Error: a fault\n');
    const added = process.listeners('exit').filter((listener) => !before.includes(listener));
    for (const listener of added) listener.call(process, 1);
    assert.equal(screen.text, 'PLAY [Hosts]  kvm1, kvm2\nError: a fault');
    assert.ok(screen.cursorShown);
    await view.end();
    assert.equal(screen.text, 'PLAY [Hosts]  kvm1, kvm2\nError: a fault');
    assert.deepEqual(process.listeners('exit'), before);
  });

  it('takes no signals', async () => {
    const before = process.listenerCount('SIGINT');
    const screen = new Screen();
    const view = open(screen);
    tell(view, [play, step('kvm1', 'writing')]);
    await until(screen, (text) => text.includes('writing'));
    assert.equal(process.listenerCount('SIGINT'), before);
    await view.end();
  });
});
