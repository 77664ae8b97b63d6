import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { z } from 'zod';
import type { RunEvent } from '../../src/engine/run/events.js';
import { eventLine, jsonView } from '../../src/report/json.js';
import { eventSchemas, runEventJsonSchema, runEventSchema } from '../../src/report/schema.js';
import { Unknown } from '../../src/values/value.js';
import { definitions, sectionLines } from './event-docs.js';
import { result, task } from './events.js';
import { stories } from './stories.js';

type SchemaEvent = z.infer<typeof runEventSchema>;
type Type = RunEvent['type'];
type KeysOf<Union, T extends Type> = keyof Extract<Union, { type: T }>;
/** `true` only when the schema has the very fields of the type; the compiler checks it. */
type SameFields<T extends Type> = [KeysOf<RunEvent, T>, KeysOf<SchemaEvent, T>] extends [
  KeysOf<SchemaEvent, T>,
  KeysOf<RunEvent, T>,
]
  ? true
  : never;
const sameFields: { readonly [T in Type]: SameFields<T> } = {
  run_started: true,
  play_started: true,
  step_started: true,
  task_result: true,
  host_unreachable: true,
  host_failed: true,
  host_finished: true,
  warning: true,
  rollback_started: true,
  rollback_entry: true,
  rollback_finished: true,
  run_finished: true,
};
const types = Object.keys(sameFields);

const page = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');

/** Sections of the page by their heading. */
function sections(): ReadonlyMap<string, string> {
  return new Map(
    page
      .split(/^### /m)
      .slice(1)
      .map((section) => {
        const end = section.indexOf('\n');
        return [section.slice(0, end), section.slice(end + 1)];
      }),
  );
}

describe('the schema of events', () => {
  it('has every event', () => assert.deepEqual(Object.keys(eventSchemas).sort(), [...types].sort()));

  it('holds for every event of every story, and leaves no field out', () => {
    for (const [, event] of Object.values(stories).flat()) {
      const parsed: unknown = JSON.parse(eventLine(event));
      assert.deepEqual(runEventSchema.parse(parsed), parsed);
    }
  });

  it('is a JSON Schema too', () => {
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(runEventJsonSchema());
    for (const [, event] of Object.values(stories).flat()) {
      assert.ok(validate(JSON.parse(eventLine(event))), JSON.stringify(validate.errors));
    }
    assert.ok(validate({ type: 'host_finished', host: 'a', play: 0, added: 'later' }));
    assert.ok(!validate({ type: 'host_finished', host: 'a' }));
  });
});

describe('docs/events.md', () => {
  for (const type of types) {
    it(`has an example of ${type} that holds`, () => {
      const example = /```json\n([\s\S]*?)```/.exec(sections().get(type) ?? '')?.[1];
      assert.ok(example !== undefined, `no example of ${type}`);
      const parsed = JSON.parse(example) as { readonly type: string };
      assert.equal(parsed.type, type);
      assert.deepEqual(runEventSchema.parse(parsed), parsed);
    });
  }

  for (const name of Object.keys(definitions)) {
    it(`describes every field of ${name} as the schema does`, () => {
      // The page has its own breaks of lines.
      const section = (sections().get(name) ?? '').replaceAll(/\s+/g, ' ');
      const missing = sectionLines(name).filter((line) => !section.includes(`${line.trim()} `));
      assert.deepEqual(missing, [], 'npx tsx test/report/event-docs.ts prints the lists');
    });
  }
});

describe('the JSON view', () => {
  it('prints one object a line, and notes elsewhere', async () => {
    let text = '';
    let notes = '';
    const view = jsonView({ write: (more) => (text += more), writeNote: (more) => (notes += more) });
    for (const [, event] of stories['failure'] ?? []) view.event(event);
    view.note('a note');
    await view.suspend();
    view.resume();
    await view.end();
    const lines = text.trimEnd().split('\n');
    assert.equal(lines.length, stories['failure']?.length);
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as RunEvent).type),
      stories['failure']?.map(([, event]) => event.type),
    );
    assert.equal(notes, 'a note\n');
  });

  it('writes what is unknown as a text with its reason', () => {
    const unknown = new Unknown('`date` has not run');
    const event = result('a', task(1, 'x'), 'unknown', { result: { stdout: unknown, all: [unknown] } });
    const parsed = JSON.parse(eventLine(event)) as { readonly result: unknown };
    assert.deepEqual(parsed.result, {
      stdout: '(unknown: `date` has not run)',
      all: ['(unknown: `date` has not run)'],
    });
    assert.ok(runEventSchema.safeParse(parsed).success);
  });

  it('writes no line ends and control characters inside a line', () => {
    const line = eventLine({ type: 'warning', msg: 'a\n\x1b[2J\x9b\x7f' });
    assert.doesNotMatch(line, /\p{Cc}/u);
    assert.deepEqual(JSON.parse(line), { type: 'warning', msg: 'a\n\x1b[2J\x9b\x7f' });
  });
});
