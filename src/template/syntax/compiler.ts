/**
 * nunjucks' Compiler, whose generated code calls the operations of Jinja2 (operations.ts, `$` in the code)
 * instead of JavaScript's operators. Nothing that a template says gets into the code unquoted: names and
 * texts are JSON strings, and the lexer only lets identifiers be names.
 */
import { mayBeTemplate } from '../runtime/evaluation.js';
import type { Position, Source } from '../fault.js';
import { LOOKUP_CALLS } from '../runtime/lookup-table.js';
import { child, children, below, nodeArray, optionalChild, text } from './nodes.js';
import { CompilerBase, type AnyNode, type Node } from './nunjucks.js';

const quoted = (value: unknown): string => JSON.stringify(value);

/** Code with nodes in it, in order. */
function code(parts: TemplateStringsArray, ...values: readonly (string | Node)[]): (string | Node)[] {
  return parts.flatMap((part, index) => {
    const value = values[index];
    return value === undefined ? [part] : [part, value];
  });
}

/** How a template writes an expression, short, for messages: `a.b[0]`; empty when it is not a plain path. */
function pathText(node: Node): string {
  if (node.typename === 'Symbol') return text(node);
  if (node.typename !== 'Member') return '';
  const target = pathText(child(node, 'target'));
  const key = child(node, 'val');
  if (target === '' || key.typename !== 'Literal') return '';
  const value = key['value'];
  return (node as AnyNode)['dotted'] === true ? `${target}.${String(value)}` : `${target}[${quoted(value)}]`;
}

export class JinjaCompiler extends CompilerBase {
  /** Places in the template that the code names by their index: `p[3]`. */
  readonly positions: Position[] = [];
  private currentBlock: string | undefined;
  /** Within the terms of a lookup, whose constant texts may be templates. */
  private inLookup = false;

  constructor(
    name: string,
    private readonly source: Source,
  ) {
    super(name, false);
  }

  override _emitFuncBegin(node: Node, name: string): void {
    super._emitFuncBegin(node, name);
    this._emitLine('var $ = env.operations;');
    this.currentBlock = name.startsWith('b_') ? name.slice(2) : undefined;
  }

  private at(node: Node): string {
    this.positions.push({ source: this.source, line: node.lineno, column: node.colno });
    return `p[${this.positions.length - 1}]`;
  }

  /** Emits code made of text and of nodes that compile to expressions. */
  private write(pieces: readonly (string | Node)[]): void {
    for (const piece of pieces) {
      if (typeof piece === 'string') this._emit(piece);
      else this.compile(piece, null);
    }
  }

  private list(nodes: readonly Node[]): void {
    nodes.forEach((node, index) => {
      if (index > 0) this._emit(', ');
      this.compile(node, null);
    });
  }

  /** A function that runs statements and returns what they print. */
  private printing(body: Node | undefined): void {
    if (body === undefined) {
      this._emit('null');
      return;
    }
    const { buffer } = this;
    this.buffer = 'output';
    this._emit('(function (frame) {\nvar output = "";\n');
    this.compile(body, null);
    this._emit('return output;\n})');
    this.buffer = buffer;
  }

  protected compileLiteral(node: Node): void {
    const { value } = node as AnyNode & { readonly value: unknown };
    if (this.inLookup && typeof value === 'string' && mayBeTemplate(value))
      this.write(code`$.constant(${quoted(value)})`);
    else this._emit(quoted(value));
  }

  protected compileTemplateData(node: Node): void {
    this.compileLiteral(node);
  }

  protected compileFloat(node: Node): void {
    this.write(code`$.float(${quoted((node as AnyNode)['value'])})`);
  }

  protected compileSymbol(node: Node): void {
    this.write(code`$.name(context, frame, ${quoted(text(node))}, ${this.at(node)})`);
  }

  protected compileMember(node: Node): void {
    const target = child(node, 'target');
    const key = child(node, 'val');
    if (key.typename === 'Slice') {
      const part = (name: string): Node | string => optionalChild(key, name) ?? 'undefined';
      this.write(
        code`$.slice(${target}, ${part('start')}, ${part('stop')}, ${part('step')}, ${this.at(node)})`,
      );
      return;
    }
    const dotted = quoted((node as AnyNode)['dotted']);
    this.write(code`$.member(${target}, ${key}, ${dotted}, ${this.at(node)}, ${quoted(pathText(target))})`);
  }

  protected compileArray(node: Node): void {
    this._emit('$.list([');
    this.list(children(node));
    this._emit('])');
  }

  protected compileTuple(node: Node): void {
    this._emit('$.tuple([');
    this.list(children(node));
    this._emit('])');
  }

  protected compileDict(node: Node): void {
    this._emit('$.mapping([');
    for (const pair of children(node)) this.write(code`[${child(pair, 'key')}, ${child(pair, 'value')}],`);
    this.write(code`], ${this.at(node)})`);
  }

  protected compileInlineIf(node: Node): void {
    const otherwise = optionalChild(node, 'else_');
    this.write(code`$.choose(${child(node, 'cond')}, () => ${child(node, 'body')}, `);
    if (otherwise === undefined) this._emit('null');
    else this.write(code`() => ${otherwise}`);
    this.write(code`, ${this.at(node)})`);
  }

  protected compileAnd(node: Node): void {
    this.write(code`$.and(${child(node, 'left')}, () => ${child(node, 'right')}, ${this.at(node)})`);
  }

  protected compileOr(node: Node): void {
    this.write(code`$.or(${child(node, 'left')}, () => ${child(node, 'right')}, ${this.at(node)})`);
  }

  protected compileNot(node: Node): void {
    this.write(code`$.not(${child(node, 'target')}, ${this.at(node)})`);
  }

  private binary(node: Node, operator: string): void {
    this.write(
      code`$.binary(${quoted(operator)}, ${child(node, 'left')}, ${child(node, 'right')}, ${this.at(node)})`,
    );
  }

  protected compileAdd(node: Node): void {
    this.binary(node, '+');
  }
  protected compileSub(node: Node): void {
    this.binary(node, '-');
  }
  protected compileMul(node: Node): void {
    this.binary(node, '*');
  }
  protected compileDiv(node: Node): void {
    this.binary(node, '/');
  }
  protected compileFloorDiv(node: Node): void {
    this.binary(node, '//');
  }
  protected compileMod(node: Node): void {
    this.binary(node, '%');
  }
  protected compilePow(node: Node): void {
    this.binary(node, '**');
  }
  protected compileNeg(node: Node): void {
    this.write(code`$.signed("-", ${child(node, 'target')}, ${this.at(node)})`);
  }
  protected compilePos(node: Node): void {
    this.write(code`$.signed("+", ${child(node, 'target')}, ${this.at(node)})`);
  }
  protected compileConcat(node: Node): void {
    this.write(code`$.concatenate(${child(node, 'left')}, ${child(node, 'right')}, ${this.at(node)})`);
  }

  protected compileCompare(node: Node): void {
    this.write(code`$.compare(${child(node, 'expr')}, [`);
    for (const operand of nodeArray(node, 'ops')) {
      this.write(code`[${quoted(operand['type'])}, () => ${child(operand, 'expr')}],`);
    }
    this.write(code`], ${this.at(node)})`);
  }

  /** `[positional...], {keywords}`; a call block adds its body as the keyword `caller`. */
  private callArguments(args: Node, caller?: Node): void {
    const all = children(args);
    const keywords = all.find((node) => node.typename === 'KeywordArgs');
    this._emit('[');
    for (const node of all) {
      if (node === keywords) continue;
      if (node.typename === 'Spread')
        this.write(code`...$.items(${child(node, 'value')}, ${this.at(node)}),`);
      else this.write(code`${node},`);
    }
    this._emit('], {');
    for (const node of keywords === undefined ? [] : children(keywords)) {
      if (node.typename === 'KeywordSpread')
        this.write(code`...$.keywords(${child(node, 'value')}, ${this.at(node)}),`);
      else this.write(code`[${quoted(text(child(node, 'key')))}]: ${child(node, 'value')},`);
    }
    if (caller !== undefined) this.write(code`caller: ${caller},`);
    this._emit('}');
  }

  private within(inLookup: boolean, work: () => void): void {
    const outer = this.inLookup;
    this.inLookup = inLookup;
    work();
    this.inLookup = outer;
  }

  protected compileFunCall(node: Node): void {
    const callee = child(node, 'name');
    if (callee.typename === 'Symbol' && text(callee) === 'super' && this.currentBlock !== undefined) {
      const name = this.currentBlock;
      this.write(code`$.superBlock(context, ${quoted(name)}, b_${name}, frame, ${this.at(node)})`);
      return;
    }
    // In a recursive loop `loop(...)` is a call and `loop.index` an attribute; the two are kept apart.
    if (callee.typename === 'Symbol' && text(callee) === 'loop') {
      this.write(code`$.call($.name(context, frame, " loop", ${this.at(callee)}), "loop", `);
    } else this.write(code`$.call(${callee}, ${quoted(pathText(callee))}, `);
    const isLookup = callee.typename === 'Symbol' && LOOKUP_CALLS.has(text(callee));
    this.within(isLookup, () => {
      this.callArguments(child(node, 'args'), optionalChild(node, 'caller'));
    });
    this.write(code`, ${this.at(node)})`);
  }

  protected compileFilter(node: Node): void {
    this.within(false, () => {
      this.write(code`$.filter(${quoted(text(child(node, 'name')))}, ${child(node, 'input')}, `);
      this.callArguments(child(node, 'args'));
    });
    this.write(code`, ${this.at(node)})`);
  }

  protected compileTest(node: Node): void {
    const subject = child(node, 'subject');
    this.write(code`$.test(${quoted(text(child(node, 'name')))}, ${subject}, `);
    this.callArguments(child(node, 'args'));
    this.write(code`, ${quoted(subject.typename === 'Symbol')}, ${this.at(node)})`);
  }

  protected compileCapture(node: Node): void {
    this.printing(child(node, 'body'));
    this._emit('(frame)');
  }

  protected compileResult(node: Node): void {
    this.write(code`output = ${child(node, 'value')};\n`);
  }

  protected compileOutput(node: Node): void {
    for (const item of children(node)) {
      if (item.typename === 'TemplateData') {
        if (text(item) !== '') this.write(code`${this.buffer} += ${item};\n`);
      } else this.write(code`${this.buffer} += $.print(${item}, ${this.at(item)});\n`);
    }
  }

  protected compileStatementOutput(node: Node): void {
    this.compileOutput(node);
  }

  protected compileIf(node: Node): void {
    const condition = child(node, 'cond');
    this.write(code`if ($.truth(${condition}, ${this.at(condition)})) {\n${child(node, 'body')}}\n`);
    const otherwise = optionalChild(node, 'else_');
    if (otherwise !== undefined) this.write(code`else {\n${otherwise}}\n`);
  }

  /** A target of an assignment as data: a name, or a list of targets. */
  private target(node: Node): string {
    if (node.typename === 'Tuple')
      return `{items: [${children(node)
        .map((item) => this.target(item))
        .join(', ')}]}`;
    if (node.typename === 'Member') {
      return quoted(`${text(child(node, 'target'))}.${text(child(node, 'val'))}`);
    }
    return quoted(text(node));
  }

  protected compileFor(node: Node): void {
    const list = child(node, 'arr');
    const filter = optionalChild(node, 'filter');
    this.write(
      code`${this.buffer} += $.loop(frame, ${list}, {target: ${this.target(child(node, 'name'))}, filter: `,
    );
    if (filter === undefined) this._emit('null');
    else this.write(code`(frame) => $.truth(${filter}, ${this.at(filter)})`);
    this._emit(', body: ');
    this.printing(child(node, 'body'));
    this._emit(', otherwise: ');
    this.printing(optionalChild(node, 'else_'));
    this.write(code`, recursive: ${quoted((node as AnyNode)['recursive'])}, at: ${this.at(list)}});\n`);
  }

  protected compileSet(node: Node): void {
    const target = child(node, 'target');
    this.write(
      code`$.assign(context, frame, ${this.target(target)}, ${child(node, 'value')}, ${this.at(target)});\n`,
    );
  }

  protected compileWith(node: Node): void {
    const values = nodeArray(node, 'values');
    this.write(code`${this.buffer} += $.scoped(frame, [`);
    nodeArray(node, 'targets').forEach((target, index) => {
      const value = values[index];
      if (value !== undefined) this.write(code`[${this.target(target)}, ${value}],`);
    });
    this._emit('], ');
    this.printing(child(node, 'body'));
    this._emit(');\n');
  }

  protected compileDo(node: Node): void {
    const value = child(node, 'value');
    this.write(code`$.use(${value}, ${this.at(value)});\n`);
  }

  private macro(node: Node, name: string): void {
    this.write(code`$.macro(${quoted(name)}, [`);
    for (const parameter of children(child(node, 'args'))) {
      const [symbol, fallback] = children(parameter);
      if (symbol === undefined) continue;
      this.write(code`[${quoted(text(symbol))}, `);
      if (fallback === undefined) this._emit('null');
      else this.write(code`(frame) => ${fallback}`);
      this._emit('],');
    }
    this._emit('], frame, ');
    this.printing(child(node, 'body'));
    this.write(code`, ${this.at(node)})`);
  }

  protected compileMacro(node: Node): void {
    const name = text(child(node, 'name'));
    this.write(code`$.assign(context, frame, ${quoted(name)}, `);
    this.macro(node, name);
    this.write(code`, ${this.at(node)});\n`);
  }

  protected compileCaller(node: Node): void {
    this.macro(node, 'caller');
  }

  protected compileBlock(node: Node): void {
    const name = quoted(text(child(node, 'name')));
    const isScoped = (node as AnyNode)['scoped'] === true;
    const runs = this.inBlock ? 'true' : '!parentTemplate';
    this.write(
      code`if (${runs}) ${this.buffer} += $.block(context, ${name}, ${isScoped ? 'frame' : 'null'});\n`,
    );
  }

  protected compileExtends(node: Node): void {
    this.write(code`parentTemplate = $.parent(context, ${child(node, 'template')}, ${this.at(node)});\n`);
  }

  protected compileInclude(node: Node): void {
    const options = quoted({
      ignoreMissing: (node as AnyNode)['ignoreMissing'],
      withContext: (node as AnyNode)['withContext'],
    });
    this.write(
      code`${this.buffer} += $.include(context, frame, ${child(node, 'template')}, ${options}, ${this.at(node)});\n`,
    );
  }

  private imported(node: Node): void {
    const withContext = quoted((node as AnyNode)['withContext']);
    this.write(
      code`$.importModule(context, frame, ${child(node, 'template')}, ${withContext}, ${this.at(node)})`,
    );
  }

  protected compileImport(node: Node): void {
    const target = child(node, 'target');
    this.write(code`$.assign(context, frame, ${quoted(text(target))}, `);
    this.imported(node);
    this.write(code`, ${this.at(node)});\n`);
  }

  protected compileFromImport(node: Node): void {
    this._emit('$.importNames(context, frame, ');
    this.imported(node);
    this._emit(', [');
    for (const pair of below(child(node, 'names'))) {
      this.write(
        code`[${quoted(text(child(pair, 'key')))}, ${quoted(text(child(pair, 'value')))}, ${this.at(pair)}],`,
      );
    }
    this._emit(']);\n');
  }
}
