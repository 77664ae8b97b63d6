/**
 * A play as a flat list of instructions. Blocks become jumps (as a compiler lays out try, catch and finally), handlers become
 * guarded tasks at each flush point. The engine can then stop, go back and go on at any place: a position is a number.
 */
import type { Block, Flush, Handler, Include, Node, Task } from '../playbook/read/model.js';
import type { Vars } from '../values/value.js';

/** Where a task is in the blocks around it, innermost last. */
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

/** Where a task or an include is, besides its blocks. */
export interface Standing {
  readonly enclosing: Enclosing | undefined;
  /** It is this one of the program's handlers, and runs when it is notified. */
  readonly handler?: number;
  /** It was included by a handler. */
  readonly ofHandler?: true;
  /** Variables of the loops around the includes that it came by. */
  readonly vars?: Vars;
  /** How many includes it came by. */
  readonly depth: number;
}

export type Instruction =
  | (Standing & { readonly type: 'task'; readonly task: Task })
  | (Standing & { readonly type: 'include'; readonly include: Include })
  /** The block section ended well: on to `always`. */
  | { readonly type: 'end_block'; readonly frame: Frame }
  /** The rescue section ended well: the failure is taken back. */
  | { readonly type: 'end_rescue'; readonly frame: Frame }
  /** The always section ended: a pending failure goes on outwards. */
  | { readonly type: 'end_always'; readonly frame: Frame; readonly outer: Enclosing | undefined }
  /** Handlers follow, up to `endAt`: as many as the program had when this was laid out. */
  | {
      readonly type: 'flush';
      readonly flush: Flush;
      readonly enclosing: Enclosing | undefined;
      readonly vars?: Vars;
      readonly handlers: number;
      readonly endAt: () => number;
    }
  /** After included tasks: back to where they were included. */
  | { readonly type: 'jump'; readonly to: number }
  /** The end of the play. What is after it was included, and is only reached from its include. */
  | { readonly type: 'end' };

export type TaskInstruction = Extract<Instruction, { type: 'task' }>;
export type IncludeInstruction = Extract<Instruction, { type: 'include' }>;
export type FlushInstruction = Extract<Instruction, { type: 'flush' }>;

export interface Program {
  readonly instructions: readonly Instruction[];
  /** In the order in which they run; those of roles that are included by a templated name join at the end. */
  readonly handlers: readonly Handler[];
}

/** What all that is laid out together has in common. */
type Around = Pick<Standing, 'ofHandler' | 'vars' | 'depth'>;

class Layout {
  constructor(
    readonly instructions: Instruction[],
    private readonly handlers: readonly Handler[],
    private readonly around: Around,
  ) {}

  nodes(nodes: readonly Node[], enclosing: Enclosing | undefined): void {
    for (const node of nodes) {
      switch (node.type) {
        case 'task':
        case 'include':
          this.single(node, { ...this.around, enclosing });
          break;
        case 'block':
          this.block(node, enclosing);
          break;
        case 'flush':
          this.flush(node, enclosing);
          break;
      }
    }
  }

  private single(node: Task | Include, standing: Standing): void {
    this.instructions.push(
      node.type === 'task'
        ? { type: 'task', task: node, ...standing }
        : { type: 'include', include: node, ...standing },
    );
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

  private flush(flush: Flush, enclosing: Enclosing | undefined): void {
    const { vars } = this.around;
    let endAt = 0;
    this.instructions.push({
      type: 'flush',
      flush,
      enclosing,
      ...(vars === undefined ? {} : { vars }),
      handlers: this.handlers.length,
      endAt: () => endAt,
    });
    this.guarded(enclosing);
    endAt = this.instructions.length;
  }

  /** The handlers, each of which runs when it is notified. A failure goes where one of the flush itself would. */
  guarded(enclosing: Enclosing | undefined): void {
    for (const [handler, node] of this.handlers.entries())
      this.single(node, { enclosing, handler, depth: this.around.depth });
  }
}

export function layOut(body: readonly Node[], handlers: readonly Handler[]): Program {
  const layout = new Layout([], handlers, { depth: 0 });
  layout.nodes(body, undefined);
  layout.instructions.push({ type: 'end' });
  return { instructions: layout.instructions, handlers };
}

/** What an include loads in one pass of its loop. */
export interface IncludedPart {
  readonly nodes: readonly Node[];
  readonly vars?: Vars;
}

/**
 * The program with included nodes laid out after its end: positions that are already known stay true. Gives the
 * place where they begin; after the last one comes a jump to after the include. `handlers`: those that the included roles bring.
 */
export function appendIncluded(
  program: Program,
  at: number,
  { parts, handlers }: { readonly parts: readonly IncludedPart[]; readonly handlers: readonly Handler[] },
): { readonly program: Program; readonly start: number } {
  const instruction = program.instructions[at];
  if (instruction?.type !== 'include') throw new RangeError('no include instruction there');
  const instructions = [...program.instructions];
  const start = instructions.length;
  const known = new Set(program.handlers.map(({ id }) => id));
  const all = [...program.handlers, ...handlers.filter(({ id }) => !known.has(id))];
  const { handler, depth } = instruction;
  const around: Around = {
    depth: depth + 1,
    ...(handler === undefined && instruction.ofHandler === undefined ? {} : { ofHandler: true }),
  };
  for (const part of parts) {
    const vars = instruction.vars === undefined ? part.vars : { ...instruction.vars, ...part.vars };
    const layout = new Layout(instructions, all, vars === undefined ? around : { ...around, vars });
    layout.nodes(part.nodes, instruction.enclosing);
  }
  instructions.push({ type: 'jump', to: at + 1 });
  return { program: { instructions, handlers: all }, start };
}

/** The program with its handlers laid out again for a flush that knows fewer, since roles have brought some after it was laid out. */
export function appendFlush(
  program: Program,
  at: number,
): { readonly program: Program; readonly start: number } {
  const instruction = program.instructions[at];
  if (instruction?.type !== 'flush') throw new RangeError('no flush instruction there');
  const instructions = [...program.instructions];
  const start = instructions.length;
  new Layout(instructions, program.handlers, { depth: 0 }).guarded(instruction.enclosing);
  instructions.push({ type: 'jump', to: instruction.endAt() });
  return { program: { ...program, instructions }, start };
}
