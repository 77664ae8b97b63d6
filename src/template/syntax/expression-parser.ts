/**
 * Expressions, after jinja2/parser.py: its precedence, slices, tuples, tests with arguments, chained
 * comparisons, keyword arguments and unpacking, on nunjucks' Parser and nodes.
 */
import { ParserBase, type Node, type Token } from './nunjucks.js';
import { nodes } from './nodes.js';

const end: Token = { type: 'end', value: '', lineno: 0, colno: 0 };
const comparisons = new Set(['==', '!=', '<', '>', '<=', '>=']);
const binary = {
  '+': nodes.Add,
  '-': nodes.Sub,
  '*': nodes.Mul,
  '/': nodes.Div,
  '//': nodes.FloorDiv,
  '%': nodes.Mod,
} as const;
/** Words that cannot start an expression. */
const reserved = new Set(['else', 'or', 'and', 'is', 'in', 'not', 'if']);
const argumentStarts = new Set([
  'symbol',
  'string',
  'int',
  'float',
  'left-paren',
  'left-bracket',
  'left-curly',
]);

export class ExpressionParser extends ParserBase {
  protected peek(): Token {
    return this.peekToken() ?? end;
  }

  protected next(): Token {
    return this.nextToken() ?? end;
  }

  protected failAt(token: Token, message: string): never {
    return this.fail(message, token.lineno, token.colno);
  }

  protected unexpected(token: Token): never {
    const what = token.type === 'end' ? 'the end of the expression' : `"${token.value}"`;
    const meant = token.value === '=' ? ' To compare two values write "==".' : '';
    return this.failAt(token, `An expression was expected, not ${what}.${meant}`);
  }

  protected demand(type: string, what: string): Token {
    const token = this.next();
    if (token.type !== type) {
      const found = token.type === 'end' ? 'the end' : `"${token.value}"`;
      const meant = token.value === '|' ? ' For "or" write "or": a single "|" is for filters.' : '';
      this.failAt(token, `Expected ${what}, found ${found}.${meant}`);
    }
    return token;
  }

  private isSymbol(value: string): boolean {
    const token = this.peek();
    return token.type === 'symbol' && token.value === value;
  }

  private isOperator(...values: readonly string[]): boolean {
    const token = this.peek();
    return token.type === 'operator' && values.includes(token.value);
  }

  override parseExpression(): Node {
    let node = this.parseOr();
    while (this.skipSymbol('if')) {
      const condition = this.parseOr();
      const otherwise = this.skipSymbol('else') ? this.parseExpression() : null;
      node = new nodes.InlineIf(node.lineno, node.colno, condition, node, otherwise);
    }
    return node;
  }

  protected parseOr(): Node {
    let left = this.parseAnd();
    while (this.skipSymbol('or')) left = new nodes.Or(left.lineno, left.colno, left, this.parseAnd());
    return left;
  }

  private parseAnd(): Node {
    let left = this.parseNot();
    while (this.skipSymbol('and')) left = new nodes.And(left.lineno, left.colno, left, this.parseNot());
    return left;
  }

  private parseNot(): Node {
    const token = this.peek();
    if (this.skipSymbol('not')) return new nodes.Not(token.lineno, token.colno, this.parseNot());
    return this.parseComparison();
  }

  private parseComparison(): Node {
    const first = this.parseSum();
    const operands: Node[] = [];
    for (;;) {
      const token = this.peek();
      let operator: string | undefined;
      if (token.type === 'operator' && comparisons.has(token.value)) operator = token.value;
      else if (token.type === 'symbol' && token.value === 'in') operator = 'in';
      else if (token.type === 'symbol' && token.value === 'not') operator = 'not in';
      if (operator === undefined) break;
      this.next();
      if (operator === 'not in' && !this.skipSymbol('in'))
        this.failAt(this.peek(), 'Expected "in" after "not".');
      operands.push(new nodes.CompareOperand(token.lineno, token.colno, this.parseSum(), operator));
    }
    if (operands.length === 0) return first;
    return new nodes.Compare(first.lineno, first.colno, first, operands);
  }

  private chain(operators: readonly (keyof typeof binary)[], operand: () => Node): Node {
    let left = operand();
    while (this.isOperator(...operators)) {
      const token = this.next();
      left = new binary[token.value as keyof typeof binary](token.lineno, token.colno, left, operand());
    }
    return left;
  }

  private parseSum(): Node {
    return this.chain(['+', '-'], () => this.parseConcatenation());
  }

  private parseConcatenation(): Node {
    let left = this.parseProduct();
    while (this.peek().type === 'tilde') {
      const token = this.next();
      left = new nodes.Concat(token.lineno, token.colno, left, this.parseProduct());
    }
    return left;
  }

  private parseProduct(): Node {
    return this.chain(['*', '/', '//', '%'], () => this.parsePower());
  }

  private parsePower(): Node {
    let left = this.parseSigned(true);
    while (this.isOperator('**')) {
      const token = this.next();
      left = new nodes.Pow(token.lineno, token.colno, left, this.parseSigned(true));
    }
    return left;
  }

  private parseSigned(withFilters: boolean): Node {
    const token = this.peek();
    let node: Node;
    if (this.skipValue('operator', '-'))
      node = new nodes.Neg(token.lineno, token.colno, this.parseSigned(false));
    else if (this.skipValue('operator', '+'))
      node = new nodes.Pos(token.lineno, token.colno, this.parseSigned(false));
    else node = this.parsePrimary(true);
    node = this.parsePostfixes(node);
    return withFilters ? this.parseFiltersAndTests(node) : node;
  }

  override parsePrimary(noPostfix = false): Node {
    const node = this.parseAtom();
    return noPostfix ? node : this.parsePostfixes(node);
  }

  private parseAtom(): Node {
    const token = this.next();
    const { lineno, colno } = token;
    switch (token.type) {
      case 'symbol':
        if (/^([Tt]rue|[Ff]alse)$/.test(token.value))
          return new nodes.Literal(lineno, colno, /^[Tt]/.test(token.value));
        if (/^[Nn]one$/.test(token.value)) return new nodes.Literal(lineno, colno, null);
        if (reserved.has(token.value)) this.unexpected(token);
        return new nodes.Symbol(lineno, colno, token.value);
      case 'string': {
        let value = token.value;
        while (this.peek().type === 'string') value += this.next().value;
        return new nodes.Literal(lineno, colno, value);
      }
      case 'int': {
        const value = Number(token.value);
        if (!Number.isSafeInteger(value)) this.failAt(token, 'This whole number is larger than 2^53 - 1.');
        return new nodes.Literal(lineno, colno, value);
      }
      case 'float':
        return new nodes.Float(lineno, colno, Number(token.value));
      case 'left-paren': {
        const node = this.parseTuple(['right-paren'], true);
        this.demand('right-paren', '")"');
        return node;
      }
      case 'left-bracket':
        return new nodes.List(
          lineno,
          colno,
          this.parseItems('right-bracket', () => this.parseExpression()),
        );
      case 'left-curly':
        return new nodes.Dict(
          lineno,
          colno,
          this.parseItems('right-curly', () => this.parsePair()),
        );
      default:
        return this.unexpected(token);
    }
  }

  private parsePair(): Node {
    const key = this.parseExpression();
    this.demand('colon', '":" after the key');
    return new nodes.Pair(key.lineno, key.colno, key, this.parseExpression());
  }

  private parseItems(close: string, item: () => Node): Node[] {
    const items: Node[] = [];
    while (this.peek().type !== close) {
      if (items.length > 0) this.demand('comma', '","');
      if (this.peek().type === close) break;
      items.push(item());
    }
    this.next();
    return items;
  }

  /** One expression, or several with commas between them: a tuple. */
  protected parseTuple(
    ends: readonly string[],
    emptyAllowed: boolean,
    item = () => this.parseExpression(),
  ): Node {
    const start = this.peek();
    const items: Node[] = [];
    let isTuple = false;
    for (;;) {
      const token = this.peek();
      if (ends.includes(token.type) || (token.type === 'symbol' && token.value === 'in')) break;
      items.push(item());
      if (!this.skip('comma')) break;
      isTuple = true;
    }
    const [only] = items;
    if (!isTuple && only !== undefined) return only;
    if (items.length === 0 && !emptyAllowed) this.unexpected(start);
    return new nodes.Tuple(start.lineno, start.colno, items);
  }

  private parsePostfixes(start: Node): Node {
    let node = start;
    for (;;) {
      const token = this.peek();
      if (token.type === 'left-paren') node = this.parseCallOf(node);
      else if (token.type === 'left-bracket') node = this.parseSubscript(node);
      else if (token.type === 'operator' && token.value === '.') node = this.parseAttribute(node);
      else return node;
    }
  }

  private parseAttribute(target: Node): Node {
    const dot = this.next();
    const token = this.next();
    if (token.type !== 'symbol' && token.type !== 'int') {
      this.failAt(token, `Expected a name or a number after ".", found "${token.value}".`);
    }
    const isName = token.type === 'symbol';
    const key = new nodes.Literal(token.lineno, token.colno, isName ? token.value : Number(token.value));
    return new nodes.Member(
      isName ? token.lineno : dot.lineno,
      isName ? token.colno : dot.colno,
      target,
      key,
      isName,
    );
  }

  private parseSubscript(target: Node): Node {
    const open = this.next();
    const key = this.parseSliceOrKey();
    this.demand('right-bracket', '"]"');
    return new nodes.Member(open.lineno, open.colno, target, key, false);
  }

  private parseSliceOrKey(): Node {
    const token = this.peek();
    let start: Node | null = null;
    if (token.type !== 'colon') {
      start = this.parseExpression();
      if (this.peek().type !== 'colon') return start;
    }
    this.next();
    const part = (): Node | null =>
      this.peek().type === 'colon' || this.peek().type === 'right-bracket' ? null : this.parseExpression();
    const stop = part();
    const step = this.skip('colon') ? part() : null;
    return new nodes.Slice(token.lineno, token.colno, start, stop, step);
  }

  private parseCallOf(callee: Node): Node {
    return new nodes.FunCall(callee.lineno, callee.colno, callee, this.parseArguments());
  }

  /** `(a, b=1, *list, **mapping)` as a NodeList whose last child may be KeywordArgs. */
  protected parseArguments(): Node {
    const open = this.demand('left-paren', '"("');
    const items: Node[] = [];
    const keywords: Node[] = [];
    let first = true;
    while (this.peek().type !== 'right-paren') {
      if (!first) {
        this.demand('comma', '"," or ")"');
        if (this.peek().type === 'right-paren') break;
      }
      first = false;
      const token = this.peek();
      if (this.skipValue('operator', '*')) {
        items.push(new nodes.Spread(token.lineno, token.colno, this.parseExpression()));
      } else if (this.skipValue('operator', '**')) {
        keywords.push(new nodes.KeywordSpread(token.lineno, token.colno, this.parseExpression()));
      } else {
        const item = this.parseExpression();
        if (this.skipValue('operator', '=')) {
          if (item.typename !== 'Symbol') this.failAt(token, 'Expected a name before "=".');
          keywords.push(new nodes.Pair(item.lineno, item.colno, item, this.parseExpression()));
        } else {
          if (keywords.length > 0)
            this.failAt(token, 'A positional argument cannot follow a keyword argument.');
          items.push(item);
        }
      }
    }
    this.next();
    if (keywords.length > 0) items.push(new nodes.KeywordArgs(open.lineno, open.colno, keywords));
    return new nodes.NodeList(open.lineno, open.colno, items);
  }

  private parseFiltersAndTests(start: Node): Node {
    let node = start;
    for (;;) {
      if (this.skip('pipe')) node = this.parseFilterOf(node);
      else if (this.isSymbol('is')) node = this.parseTestOf(node);
      else if (this.peek().type === 'left-paren') node = this.parseCallOf(node);
      else return node;
    }
  }

  protected parseFilterOf(input: Node): Node {
    const name = this.parseName();
    const found: Node = this.peek().type === 'left-paren' ? this.parseArguments() : emptyList(name);
    return new nodes.Filter(name.lineno, name.colno, input, name, found);
  }

  /** The name of a filter or test; names like `ansible.builtin.bool` lose the collection that is built in. */
  private parseName(): Node {
    const first = this.demand('symbol', 'a name');
    let name = first.value;
    while (this.skipValue('operator', '.')) name += `.${this.demand('symbol', 'a name').value}`;
    return new nodes.Symbol(first.lineno, first.colno, name.replace(/^ansible\.(builtin|legacy)\./, ''));
  }

  private parseTestOf(subject: Node): Node {
    this.next();
    const negated = this.skipSymbol('not');
    const name = this.parseName();
    let found: Node = emptyList(name);
    const token = this.peek();
    if (token.type === 'left-paren') found = this.parseArguments();
    else if (
      argumentStarts.has(token.type) &&
      !(token.type === 'symbol' && (reserved.has(token.value) || token.value === 'recursive'))
    ) {
      found = new nodes.NodeList(token.lineno, token.colno, [this.parsePostfixes(this.parseAtom())]);
    } else if (token.type === 'symbol' && token.value === 'is') {
      this.failAt(token, 'Tests cannot be chained with "is"; write "and".');
    }
    const test = new nodes.Test(name.lineno, name.colno, subject, name, found);
    return negated ? new nodes.Not(name.lineno, name.colno, test) : test;
  }
}

function emptyList(at: Node): Node {
  return new nodes.NodeList(at.lineno, at.colno, []);
}
