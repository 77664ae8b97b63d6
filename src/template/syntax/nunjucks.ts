/**
 * The parts of nunjucks 3.2.4 that the template layer builds on, with types. `@types/nunjucks` describes
 * only the outer interface; the parser, the nodes, the compiler and the frames are public in the package
 * (`nunjucks.parser`, `nunjucks.nodes`, ...) but untyped.
 */
import nunjucks from 'nunjucks';

export interface Token {
  readonly type: string;
  readonly value: string;
  readonly lineno: number;
  readonly colno: number;
}

interface Tags {
  readonly BLOCK_START: string;
  readonly BLOCK_END: string;
  readonly VARIABLE_START: string;
  readonly VARIABLE_END: string;
  readonly COMMENT_START: string;
  readonly COMMENT_END: string;
}

export interface LexerOptions {
  readonly trimBlocks?: boolean;
  readonly lstripBlocks?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Tokenizer {
  readonly str: string;
  index: number;
  readonly len: number;
  lineno: number;
  colno: number;
  in_code: boolean;
  readonly tags: Tags;
  readonly trimBlocks: boolean;
  readonly lstripBlocks: boolean;
  nextToken(): Token | null;
  isFinished(): boolean;
  forward(): void;
  forwardN(count: number): void;
  current(): string;
  _matches(text: string): boolean | null;
  _extractString(text: string): string | null;
}

/** A node of the syntax tree. Positions count from 0. Which other fields there are depends on the type. */
export interface Node {
  readonly typename: string;
  readonly lineno: number;
  readonly colno: number;
  readonly fields: readonly string[];
  findAll(type: NodeClass): Node[];
}

export type AnyNode = Node & Record<string, unknown>;

export interface NodeClass {
  new (lineno: number, colno: number, ...fields: unknown[]): AnyNode;
  extend(name: string, properties?: { readonly fields?: readonly string[] }): NodeClass;
}

export interface ListNode extends Node {
  readonly children: AnyNode[];
  addChild(node: Node): void;
}

interface Parser {
  readonly tokens: Tokenizer;
  peeked: Token | null;
  breakOnBlocks: readonly string[] | null;
  dropLeadingWhitespace: boolean;
  nextToken(withWhitespace?: boolean): Token | null;
  peekToken(): Token | null;
  pushToken(token: Token | null): void;
  fail(message: string, lineno?: number, colno?: number): never;
  skip(type: string): boolean;
  skipValue(type: string, value: string): boolean;
  skipSymbol(value: string): boolean;
  advanceAfterBlockEnd(name?: string): Token;
  parseStatement(): Node | null;
  parseExpression(): Node;
  parsePrimary(noPostfix?: boolean): Node;
  parseSignature(tolerant?: boolean | null, noParens?: boolean): Node | null;
  parseFilterName(): Node;
  parseFilterArgs(node: Node): Node[];
  parseUntilBlocks(...names: string[]): ListNode;
  parseWithContext(): boolean | null;
  parseAsRoot(): ListNode;
  parseFor(): Node;
  parseSet(): Node;
  parseMacro(): Node;
  parseCall(): Node;
  parseImport(): Node;
  parseFrom(): Node;
  parseInclude(): Node;
  parseBlock(): Node;
  parseRaw(tagName?: string): Node;
}

/** Variables of a template at run time: a chain of frames, a new one for every loop, macro and block. */
export interface Frame {
  readonly parent?: Frame;
  topLevel: boolean;
  lookup(name: string): unknown;
  set(name: string, value: unknown): void;
  push(isolateWrites?: boolean): Frame;
  pop(): Frame;
}

export type RenderFunction = (
  env: unknown,
  context: Context,
  frame: Frame,
  runtime: unknown,
  callback: (error: unknown, output?: unknown) => void,
) => void;

export interface Context {
  readonly ctx: Record<string, unknown>;
  readonly blocks: Record<string, RenderFunction[]>;
  setVariable(name: string, value: unknown): void;
  getVariables(): Record<string, unknown>;
  addExport(name: string): void;
  addBlock(name: string, block: RenderFunction): Context;
  getBlock(name: string): RenderFunction;
}

interface Compiler {
  buffer: string;
  inBlock: boolean;
  codebuf: string[];
  compile(node: Node, frame: unknown): void;
  getCode(): string;
  _emit(code: string): void;
  _emitLine(code: string): void;
  _emitFuncBegin(node: Node, name: string): void;
}

interface Template {
  env: Environment;
  path: string;
  tmplStr: string;
  blocks: Record<string, RenderFunction>;
  rootRenderFunc: RenderFunction;
  compiled: boolean;
  compile(): void;
  _compile(): void;
  _getBlocks(functions: Record<string, RenderFunction>): Record<string, RenderFunction>;
  render(context: Record<string, unknown>, frame?: Frame): unknown;
  getExported(
    context: Record<string, unknown>,
    frame: Frame | null,
    callback: (error: unknown, exported: Record<string, unknown>) => void,
  ): void;
}

export interface Environment {
  readonly opts: Record<string, unknown>;
}

interface Internals {
  readonly lexer: { lex(text: string, options?: LexerOptions): Tokenizer };
  readonly parser: { readonly Parser: new (tokens: Tokenizer) => Parser };
  readonly compiler: { readonly Compiler: new (templateName: string, throwOnUndefined: boolean) => Compiler };
  readonly nodes: Readonly<Record<string, NodeClass>>;
  readonly runtime: { readonly Frame: new () => Frame };
  readonly Environment: new (loaders: readonly unknown[], options: object) => Environment;
  readonly Template: new (text: string, env: Environment, path: string, eager: boolean) => Template;
}

const internals = nunjucks as unknown as Internals;

/** The class of `nunjucks.lexer.lex()`, which is not exported by name. */
export const TokenizerBase = internals.lexer.lex('').constructor as new (
  text: string,
  options?: LexerOptions,
) => Tokenizer;
export const ParserBase = internals.parser.Parser;
export const CompilerBase = internals.compiler.Compiler;
export const EnvironmentBase = internals.Environment;
export const TemplateBase = internals.Template;
export const FrameClass = internals.runtime.Frame;

export function nodeClass(name: string): NodeClass {
  const found = internals.nodes[name];
  if (found === undefined) throw new TypeError(`nunjucks has no node ${name}`);
  return found;
}
