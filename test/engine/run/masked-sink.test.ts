import assert from 'node:assert/strict';
import type { RunEvent } from '../../../src/engine/run/events.js';
import { maskedSink } from '../../../src/engine/run/masked-sink.js';
import { masked, Secrets } from '../../../src/engine/run/secrets.js';

describe('engine/run/masked-sink', () => {
  it('masks whatever may hold text of files and hosts, and no field that programs go by', () => {
    const secrets = new Secrets();
    // Passwords that are words of the format itself.
    for (const word of ['text', 'changed', 'task_result', 'h1', 'copy']) secrets.add(word);
    const seen: RunEvent[] = [];
    maskedSink(
      (event) => seen.push(event),
      secrets,
    )({
      type: 'task_result',
      host: 'h1',
      play: 0,
      task: {
        id: '0.0',
        name: 'a text',
        module: 'copy',
        range: { file: 'p.yaml', line: 1, column: 1, text: '- copy: changed' },
        handler: false,
      },
      status: 'changed',
      reason: 'the text',
      diffs: [
        {
          resource: 'file:/text',
          digest: 'text',
          diff: {
            type: 'text',
            header: { before: 'text', after: 'b' },
            before: 'a text',
            after: 'b',
            fields: [],
          },
        },
      ],
      actions: ['copy it'],
      warnings: ['changed'],
      result: { text: 'h1' },
      seconds: 1,
      notUndoable: ['text'],
    });
    assert.deepEqual(seen, [
      {
        type: 'task_result',
        host: 'h1',
        play: 0,
        task: {
          id: '0.0',
          name: `a ${masked}`,
          module: 'copy',
          range: { file: 'p.yaml', line: 1, column: 1, text: `- ${masked}: ${masked}` },
          handler: false,
        },
        status: 'changed',
        reason: `the ${masked}`,
        diffs: [
          {
            resource: `file:/${masked}`,
            digest: 'text',
            diff: {
              type: 'text',
              header: { before: masked, after: 'b' },
              before: `a ${masked}`,
              after: 'b',
              fields: [],
            },
          },
        ],
        actions: [`${masked} it`],
        warnings: [masked],
        result: { [masked]: masked },
        seconds: 1,
        notUndoable: [masked],
      },
    ]);
  });
});
