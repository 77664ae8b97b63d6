import assert from 'node:assert/strict';
import { Reboots } from '../../../src/engine/run/reboots.js';

/** Lets all that can go on go on. */
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('hosts on trial at the same time', () => {
  it('are as many as allowed, and the next begins when one has ended', async () => {
    const reboots = new Reboots();
    const began: string[] = [];
    const enter = async (host: string): Promise<() => void> => {
      const release = await reboots.enter(host, 2);
      began.push(host);
      return release;
    };
    const [a, , c] = [enter('a'), enter('b'), enter('c')];
    await turn();
    assert.deepEqual(began, ['a', 'b']);
    (await a)();
    await c;
    assert.deepEqual(began, ['a', 'b', 'c']);
  });

  it('have no limit by default', async () => {
    const reboots = new Reboots();
    await Promise.all(['a', 'b', 'c'].map((host) => reboots.enter(host, undefined)));
  });

  it('are no more once a trial has failed: those that wait learn of it, and those that come', async () => {
    const reboots = new Reboots();
    const release = await reboots.enter('a', 1);
    const waiting = assert.rejects(reboots.enter('b', 1), {
      code: 'WAVE_STOPPED',
      message: 'not rebooted: the trial boot of a failed',
    });
    reboots.fail('a');
    release();
    await waiting;
    await assert.rejects(reboots.enter('c', undefined), { code: 'WAVE_STOPPED' });
  });

  it('name the first that failed', async () => {
    const reboots = new Reboots();
    reboots.fail('a');
    reboots.fail('b');
    await assert.rejects(reboots.enter('c', 1), /trial boot of a failed/);
  });
});
