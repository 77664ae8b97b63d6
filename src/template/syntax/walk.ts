/** Names and their scopes in a syntax tree: which names a template sets itself, and which it only reads. */
import { child, children, below, nodeArray, optionalChild, text } from './nodes.js';
import type { AnyNode, Node } from './nunjucks.js';

/** Names that are set where a node is. */
export interface Names {
  has(name: string): boolean;
  add(name: string): void;
}

function inner(outer: Names, names: Iterable<string> = []): Names {
  const own = new Set(names);
  return { has: (name) => own.has(name) || outer.has(name), add: (name) => own.add(name) };
}

/** Names that an assignment to this target sets. */
function targetNames(target: Node): string[] {
  if (target.typename === 'Symbol') return [text(target)];
  return target.typename === 'Tuple' ? children(target).flatMap(targetNames) : [];
}

/** Called for every node, outer nodes first, with the names that are set there. */
export type Visitor = (node: AnyNode, names: Names, ancestors: readonly AnyNode[]) => void;

export function walk(root: Node, visit: Visitor): void {
  const known = new Set<string>();
  const names: Names = { has: (name) => known.has(name), add: (name) => known.add(name) };
  new Walker(visit).all([root as AnyNode], names);
}

class Walker {
  private readonly ancestors: AnyNode[] = [];
  constructor(private readonly visit: Visitor) {}

  all(nodes: readonly (AnyNode | undefined)[], names: Names): void {
    for (const node of nodes) if (node !== undefined) this.node(node, names);
  }

  private node(node: AnyNode, names: Names): void {
    this.visit(node, names, this.ancestors);
    this.ancestors.push(node);
    this.inside(node, names);
    this.ancestors.pop();
  }

  private inside(node: AnyNode, names: Names): void {
    switch (node.typename) {
      case 'For': {
        const target = child(node, 'name');
        this.all([child(node, 'arr')], names);
        const loop = inner(names, targetNames(target));
        this.all([optionalChild(node, 'filter')], loop);
        loop.add('loop');
        this.all([child(node, 'body')], loop);
        this.all([optionalChild(node, 'else_')], inner(names));
        return;
      }
      case 'Set':
        this.all([child(node, 'value')], names);
        if (child(node, 'target').typename === 'Member')
          this.all([child(child(node, 'target'), 'target')], names);
        targetNames(child(node, 'target')).forEach((name) => names.add(name));
        return;
      case 'With': {
        this.all(nodeArray(node, 'values'), names);
        const scoped = inner(names, nodeArray(node, 'targets').flatMap(targetNames));
        this.all([child(node, 'body')], scoped);
        return;
      }
      case 'Macro':
      case 'Caller':
        this.macro(node, names);
        return;
      case 'Import':
        this.all([child(node, 'template')], names);
        names.add(text(child(node, 'target')));
        return;
      case 'FromImport':
        this.all([child(node, 'template')], names);
        for (const pair of children(child(node, 'names'))) names.add(text(child(pair, 'value')));
        return;
      case 'Block':
        this.all([child(node, 'body')], inner(names, ['super', 'self']));
        return;
      case 'Capture':
        this.all(below(node), inner(names));
        return;
      case 'Filter':
        // The name of a filter or test is not a variable.
        this.all([child(node, 'input'), child(node, 'args')], names);
        return;
      case 'Test':
        this.all([child(node, 'subject'), child(node, 'args')], names);
        return;
      case 'Pair':
        this.pair(node, names);
        return;
      default:
        this.all(below(node), names);
    }
  }

  private macro(node: AnyNode, names: Names): void {
    if (node.typename === 'Macro') names.add(text(child(node, 'name')));
    const scoped = inner(names, ['caller', 'varargs', 'kwargs']);
    for (const parameter of children(child(node, 'args'))) {
      const [symbol, fallback] = children(parameter);
      this.all([fallback], scoped);
      if (symbol !== undefined) scoped.add(text(symbol));
    }
    this.all([child(node, 'body')], scoped);
  }

  private pair(node: AnyNode, names: Names): void {
    const parent = this.ancestors.at(-2);
    const isKeyword = parent?.typename === 'KeywordArgs';
    this.all(isKeyword ? [child(node, 'value')] : [child(node, 'key'), child(node, 'value')], names);
  }
}
