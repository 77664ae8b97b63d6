/** The variables that a template refers to, for the lint of undefined variables. */
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import { TemplateFault, rangeOf, type Source } from '../fault.js';
import type { JinjaLexerOptions } from './lexer.js';
import { headerOptions, normalized } from './newlines.js';
import { child, children, text } from './nodes.js';
import type { AnyNode } from './nunjucks.js';
import { parse, type Kind } from './parser.js';
import { walk } from './walk.js';

export interface Reference {
  readonly name: string;
  /** Attributes and keys after the name, as far as they are written out: `hostvars['a'].b` has ['a', 'b']. */
  readonly path: readonly string[];
  readonly range: SourceRange;
  /** The template asks first whether it is defined, or gives a default. */
  readonly guarded: boolean;
}

/** The text of a template of any kind as it is parsed. */
export function sourceOf(fullText: string, kind: Kind, where: SourceRange): Source {
  if (kind === 'expression') return { text: fullText };
  if (kind === 'argument') return { text: normalized(fullText) };
  const header = headerOptions(fullText, where.file);
  return { text: normalized(header.text), file: where.file, linesBefore: header.lines };
}

export function referencesOf(
  fullText: string,
  kind: Kind,
  options: JinjaLexerOptions,
  where: SourceRange,
  globals: ReadonlyMap<string, unknown>,
): readonly Reference[] {
  let root;
  let source: Source;
  try {
    source = sourceOf(fullText, kind, where);
    root = parse(
      source,
      wrapped(fullText, kind),
      wrapped(fullText, kind) === kind ? options : { trimBlocks: true },
    );
  } catch (error) {
    // The check reports it.
    if (error instanceof TemplateFault) return [];
    throw error;
  }
  const found: Reference[] = [];
  walk(root, (node, names, ancestors) => {
    if (node.typename !== 'Symbol') return;
    const name = text(node);
    if (names.has(name) || globals.has(name)) return;
    const path = pathAbove(node, ancestors);
    const at = { source, line: node.lineno, column: node.colno };
    const range = rangeOf(at, where) ?? where;
    found.push({
      name,
      path: path.keys,
      range: { ...range, endColumn: range.column + name.length },
      guarded: isGuarded(path.top, name, ancestors.slice(0, ancestors.length - path.keys.length)),
    });
  });
  return found;
}

/** A condition that is written with its own `{{ }}` is read as an argument. */
export function wrapped(fullText: string, kind: Kind): Kind {
  return kind === 'expression' && /^\s*(\{\{|\{%)/.test(fullText) ? 'argument' : kind;
}

function pathAbove(
  node: AnyNode,
  ancestors: readonly AnyNode[],
): { readonly keys: string[]; readonly top: AnyNode } {
  const keys: string[] = [];
  let top = node;
  for (let index = ancestors.length - 1; index >= 0; index -= 1) {
    const parent = ancestors[index];
    if (parent?.typename !== 'Member' || child(parent, 'target') !== top) break;
    const key = child(parent, 'val');
    if (key.typename !== 'Literal') break;
    keys.push(String(key['value']));
    top = parent;
  }
  return { keys, top };
}

const asking = new Set(['defined', 'undefined']);
const defaulting = new Set(['default', 'd', 'mandatory']);

function isGuarded(top: AnyNode, name: string, ancestors: readonly AnyNode[]): boolean {
  let inner = top;
  for (let index = ancestors.length - 1; index >= 0; index -= 1) {
    const parent = ancestors[index];
    if (parent === undefined) break;
    if ((inner === top && isDirectGuard(parent, inner)) || guardsBranch(parent, inner, name)) return true;
    inner = parent;
  }
  return false;
}

/** `x is defined`, `x | default(...)`. */
function isDirectGuard(parent: AnyNode, inner: AnyNode): boolean {
  if (parent.typename === 'Test')
    return child(parent, 'subject') === inner && asking.has(text(child(parent, 'name')));
  if (parent.typename !== 'Filter') return false;
  return child(parent, 'input') === inner && defaulting.has(text(child(parent, 'name')));
}

/** Whether `parent` runs `inner` only when the name is defined: `x is defined and ...`, `{% if x is defined %}`. */
function guardsBranch(parent: AnyNode, inner: AnyNode, name: string): boolean {
  switch (parent.typename) {
    case 'And':
      return child(parent, 'right') === inner && provesDefined(child(parent, 'left'), name, true);
    case 'Or':
      return child(parent, 'right') === inner && provesDefined(child(parent, 'left'), name, false);
    case 'If':
    case 'InlineIf':
      if (child(parent, 'cond') === inner) return false;
      return provesDefined(child(parent, 'cond'), name, child(parent, 'body') === inner);
    case 'For': {
      const filter = parent['filter'];
      return typeof filter === 'object' && filter !== null && child(parent, 'body') === inner
        ? provesDefined(filter as AnyNode, name, true)
        : false;
    }
    default:
      return false;
  }
}

/** Whether the condition being `outcome` means that the name is defined. */
function provesDefined(condition: AnyNode, name: string, outcome: boolean): boolean {
  switch (condition.typename) {
    case 'Not':
      return provesDefined(child(condition, 'target'), name, !outcome);
    case 'And':
      return outcome && sides(condition).some((side) => provesDefined(side, name, true));
    case 'Or':
      return !outcome && sides(condition).some((side) => provesDefined(side, name, false));
    case 'Test': {
      const test = text(child(condition, 'name'));
      return (
        asking.has(test) && (test === 'defined') === outcome && rootName(child(condition, 'subject')) === name
      );
    }
    case 'Filter': {
      // `x | default(false)` that is true was defined.
      const isDefault = defaulting.has(text(child(condition, 'name')));
      return (
        outcome &&
        isDefault &&
        children(child(condition, 'args')).length > 0 &&
        rootName(child(condition, 'input')) === name
      );
    }
    default:
      return false;
  }
}

function sides(node: AnyNode): readonly AnyNode[] {
  return [child(node, 'left'), child(node, 'right')];
}

function rootName(node: AnyNode): string | undefined {
  if (node.typename === 'Symbol') return text(node);
  return node.typename === 'Member' ? rootName(child(node, 'target')) : undefined;
}
