/** Statements of Jinja2 (jinja2/parser.py) on nunjucks' Parser. */
import { TemplateFault, type Source } from '../fault.js';
import { ExpressionParser } from './expression-parser.js';
import { JinjaTokenizer, type JinjaLexerOptions } from './lexer.js';
import { nodes, children } from './nodes.js';
import type { ListNode, Node, Token } from './nunjucks.js';

/** Tags of nunjucks, of Jinja2's extensions and of other dialects, each with what to write instead. */
const unsupported: Readonly<Record<string, string>> = {
  break: 'Filter the loop instead: {% for item in list if condition %}.',
  continue: 'Filter the loop instead: {% for item in list if condition %}.',
  trans: 'Translations are not part of playbooks; write the text itself.',
  autoescape: 'Nothing is escaped here; use the filter "e" where markup is wanted.',
  debug: 'Use the debug module.',
  switch: 'That is nunjucks; write {% if %} with {% elif %}.',
  asyncEach: 'That is nunjucks; write {% for %}.',
  asyncAll: 'That is nunjucks; write {% for %}.',
  ifAsync: 'That is nunjucks; write {% if %}.',
  elseif: 'Write {% elif %}.',
};

class JinjaParser extends ExpressionParser {
  /** Tags that are open where parsing is, the innermost last. */
  readonly openTags: Token[] = [];

  override parseStatement(): Node | null {
    const tag = this.peek();
    if (tag.type !== 'symbol') this.failAt(tag, `The name of a tag was expected, not "${tag.value}".`);
    if (this.breakOnBlocks?.includes(tag.value) === true) return null;
    this.openTags.push(tag);
    const node = this.statement(tag);
    this.openTags.pop();
    return node;
  }

  private statement(tag: Token): Node {
    switch (tag.value) {
      case 'raw':
        return this.parseRaw();
      case 'if':
        return this.parseIf();
      case 'for':
        return this.parseFor();
      case 'set':
        return this.parseSet();
      case 'with':
        return this.parseWith();
      case 'do':
        return this.parseDo();
      case 'filter':
        return this.parseFilterStatement();
      case 'macro':
        return this.parseMacro();
      case 'call':
        return this.parseCall();
      case 'block':
        return this.parseBlock();
      case 'extends':
        return this.parseExtends();
      case 'include':
        return this.parseInclude();
      case 'import':
        return this.parseImport();
      case 'from':
        return this.parseFrom();
      default:
        return this.unknownTag(tag);
    }
  }

  private unknownTag(tag: Token): never {
    const instead = unsupported[tag.value];
    if (instead !== undefined) this.failAt(tag, `The tag "${tag.value}" is not supported. ${instead}`);
    if (/^(end|el)/.test(tag.value)) {
      const inner = this.openTags.at(-2);
      const open =
        inner === undefined
          ? 'no tag is open'
          : `the open tag is "${inner.value}" of line ${inner.lineno + 1}`;
      const meant = /^else?if$/.test(tag.value)
        ? ' Write "elif".'
        : inner === undefined
          ? ''
          : ` Write "end${inner.value}" to close it.`;
      this.failAt(tag, `The tag "${tag.value}" does not fit here: ${open}.${meant}`);
    }
    return this.failAt(tag, `There is no tag "${tag.value}".`);
  }

  /** The rest of a tag: `%}`. */
  private close(tag: string): void {
    const token = this.next();
    if (token.type !== 'block-end')
      this.failAt(
        token,
        `Expected the end of the tag "${tag}", found "${token.value}".${tag === 'else' ? ' "Else if" is written "elif".' : ''}`,
      );
    if (token.value.startsWith('-')) this.dropLeadingWhitespace = true;
  }

  /** Reads up to one of the tags named, and leaves its name as the next token. */
  private body(...ends: readonly string[]): ListNode {
    const body = this.parseUntilBlocks(...ends);
    if (this.peekToken() === null) {
      const tag = this.openTags.at(-1) ?? this.peek();
      this.failAt(
        tag,
        `The tag "${tag.value}" is not closed: ${ends.map((name) => `{% ${name} %}`).join(' or ')} is missing.`,
      );
    }
    return body;
  }

  private parseIf(): Node {
    const tag = this.next();
    const condition = this.parseTuple(['block-end'], false);
    this.close(tag.value);
    const body = this.body('elif', 'else', 'endif');
    let otherwise: Node | null = null;
    if (this.peek().value === 'elif') otherwise = this.parseIf();
    else if (this.skipSymbol('else')) {
      this.close('else');
      otherwise = this.body('endif');
      this.next();
      this.close('endif');
    } else {
      this.next();
      this.close('endif');
    }
    return new nodes.If(tag.lineno, tag.colno, condition, body, otherwise);
  }

  override parseFor(): Node {
    const tag = this.next();
    const target = this.parseTarget(['in']);
    if (!this.skipSymbol('in')) this.failAt(this.peek(), 'Expected "in" in the tag "for".');
    const list = this.parseTupleWithoutIf();
    const filter = this.skipSymbol('if') ? this.parseExpression() : null;
    const recursive = this.skipSymbol('recursive');
    this.close('for');
    const body = this.body('else', 'endfor');
    let otherwise: Node | null = null;
    if (this.skipSymbol('else')) {
      this.close('else');
      otherwise = this.body('endfor');
    }
    this.next();
    this.close('endfor');
    return new nodes.For(tag.lineno, tag.colno, list, target, filter, body, otherwise, recursive);
  }

  /** What a loop runs over: an `if` after it is the loop's filter, not an inline if. */
  private parseTupleWithoutIf(): Node {
    return this.parseTuple(['block-end'], false, () => this.parseOr());
  }

  /** A name, `ns.name`, or names with commas and parentheses. */
  private parseTarget(stops: readonly string[]): Node {
    const start = this.peek();
    const items: Node[] = [];
    let isTuple = false;
    for (;;) {
      const token = this.peek();
      if (token.type !== 'symbol' && token.type !== 'left-paren') break;
      if (token.type === 'symbol' && stops.includes(token.value)) break;
      items.push(this.parseTargetItem());
      if (!this.skip('comma')) break;
      isTuple = true;
    }
    const [only] = items;
    if (only === undefined) this.failAt(start, `The name of a variable was expected, not "${start.value}".`);
    return isTuple ? new nodes.Tuple(start.lineno, start.colno, items) : only;
  }

  private parseTargetItem(): Node {
    if (this.skip('left-paren')) {
      const inner = this.parseTarget([]);
      this.demand('right-paren', '")"');
      return inner;
    }
    const name = this.demand('symbol', 'a name');
    if (/^([Tt]rue|[Ff]alse|[Nn]one)$/.test(name.value))
      this.failAt(name, `"${name.value}" cannot be assigned to.`);
    const symbol = new nodes.Symbol(name.lineno, name.colno, name.value);
    if (!this.skipValue('operator', '.')) return symbol;
    const attribute = this.demand('symbol', 'a name');
    const key = new nodes.Literal(attribute.lineno, attribute.colno, attribute.value);
    return new nodes.Member(attribute.lineno, attribute.colno, symbol, key, true);
  }

  override parseSet(): Node {
    const tag = this.next();
    const target = this.parseTarget([]);
    if (this.skipValue('operator', '=')) {
      const value = this.parseTuple(['block-end'], false);
      this.close('set');
      return new nodes.Set(tag.lineno, tag.colno, target, value);
    }
    let filtered = (body: Node): Node => body;
    while (this.skip('pipe')) {
      const inner = filtered;
      const filter = this.parseFilterOf(new nodes.NodeList(tag.lineno, tag.colno, []));
      filtered = (body) => Object.assign(filter, { input: inner(body) });
    }
    this.close('set');
    const body = this.body('endset');
    this.next();
    this.close('endset');
    return new nodes.Set(
      tag.lineno,
      tag.colno,
      target,
      filtered(new nodes.Capture(tag.lineno, tag.colno, body)),
    );
  }

  private parseWith(): Node {
    const tag = this.next();
    const targets: Node[] = [];
    const values: Node[] = [];
    while (this.peek().type !== 'block-end') {
      if (targets.length > 0) this.demand('comma', '","');
      targets.push(this.parseTargetItem());
      if (!this.skipValue('operator', '=')) this.failAt(this.peek(), 'Expected "=" in the tag "with".');
      values.push(this.parseExpression());
    }
    this.close('with');
    const body = this.body('endwith');
    this.next();
    this.close('endwith');
    return new nodes.With(tag.lineno, tag.colno, targets, values, body);
  }

  private parseDo(): Node {
    const tag = this.next();
    const value = this.parseTuple(['block-end'], false);
    this.close('do');
    return new nodes.Do(tag.lineno, tag.colno, value);
  }

  private parseFilterStatement(): Node {
    const tag = this.next();
    const body = new nodes.Capture(tag.lineno, tag.colno, null);
    let filtered = this.parseFilterOf(body);
    while (this.skip('pipe')) filtered = this.parseFilterOf(filtered);
    this.close('filter');
    Object.assign(body, { body: this.body('endfilter') });
    this.next();
    this.close('endfilter');
    return new nodes.StatementOutput(tag.lineno, tag.colno, [filtered]);
  }

  /** `(a, b=1)` of a macro or a call block. */
  private parseParameters(): Node {
    const open = this.demand('left-paren', '"("');
    const parameters: Node[] = [];
    while (this.peek().type !== 'right-paren') {
      if (parameters.length > 0) this.demand('comma', '","');
      const name = this.demand('symbol', 'the name of a parameter');
      const value = this.skipValue('operator', '=') ? this.parseExpression() : null;
      // A parameter with a default has two children: its name and the default.
      if (value === null && children(parameters.at(-1) ?? open0).length > 1) {
        this.failAt(name, 'A parameter without a default cannot follow one with a default.');
      }
      const symbol = new nodes.Symbol(name.lineno, name.colno, name.value);
      parameters.push(
        new nodes.NodeList(name.lineno, name.colno, value === null ? [symbol] : [symbol, value]),
      );
    }
    this.next();
    return new nodes.NodeList(open.lineno, open.colno, parameters);
  }

  override parseMacro(): Node {
    const tag = this.next();
    const name = this.demand('symbol', 'the name of the macro');
    const symbol = new nodes.Symbol(name.lineno, name.colno, name.value);
    const parameters = this.parseParameters();
    this.close('macro');
    const body = this.body('endmacro');
    this.next();
    this.close('endmacro');
    return new nodes.Macro(tag.lineno, tag.colno, symbol, parameters, body);
  }

  override parseCall(): Node {
    const tag = this.next();
    const parameters =
      this.peek().type === 'left-paren'
        ? this.parseParameters()
        : new nodes.NodeList(tag.lineno, tag.colno, []);
    const called = this.parsePrimary();
    if (called.typename !== 'FunCall') this.failAt(tag, 'The tag "call" needs the call of a macro.');
    this.close('call');
    const body = this.body('endcall');
    this.next();
    this.close('endcall');
    const name = new nodes.Symbol(tag.lineno, tag.colno, 'caller');
    const caller = new nodes.Caller(tag.lineno, tag.colno, name, parameters, body);
    return new nodes.StatementOutput(tag.lineno, tag.colno, [Object.assign(called, { caller })]);
  }

  override parseBlock(): Node {
    const tag = this.next();
    const name = this.demand('symbol', 'the name of the block');
    const symbol = new nodes.Symbol(name.lineno, name.colno, name.value);
    const scoped = this.skipSymbol('scoped');
    if (this.skipSymbol('required')) this.failAt(tag, 'Blocks with "required" are not supported.');
    this.close('block');
    const body = this.body('endblock');
    this.next();
    const again = this.peek();
    if (again.type === 'symbol' && !this.skipSymbol(name.value)) {
      this.failAt(again, `The tag "endblock" names "${again.value}", but the block is "${name.value}".`);
    }
    this.close('endblock');
    return new nodes.Block(tag.lineno, tag.colno, symbol, body, scoped);
  }

  private parseExtends(): Node {
    const tag = this.next();
    const template = this.parseExpression();
    this.close('extends');
    return new nodes.Extends(tag.lineno, tag.colno, template);
  }

  override parseInclude(): Node {
    const tag = this.next();
    const template = this.parseExpression();
    let ignoreMissing = false;
    if (this.skipSymbol('ignore')) {
      if (!this.skipSymbol('missing')) this.failAt(this.peek(), 'Expected "missing" after "ignore".');
      ignoreMissing = true;
    }
    const withContext = this.parseWithContext() ?? true;
    this.close('include');
    return new nodes.Include(tag.lineno, tag.colno, template, ignoreMissing, withContext);
  }

  override parseImport(): Node {
    const tag = this.next();
    const template = this.parseExpression();
    if (!this.skipSymbol('as')) this.failAt(this.peek(), 'Expected "as" in the tag "import".');
    const name = this.demand('symbol', 'a name');
    const withContext = this.parseWithContext() ?? false;
    this.close('import');
    const target = new nodes.Symbol(name.lineno, name.colno, name.value);
    return new nodes.Import(tag.lineno, tag.colno, template, target, withContext);
  }

  override parseFrom(): Node {
    const tag = this.next();
    const template = this.parseExpression();
    if (!this.skipSymbol('import')) this.failAt(this.peek(), 'Expected "import" in the tag "from".');
    const names: Node[] = [];
    let withContext: boolean | null = null;
    while (this.peek().type !== 'block-end') {
      if (names.length > 0) {
        this.demand('comma', '","');
        withContext = this.parseWithContext();
        if (withContext !== null) break;
      }
      const name = this.demand('symbol', 'a name');
      if (name.value.startsWith('_')) this.failAt(name, 'Names that start with "_" cannot be imported.');
      const alias = this.skipSymbol('as') ? this.demand('symbol', 'a name') : name;
      const key = new nodes.Symbol(name.lineno, name.colno, name.value);
      names.push(
        new nodes.Pair(
          name.lineno,
          name.colno,
          key,
          new nodes.Symbol(alias.lineno, alias.colno, alias.value),
        ),
      );
      withContext = this.parseWithContext();
      if (withContext !== null) break;
    }
    if (names.length === 0) this.failAt(tag, 'The tag "from" imports no name.');
    this.close('from');
    const list = new nodes.NodeList(tag.lineno, tag.colno, names);
    return new nodes.FromImport(tag.lineno, tag.colno, template, list, withContext ?? false);
  }

  override parseRaw(): Node {
    const tag = this.next();
    this.close('raw');
    const { tokens } = this;
    const { BLOCK_START, BLOCK_END } = tokens.tags;
    const end = new RegExp(`${escaped(BLOCK_START)}([-+]?)\\s*endraw\\s*([-+]?)${escaped(BLOCK_END)}`);
    const rest = tokens.str.slice(tokens.index);
    const found = end.exec(rest);
    if (found === null) this.failAt(tag, 'The tag "raw" is not closed: {% endraw %} is missing.');
    let data = rest.slice(0, found.index);
    tokens.forwardN(found.index + found[0].length);
    if (this.dropLeadingWhitespace) data = data.trimStart();
    if (found[1] === '-') data = data.trimEnd();
    else if (tokens.lstripBlocks && found[1] !== '+') data = data.replace(/(^|\n)[^\S\n]+$/, '$1');
    this.dropLeadingWhitespace = found[2] === '-';
    if (tokens.trimBlocks && found[2] === '' && tokens.current() === '\n') tokens.forward();
    return new nodes.Output(tag.lineno, tag.colno, [new nodes.TemplateData(tag.lineno, tag.colno, data)]);
  }

  /** A bare expression up to the end of the text. */
  parseBare(): Node {
    const value = this.parseExpression();
    const rest = this.peek();
    if (rest.type === 'end') return value;
    return this.failAfter(rest);
  }

  /** nunjucks calls this at the end of each {{ }}. */
  protected advanceAfterVariableEnd(): void {
    const end = this.next();
    if (end.type !== 'variable-end') this.failAfter(end);
    this.dropLeadingWhitespace = end.value.startsWith('-');
  }

  private failAfter(token: Token): never {
    const meant = token.value === '=' ? ' To compare two values write "==".' : '';
    return this.failAt(token, `"${token.value}" was not expected after the expression.${meant}`);
  }
}

const open0: Node = new nodes.NodeList(0, 0, []);

function escaped(literal: string): string {
  return literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** How a text is read. */
export type Kind = 'file' | 'argument' | 'expression';

/** Parses a text; throws TemplateFault with the code TEMPLATE_SYNTAX. */
export function parse(source: Source, kind: Kind, options: JinjaLexerOptions): ListNode {
  const parser = new JinjaParser(new JinjaTokenizer(source, { ...options, bare: kind === 'expression' }));
  try {
    if (kind === 'expression') {
      const value = parser.parseBare();
      return resultOf(value);
    }
    const root = parser.parseAsRoot();
    const [only] = root.children;
    if (kind === 'argument' && root.children.length === 1 && only?.typename === 'Output') {
      const [value] = children(only);
      if (value !== undefined && value.typename !== 'TemplateData') {
        return resultOf(value);
      }
    }
    return root;
  } catch (error) {
    throw syntaxFault(error, source, parser);
  }
}

/** A tree with one value. */
function resultOf(value: Node): ListNode {
  return new nodes.Root(0, 0, [new nodes.Result(value.lineno, value.colno, value)]) as Node as ListNode;
}

function syntaxFault(error: unknown, source: Source, parser: JinjaParser): unknown {
  if (error instanceof TemplateFault || !(error instanceof Error)) return error;
  const { message, lineno, colno } = error as Error & { lineno?: number; colno?: number };
  const tag = parser.openTags.at(-1);
  const at = {
    source,
    line: lineno === undefined ? (tag?.lineno ?? 0) : lineno - 1,
    column: colno === undefined ? (tag?.colno ?? 0) : colno - 1,
  };
  if (error instanceof RangeError || error.name === 'TypeError') {
    return new TemplateFault('TEMPLATE_INTERNAL', message, undefined, at);
  }
  return new TemplateFault('TEMPLATE_SYNTAX', message.replace(/^\(unknown path\).*\n\s*/, ''), undefined, at);
}
