/** The `if` and loops of a menu entry's body, and the lines in them that load a kernel (GRUB manual, "Shell-like scripting"). */
import type { Statement } from './grub-script.js';

interface Branch {
  /** After `then` or `else`. */
  readonly from: number;
  /** At the next `elif`, `else` or `fi`. */
  readonly to: number;
  readonly nodes: readonly Node[];
}

export type Node =
  | { readonly type: 'command'; readonly statement: Statement }
  | {
      readonly type: 'if';
      readonly from: number;
      readonly to: number;
      readonly branches: readonly Branch[];
      readonly hasElse: boolean;
      /** A kernel is loaded by a condition. */
      readonly odd: boolean;
    }
  /** A loop or a block of its own: how often it runs is not known. */
  | { readonly type: 'loop'; readonly nodes: readonly Node[] };

const linuxName = /^linux(?:16|efi)?$/;

export function isLinux(statement: Statement): boolean {
  return linuxName.test(statement.words[0]?.text ?? '');
}

interface Frame {
  readonly kind: 'root' | 'if' | 'loop';
  readonly from: number;
  readonly branches: Branch[];
  nodes: Node[];
  /** Where the open branch began; undefined in a condition. */
  open: number | undefined;
  hasElse: boolean;
  odd: boolean;
}

/** The statements of a body as a tree. One that is not closed ends with the text. */
export function branchTree(statements: readonly Statement[]): readonly Node[] {
  const frame = (kind: Frame['kind'], from: number): Frame => ({
    kind,
    from,
    branches: [],
    nodes: [],
    open: kind === 'if' ? undefined : from,
    hasElse: false,
    odd: false,
  });
  const root = frame('root', 0);
  const stack: Frame[] = [root];
  const top = (): Frame => stack.at(-1) ?? root;
  const endBranch = (to: number): void => {
    const at = top();
    if (at.kind === 'if' && at.open !== undefined) at.branches.push({ from: at.open, to, nodes: at.nodes });
    at.nodes = [];
    at.open = undefined;
  };
  const close = (from: number, to: number): void => {
    if (stack.length === 1) return;
    if (top().kind === 'if') endBranch(from);
    const done = stack.pop() ?? root;
    const { branches, hasElse, odd } = done;
    top().nodes.push(
      done.kind === 'if'
        ? { type: 'if', from: done.from, to, branches, hasElse, odd }
        : { type: 'loop', nodes: done.nodes },
    );
  };
  for (const statement of statements) {
    for (const { word, from, to } of statement.lead ?? []) {
      if (word === 'if') stack.push(frame('if', from));
      else if (word === 'while' || word === 'until') stack.push(frame('loop', from));
      else if (word === 'then') top().open = to;
      else if (word === 'elif' || word === 'else') {
        endBranch(from);
        if (word === 'else') Object.assign(top(), { open: to, hasElse: true });
      }
    }
    const name = statement.words[0]?.text;
    if (name === 'fi' || name === 'done') close(statement.from, statement.to);
    else if (name === 'for') stack.push(frame('loop', statement.from));
    else if (top().kind === 'if' && top().open === undefined) top().odd ||= isLinux(statement);
    else if (statement.body !== undefined)
      top().nodes.push({ type: 'loop', nodes: branchTree(statement.body) });
    else top().nodes.push({ type: 'command', statement });
  }
  while (stack.length > 1) close(top().from, top().from);
  return root.nodes;
}

/** Every line that loads a kernel, in the text's order. */
export function linuxStatements(nodes: readonly Node[]): readonly Statement[] {
  return nodes.flatMap((node): readonly Statement[] => {
    if (node.type === 'command') return isLinux(node.statement) ? [node.statement] : [];
    if (node.type === 'loop') return linuxStatements(node.nodes);
    return node.branches.flatMap(({ nodes: inner }) => linuxStatements(inner));
  });
}

export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The edits that leave of the body what runs when `chosen` loads the kernel: its branches without their conditions, of any other `if` that
 * loads one the branch that does not, and no other kernel. Undefined where that is not known.
 */
export function onlyBranch(nodes: readonly Node[], chosen: Statement): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  for (const node of nodes) {
    const inside = linuxStatements([node]);
    const odd = node.type === 'if' && node.odd;
    if (inside.length === 0 && !odd) continue;
    if (node.type === 'loop' || odd) return undefined;
    if (node.type === 'command') {
      const { from, to } = node.statement;
      if (node.statement !== chosen) edits.push({ from, to, text: 'true' });
      continue;
    }
    const holds = (branch: Branch): boolean =>
      linuxStatements(branch.nodes).some((statement) => !inside.includes(chosen) || statement === chosen);
    const taken = inside.includes(chosen)
      ? node.branches.filter(holds)
      : node.branches.filter((branch) => !holds(branch));
    const [branch] = taken;
    const nothing = !inside.includes(chosen) && !node.hasElse;
    if (taken.length + (nothing ? 1 : 0) !== 1) return undefined;
    if (branch === undefined) {
      edits.push({ from: node.from, to: node.to, text: 'true' });
      continue;
    }
    const inner = onlyBranch(branch.nodes, chosen);
    if (inner === undefined) return undefined;
    edits.push({ from: node.from, to: branch.from, text: '' }, ...inner, {
      from: branch.to,
      to: node.to,
      text: 'true',
    });
  }
  return edits;
}
