/** Operations of compiled templates on other templates: blocks, include, import, extends. */
import { ExpressionOperations } from './expression-operations.js';
import { TemplateFault, type Position } from '../fault.js';
import { ISOLATED, type LoadedTemplate } from './host.js';
import { FrameClass, type Context, type Frame, type RenderFunction } from '../syntax/nunjucks.js';
import { str } from '../python/format.js';
import { Attributes, touch } from '../python/values.js';

export class Operations extends ExpressionOperations {
  block(context: Context, name: string, frame: Frame | null): string {
    return this.runBlock(context, context.getBlock(name), frame);
  }

  constant(text: string): unknown {
    return this.host.constant(text);
  }

  private runBlock(context: Context, block: RenderFunction, frame: Frame | null): string {
    let printed = '';
    block({ operations: this }, context, frame ?? new FrameClass(), runtime, (error, text) => {
      if (error !== null) throw asError(error);
      printed = text as string;
    });
    return printed;
  }

  superBlock(context: Context, name: string, block: RenderFunction, frame: Frame, at: Position): string {
    const all = context.blocks[name] ?? [];
    const parent = all[all.indexOf(block) + 1];
    if (parent === undefined) {
      throw new TemplateFault(
        'TEMPLATE_SYNTAX',
        `There is no block "${name}" above this one for super().`,
        undefined,
        at,
      );
    }
    return this.runBlock(context, parent, frame);
  }

  private load(name: unknown, at: Position, ignoreMissing: boolean): LoadedTemplate | undefined {
    return this.located(at, () => {
      touch(name);
      const candidates = Array.isArray(name) ? (name as unknown[]) : [name];
      for (const candidate of candidates) {
        const found = this.host.template(str(candidate), at.source.file ?? '', true);
        if (found !== undefined) return found;
      }
      if (ignoreMissing) return undefined;
      const label = candidates.map((one) => `"${str(one)}"`).join(', ');
      throw new TemplateFault('TEMPLATE_NOT_FOUND', `The template ${label} was not found.`);
    });
  }

  private demand(name: unknown, at: Position): LoadedTemplate {
    const found = this.load(name, at, false);
    if (found === undefined)
      throw new TemplateFault('TEMPLATE_NOT_FOUND', 'The template was not found.', undefined, at);
    return found;
  }

  parent(context: Context, name: unknown, at: Position): LoadedTemplate {
    const parent = this.demand(name, at);
    for (const [block, run] of Object.entries(parent.blocks)) context.addBlock(block, run);
    return parent;
  }

  include(
    context: Context,
    frame: Frame,
    name: unknown,
    options: { readonly ignoreMissing: boolean; readonly withContext: boolean },
    at: Position,
  ): string {
    const template = this.load(name, at, options.ignoreMissing);
    if (template === undefined) return '';
    const printed = options.withContext
      ? template.render(context.getVariables(), frame)
      : template.render({ [ISOLATED]: true });
    return printed as string;
  }

  importModule(
    context: Context,
    frame: Frame,
    name: unknown,
    withContext: boolean,
    at: Position,
  ): Attributes {
    const template = this.demand(name, at);
    let exported: Record<string, unknown> = {};
    const variables = withContext ? context.getVariables() : { [ISOLATED]: true };
    template.getExported(variables, withContext ? frame : null, (error, found) => {
      if (error !== null) throw asError(error);
      exported = found;
    });
    return new Attributes('template', (key) => (Object.hasOwn(exported, key) ? exported[key] : undefined));
  }

  importNames(
    context: Context,
    frame: Frame,
    module: Attributes,
    names: readonly (readonly [string, string, Position])[],
  ): void {
    for (const [name, alias, at] of names) {
      const value = module.get(name);
      if (value === undefined) {
        throw new TemplateFault(
          'TEMPLATE_UNDEFINED',
          `The imported template does not define "${name}".`,
          undefined,
          at,
        );
      }
      this.set(context, frame, alias, value);
    }
  }
}

/** The one function of nunjucks' runtime that generated code still calls, for errors. */
const runtime = { handleError: (error: unknown): unknown => error };

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
