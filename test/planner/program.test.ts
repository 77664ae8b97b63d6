import assert from 'node:assert/strict';
import { endAlways, fail, next, type Failure, type HostState } from '../../src/planner/host-state.js';
import {
  appendFlush,
  appendIncluded,
  layOut,
  type Instruction,
  type Program,
} from '../../src/planner/program.js';
import { HostVars } from '../../src/inventory/host-vars.js';
import type { Block, Include, Node, Task } from '../../src/playbook/read/model.js';

const range = { file: 'p.yaml', line: 1, column: 1 };
const keywords = {
  when: [],
  loopControl: { loopVar: 'item', extended: false },
  notify: [],
  tags: [],
  environment: [],
  vars: [],
};
const task = (name: string): Task => ({
  type: 'task',
  id: name,
  name,
  range,
  module: { name: 'debug' } as Task['module'],
  args: {},
  keywords,
  listen: [],
  searchPaths: [],
  furtherTemplates: [],
});
const block = (parts: Partial<Pick<Block, 'block' | 'rescue' | 'always'>>): Block => ({
  type: 'block',
  id: 'b',
  range,
  block: [],
  rescue: [],
  always: [],
  ...parts,
});
const failure: Failure = {
  task: { id: 'x', name: 'x', module: 'debug', handler: false },
  name: '',
  result: null,
  unreachable: false,
};

function start(program: Program): HostState {
  return {
    at: 0,
    program,
    vars: HostVars.empty,
    notified: new Set(),
    rolesSeen: new Set(),
    pending: new Map(),
    ended: false,
  };
}

/** Walks a program as the engine does, with tasks of some names failing; gives the names in the order in which they ran. */
function walk(
  nodes: readonly Node[],
  failing: readonly string[],
): { readonly ran: readonly string[]; readonly failed: boolean } {
  const ran: string[] = [];
  let state = start(layOut(nodes, []));
  for (let steps = 0; steps < 200 && !state.ended; steps += 1) {
    const instruction: Instruction | undefined = state.program.instructions[state.at];
    if (instruction === undefined) break;
    if (instruction.type === 'task') {
      ran.push(instruction.task.id);
      state = failing.includes(instruction.task.id)
        ? fail(state, instruction.enclosing, failure).state
        : next(state);
    } else if (instruction.type === 'end_block') state = { ...state, at: instruction.frame.alwaysAt };
    else if (instruction.type === 'end_always')
      state = endAlways(state, instruction.frame, instruction.outer);
    else if (instruction.type === 'end') state = { ...state, ended: true };
    else if (instruction.type === 'jump') state = { ...state, at: instruction.to };
    else state = next(state);
  }
  return { ran, failed: state.failed !== undefined };
}

describe('engine/program', () => {
  const whole = [
    block({ block: [task('a'), task('b')], rescue: [task('r')], always: [task('z')] }),
    task('behind'),
  ];

  it('runs the block and always, and passes rescue by, when all is well', () => {
    assert.deepEqual(walk(whole, []), { ran: ['a', 'b', 'z', 'behind'], failed: false });
  });

  it('takes a failure over in rescue, runs always, and goes on', () => {
    assert.deepEqual(walk(whole, ['a']), { ran: ['a', 'r', 'z', 'behind'], failed: false });
  });

  it('runs always when rescue fails too, and then fails', () => {
    assert.deepEqual(walk(whole, ['a', 'r']), { ran: ['a', 'r', 'z'], failed: true });
  });

  it('fails after always where there is no rescue', () => {
    assert.deepEqual(walk([block({ block: [task('a')], always: [task('z')] }), task('n')], ['a']), {
      ran: ['a', 'z'],
      failed: true,
    });
  });

  it('hands a failure that a block does not take over to the block around it', () => {
    const nested = [
      block({ block: [block({ block: [task('a')], always: [task('z')] }), task('n')], rescue: [task('r')] }),
    ];
    assert.deepEqual(walk(nested, ['a']), { ran: ['a', 'z', 'r'], failed: false });
  });

  it('a failure in always is not taken over by its own block', () => {
    assert.deepEqual(walk([block({ block: [task('a')], rescue: [task('r')], always: [task('z')] })], ['z']), {
      ran: ['a', 'z'],
      failed: true,
    });
  });

  it('unreachable reaches neither rescue nor always', () => {
    const program = layOut(whole, []);
    const [first] = program.instructions;
    assert.ok(first?.type === 'task');
    assert.equal(fail(start(program), first.enclosing, { ...failure, unreachable: true }).state.ended, true);
  });

  it('lays handlers out at each flush point, in the order in which they are defined', () => {
    const program = layOut(
      [task('a'), { type: 'flush', id: 'f', explicit: false, tags: [], when: [] }],
      [task('h1'), task('h2')],
    );
    assert.deepEqual(
      program.instructions.map((instruction) =>
        instruction.type === 'task' ? [instruction.task.id, instruction.handler] : instruction.type,
      ),
      [['a', undefined], 'flush', ['h1', 0], ['h2', 1], 'end'],
    );
  });

  it('puts included tasks after the end and comes back, with positions unchanged', () => {
    const include: Include = {
      type: 'include',
      kind: 'tasks',
      id: 'i',
      range,
      file: { value: 'x', range },
      keywords,
      from: {},
      listen: [],
      searchPaths: [],
      literal: false,
      unique: false,
      own: [],
      load: () => ({ nodes: [], handlers: [], exported: [], seen: [] }),
    };
    const program = layOut([include, task('after it')], []);
    const { program: grown, start: at } = appendIncluded(program, 0, {
      parts: [{ nodes: [task('in')], vars: { item: 1 } }],
      handlers: [],
    });
    assert.equal(at, 3);
    assert.deepEqual(grown.instructions.slice(0, 3), program.instructions);
    const [inside, back] = grown.instructions.slice(3);
    assert.ok(inside?.type === 'task' && back?.type === 'jump');
    assert.deepEqual([inside.vars, back.to], [{ item: 1 }, 1]);
  });

  it('lays handlers out again for a flush that knew fewer, and comes back after it', () => {
    const flush = { type: 'flush', id: 'f', explicit: true, tags: [], when: [] } as const;
    const program = layOut([task('a'), flush, task('b')], [task('h1')]);
    const known = { ...program, handlers: [...program.handlers, task('h2')] };
    const { program: grown, start: at } = appendFlush(known, 1);
    assert.deepEqual(grown.instructions.slice(0, at), program.instructions);
    assert.deepEqual(
      grown.instructions
        .slice(at)
        .map((one) => (one.type === 'task' ? one.task.id : one.type === 'jump' ? one.to : one.type)),
      ['h1', 'h2', program.instructions.findIndex((one) => one.type === 'task' && one.task.id === 'b')],
    );
    assert.throws(() => appendFlush(known, 0), RangeError);
  });
});
