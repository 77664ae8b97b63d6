/** nunjucks' Environment and Template, with the parser and the compiler of this folder. */
import { TemplateFault, type Source } from '../fault.js';
import { JinjaCompiler } from './compiler.js';
import type { JinjaLexerOptions } from './lexer.js';
import { EnvironmentBase, TemplateBase, type Environment, type RenderFunction } from './nunjucks.js';
import type { Host } from '../runtime/host.js';
import { Operations } from '../runtime/operations.js';
import { parse, type Kind } from './parser.js';

export class JinjaEnvironment extends EnvironmentBase {
  readonly operations: Operations;

  constructor(host: Host) {
    // "dev" keeps nunjucks from replacing our errors by its own.
    super([], { autoescape: false, dev: true });
    this.operations = new Operations(host);
  }
}

export class JinjaTemplate extends TemplateBase {
  /** Whether the text is one expression, so that rendering returns its value and not a text. */
  isExpression = false;

  constructor(
    private readonly source: Source,
    private readonly kind: Kind,
    private readonly options: JinjaLexerOptions,
    env: Environment,
  ) {
    super(source.text, env, source.file ?? '', false);
  }

  override _compile(): void {
    const root = parse(this.source, this.kind, this.options);
    this.isExpression = root.children[0]?.typename === 'Result';
    const compiler = new JinjaCompiler(this.source.file ?? '', this.source);
    try {
      compiler.compile(root, undefined);
    } catch (error) {
      if (error instanceof TemplateFault || !(error instanceof Error)) throw error;
      throw new TemplateFault('TEMPLATE_SYNTAX', error.message, undefined, {
        source: this.source,
        line: 0,
        column: 0,
      });
    }
    // The code holds no text of the template but as JSON strings: see compiler.ts.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
    const functions = new Function('p', compiler.getCode())(compiler.positions) as Record<
      string,
      RenderFunction
    > & {
      readonly root: RenderFunction;
    };
    this.blocks = this._getBlocks(functions);
    this.rootRenderFunc = functions.root;
    this.compiled = true;
  }
}
