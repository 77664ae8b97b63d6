/** What a trace may show of a window: no bytes of files, no journal, nothing of tasks with no_log and of states that hold secrets. */
import assert from 'node:assert/strict';
import { buildWindow, type Window } from '../../../src/engine/window/script.js';
import { triedValidation } from '../../../src/engine/window/segments.js';
import type { WindowStep } from '../../../src/engine/window/steps.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import type { Change } from '../../../src/resources/resource.js';
import { raw } from '../../../src/shell/shell.js';
import { commandStep, stepsOf } from './window-target.js';

describe('engine/window: what a trace shows', () => {
  const store = new MemoryContentStore();
  const same = (text: string): string => text;
  const build = (steps: readonly WindowStep[]): Window =>
    buildWindow(steps, {
      seq: '00001',
      nonce: 'abc',
      store,
      earlier: new Map(),
      owed: [],
      first: { runJson: '{"run":"first"}' },
      mergeTasks: true,
    });
  const change = (name: string, content: Buffer): WindowStep['step'] => ({
    type: 'change',
    change: {
      id: { kind: 'file', name },
      from: { type: 'absent' },
      to: {
        type: 'file',
        sha256: store.put(content),
        size: content.length,
        mode: '0644',
        owner: 'root',
        group: 'root',
      },
    },
  });

  it('scripts, with the lengths of contents and of what the journal keeps', () => {
    const text = Buffer.from("it's the text of a file\n");
    const binary = Buffer.from([0, 255, 1, 254]);
    const { script, sending } = build(
      stepsOf(
        [[change('/etc/text', text)]],
        [[change('/etc/binary', binary)]],
        [[commandStep(raw('uname -r'))]],
      ),
    );
    assert.deepEqual(sending, {});
    const shown = script.shown(same);
    assert.match(shown, /^printf '%s' \(content: \d+ bytes\) >"\$rtp_stage\/"[0-9a-f]{64} /m);
    assert.match(shown, /^\(content in base64: 8 bytes\)\nRTP_BASE64$/m);
    assert.match(shown, /\(journal: \d+ bytes\) >"\$rtp_rundir\/run\.json"/);
    assert.match(shown, /^uname -r$/m);
    assert.match(shown, /rtp_file_item 0 \/etc\/text /);
    for (const hidden of ['the text of', binary.toString('base64'), '"first"', 'rtp_judge'])
      assert.ok(script.text.includes(hidden) && !shown.includes(hidden), hidden);
  });

  it('nothing of a window with a task that has no_log', () => {
    const [plain, secret] = stepsOf([[commandStep(raw('uname -r'))]], [[commandStep(raw('login secret'))]]);
    assert.ok(plain !== undefined && secret !== undefined);
    assert.deepEqual(build([plain, { ...secret, hidden: true }]).sending, { withheld: 'no_log' });
  });

  it('nothing of a window that changes states which hold secrets', () => {
    const user: Change = {
      id: { kind: 'user', name: 'ann' },
      from: { exists: false, free: { normal: 1000, system: 999 } },
      to: { exists: true, passwordHash: '$6$salt$hash' },
    };
    assert.deepEqual(build(stepsOf([[{ type: 'change', change: user }]])).sending, { withheld: 'secrets' });
  });

  it('of bytes that a check tries only how many there are', () => {
    const tried = triedValidation('visudo -cf %s', Buffer.from('ops ALL=(ALL) ALL\n'));
    const shown = tried.shown(same);
    assert.match(shown, /^\(content in base64: 24 bytes\)\nRTP_BYTES$/m);
    assert.match(shown, /^visudo -cf "\$rtp_try"/m);
  });
});
