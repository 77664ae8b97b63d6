/**
 * A play as a flat list of instructions. Blocks become jumps (as a compiler lays out try, catch and finally), handlers become
 * guarded tasks at each flush point. The engine can then stop, go back and go on at any place: a position is a number.
 */
import type { Block, Include, Node, Task } from '../playbook/model.js';
import type { Vars } from '../values/value.js';

/** Where a task stands in the blocks around it, innermost last. */
export interface Enclosing {
  readonly frame: Frame;
  readonly section: 'block' | 'rescue' | 'always';
  readonly outer: Enclosing | undefined;
}

/** A block's places; filled in while the block is laid out. */
export interface Frame {
  readonly id: number;
  rescueAt: number;
  alwaysAt: number;
  endAt: number;
  hasRescue: boolean;
  hasAlways: boolean;
}

export type Instruction =
  | {
      readonly type: 'task';
      readonly task: Task;
      readonly enclosing: Enclosing | undefined;
      readonly handler?: number;
      readonly vars?: Vars;
    }
  | {
      readonly type: 'include';
      readonly include: Include;
      readonly enclosing: Enclosing | undefined;
      readonly vars?: Vars;
    }
  /** The block section ended well: on to `always`. */
  | { readonly type: 'end_block'; readonly frame: Frame }
  /** The rescue section ended well: the failure is taken back. */
  | { readonly type: 'end_rescue'; readonly frame: Frame }
  /** The always section ended: a pending failure goes on outwards. */
  | { readonly type: 'end_always'; readonly frame: Frame; readonly outer: Enclosing | undefined }
  | { readonly type: 'flush_start'; readonly endAt: () => number }
  | { readonly type: 'flush_end'; readonly startAt: number }
  /** Behind included tasks: back to where they were included. */
  | { readonly type: 'jump'; readonly to: number }
  /** The end of the play. What lies behind it was included, and is only reached from its include. */
  | { readonly type: 'end' };

export type TaskInstruction = Extract<Instruction, { type: 'task' }>;
export type IncludeInstruction = Extract<Instruction, { type: 'include' }>;

export interface Program {
  readonly instructions: readonly Instruction[];
  readonly handlers: readonly Task[];
}

class Layout {
  constructor(
    readonly instructions: Instruction[],
    private readonly handlers: readonly Task[],
    private readonly vars: Vars | undefined,
  ) {}

  nodes(nodes: readonly Node[], enclosing: Enclosing | undefined): void {
    for (const node of nodes) {
      switch (node.type) {
        case 'task':
          this.instructions.push({ type: 'task', task: node, enclosing, ...this.scope() });
          break;
        case 'include':
          this.instructions.push({ type: 'include', include: node, enclosing, ...this.scope() });
          break;
        case 'block':
          this.block(node, enclosing);
          break;
        case 'flush':
          this.flush();
          break;
      }
    }
  }

  private scope(): { vars?: Vars } {
    return this.vars === undefined ? {} : { vars: this.vars };
  }

  private block(block: Block, outer: Enclosing | undefined): void {
    const frame: Frame = {
      id: this.instructions.length,
      rescueAt: 0,
      alwaysAt: 0,
      endAt: 0,
      hasRescue: block.rescue.length > 0,
      hasAlways: block.always.length > 0,
    };
    this.nodes(block.block, { frame, section: 'block', outer });
    this.instructions.push({ type: 'end_block', frame });
    frame.rescueAt = this.instructions.length;
    this.nodes(block.rescue, { frame, section: 'rescue', outer });
    this.instructions.push({ type: 'end_rescue', frame });
    frame.alwaysAt = this.instructions.length;
    this.nodes(block.always, { frame, section: 'always', outer });
    frame.endAt = this.instructions.length;
    this.instructions.push({ type: 'end_always', frame, outer });
  }

  private flush(): void {
    if (this.handlers.length === 0) return;
    const startAt = this.instructions.length;
    let endAt = 0;
    this.instructions.push({ type: 'flush_start', endAt: () => endAt });
    this.handlers.forEach((task, handler) =>
      this.instructions.push({ type: 'task', task, enclosing: undefined, handler }),
    );
    endAt = this.instructions.length;
    this.instructions.push({ type: 'flush_end', startAt });
  }
}

export function layOut(body: readonly Node[], handlers: readonly Task[]): Program {
  const layout = new Layout([], handlers, undefined);
  layout.nodes(body, undefined);
  layout.instructions.push({ type: 'end' });
  return { instructions: layout.instructions, handlers };
}

/**
 * The program with included nodes laid out behind its end: positions that are already known stay true. Gives the
 * place where they begin; after the last one comes a jump behind the include.
 */
export function appendIncluded(
  program: Program,
  at: number,
  parts: readonly { readonly nodes: readonly Node[]; readonly vars?: Vars }[],
): { readonly program: Program; readonly start: number } {
  const instruction = program.instructions[at];
  if (instruction?.type !== 'include') throw new RangeError('no include instruction there');
  const instructions = [...program.instructions];
  const start = instructions.length;
  for (const part of parts) {
    const vars = instruction.vars === undefined ? part.vars : { ...instruction.vars, ...part.vars };
    new Layout(instructions, program.handlers, vars).nodes(part.nodes, instruction.enclosing);
  }
  instructions.push({ type: 'jump', to: at + 1 });
  return { program: { ...program, instructions }, start };
}
