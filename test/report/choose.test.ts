import assert from 'node:assert/strict';
import { chooseView, isCi, type ViewChoice } from '../../src/report/choose.js';
import { paintFor } from '../../src/report/paint.js';
import { noPaint } from './paints.js';
import { Screen, until } from './screen.js';

async function shown(choice: Partial<ViewChoice>): Promise<string> {
  const screen = new Screen();
  const view = chooseView({
    paint: noPaint,
    diff: false,
    verbosity: 0,
    json: false,
    isTTY: true,
    ci: false,
    terminal: { stream: screen, others: [] },
    writeNote: () => undefined,
    now: () => 0,
    ...choice,
  });
  view.event({ type: 'play_started', play: 0, name: 'p', hosts: ['a'] });
  view.event({ type: 'step_started', host: 'a', play: 0, what: 'writing' });
  await until(screen, (text) => text.includes('writing')).catch(() => undefined);
  const { text } = screen;
  await view.end();
  return text;
}

describe('the choice of a view', () => {
  it('is live on a terminal', async () => assert.match(await shown({}), /. a {2}writing$/u));
  it('is plain in CI and without a terminal', async () => {
    const [ci, none] = await Promise.all([
      shown({ ci: true, verbosity: 1 }),
      shown({ isTTY: false, verbosity: 1 }),
    ]);
    assert.equal(ci, 'PLAY [p]  a\n[a] … writing');
    assert.equal(none, ci);
  });
  it('is JSON when asked for, wherever', async () =>
    assert.match(await shown({ json: true }), /^\{"type":"play_started"/));

  it('knows CI by its variable, and terminals that cannot move', () => {
    assert.deepEqual(
      [{}, { CI: '' }, { CI: 'false' }, { CI: 'true' }, { CI: '1' }, { TERM: 'dumb' }].map(isCi),
      [false, false, false, true, true, true],
    );
  });
});

describe('colours', () => {
  const isOn = (isTTY: boolean, environment: NodeJS.ProcessEnv): boolean =>
    paintFor({ isTTY }, environment).isColorSupported;
  it('are for terminals, unless the environment says otherwise', () => {
    assert.ok(isOn(true, {}));
    assert.ok(!isOn(false, {}));
    assert.ok(!isOn(true, { NO_COLOR: '1' }));
    assert.ok(isOn(true, { NO_COLOR: '' }));
    assert.ok(isOn(false, { FORCE_COLOR: '1' }));
    assert.ok(!isOn(true, { FORCE_COLOR: '0' }));
    assert.ok(!isOn(true, { TERM: 'dumb' }));
  });
});
