/** The template layer's door: renders files, evaluates arguments and conditions, checks and lists references. */
import type { Diagnostic, SourceRange } from '../diagnostics/diagnostic.js';
import { isUnknown, type Unknown, type Value, type Vars } from '../values/value.js';
import { checkText } from './syntax/check.js';
import { JinjaEnvironment, JinjaTemplate } from './syntax/environment.js';
import { Evaluation, holdsTemplate, mayBeTemplate, type DataText } from './runtime/evaluation.js';
import { withinBudget } from './runtime/budget.js';
import {
  TemplateFault,
  UnknownTouched,
  asFault,
  diagnosticError,
  type Position,
  type Source,
} from './fault.js';
import { globalsOf } from './runtime/globals.js';
import type { JinjaLexerOptions } from './syntax/lexer.js';
import { headerOptions, keepNewlines, normalized, type FileOptions } from './syntax/newlines.js';
import { argumentOptions, lexerOptions, lexerOptionsOf, type TemplatesOptions } from './syntax/options.js';
import type { LoadedTemplate } from './runtime/host.js';
import { look, loopTerms, type LookupCall, type LookupHost, type LoopLookup } from './runtime/lookup.js';
import type { Kind } from './syntax/parser.js';
import { plain } from './runtime/plain.js';
import { heldBy } from './runtime/condition.js';
import { OMIT, Undefined, mappingOf } from './python/values.js';
import { output } from './python/format.js';
import { referencesOf, type Reference } from './syntax/references.js';
import { layeredScope, scopeOf, type Scope, type Variable } from './runtime/scope.js';

export { OMIT } from './python/values.js';
export { layeredScope, scopeOf, type Scope } from './runtime/scope.js';
export type { TemplatesOptions } from './syntax/options.js';
export type { FileOptions } from './syntax/newlines.js';
export type { Reference } from './syntax/references.js';
export type { Kind } from './syntax/parser.js';

const none = scopeOf({});
/** The place of what no text names. */
const nowhere: Position = { source: { text: '' }, line: 0, column: 0 };
const maximalCache = 20_000;

export class Templates {
  private readonly environment: JinjaEnvironment;
  /** Compiled templates of each kind by their text; of files by path and options as well. */
  private readonly compiled: Readonly<Record<Kind, Map<string, JinjaTemplate>>> = {
    file: new Map(),
    argument: new Map(),
    expression: new Map(),
  };
  private readonly globals: ReadonlyMap<string, unknown>;
  private current: Evaluation;
  private mayWait = false;
  /** Evaluations within evaluations: another host's variable, a template that is looked up. */
  private depth = 0;

  constructor(private readonly options: TemplatesOptions = {}) {
    this.globals = globalsOf(options, this.lookupHost());
    this.current = this.evaluation(none);
    this.environment = new JinjaEnvironment({
      variable: (name, at) => this.current.variable(name, at),
      global: (name) => this.globals.get(name),
      variableNames: () => this.variableNames(),
      constant: (text) => this.argument(text),
      path: (test, path, other) => {
        this.current.mayReach(`the test "${test}"`);
        if (this.options.path === undefined)
          throw new TemplateFault('TEMPLATE_FILTER_FAILED', `The test "${test}" is not possible here.`);
        return this.options.path(test, path, other);
      },
      template: (name, from) => this.loaded(name, from),
    });
  }

  /** A template file, as Ansible's template module renders it. Returns Unknown when it prints something unknown. */
  renderFile(
    text: string,
    scope: Scope,
    where: { readonly file: string },
    options: FileOptions = {},
  ): string | Unknown {
    const range: SourceRange = { file: where.file, line: 1, column: 1 };
    return this.run<string | Unknown>(scope, range, () => {
      const header = headerOptions(text, where.file);
      const source = { text: normalized(header.text), file: where.file, linesBefore: header.lines };
      const settings = { ...options, ...header.options };
      const rendered = this.execute(source, 'file', lexerOptions(settings));
      if (isUnknown(rendered)) return rendered;
      return keepNewlines(text, output(rendered), settings.newlineSequence ?? '\n');
    });
  }

  /**
   * An argument or variable: a text that is wholly `{{ expression }}` has the type of its value, others become
   * texts; lists and mappings are evaluated deeply, and keys whose value is OMIT are left out.
   */
  evaluate(value: Value, scope: Scope, where?: SourceRange): Value {
    if (!holdsTemplate(value)) return value;
    return this.run(scope, where, () => this.deeply(value));
  }

  /** The value of a variable as its author's. */
  variable(name: string, found: Variable, scope: Scope): Value {
    if (!found.trusted) return found.value;
    const data = found.data === true ? { path: name, origin: found.origin } : undefined;
    return this.run(scope, found.origin, () => this.deeply(found.value), data);
  }

  /**
   * The items of a loop over a lookup (`with_first_found`): of its terms those that are undefined may be left out.
   * Undefined when the lookup's own template is not a list.
   */
  loop(lookup: LoopLookup, terms: Value, scope: Scope, where?: SourceRange): Value {
    return this.run(scope, where, () => {
      const given = loopTerms(terms, (item) => this.deeply(item), lookup.skipsUndefined);
      if (isUnknown(given)) return given;
      const call = { ...this.call(given, {}), folder: lookup.folder };
      return look(this.lookupHost(), lookup.name, call, 'strict') ?? [];
    });
  }

  /** Lookups that act throw LookupPending within `work`, for a caller that can await them and try again. */
  waiting<T>(work: () => T): T {
    const outer = this.mayWait;
    this.mayWait = true;
    try {
      return work();
    } finally {
      this.mayWait = outer;
    }
  }

  /** The value of a bare expression. */
  expression(expression: string, scope: Scope, where?: SourceRange): Value {
    return this.run(scope, where, () => plain(this.bare(expression)));
  }

  /** `when`, `until`, `failed_when`, ...: an expression that has to give a boolean, as in ansible-core 2.19. */
  condition(expression: string | boolean, scope: Scope, where?: SourceRange): boolean | Unknown {
    if (typeof expression === 'boolean') return expression;
    return this.run(scope, where, () => {
      const value = this.bare(expression);
      return isUnknown(value) ? value : heldBy(expression, value);
    });
  }

  /** Faults that can be seen without variables. `where` is the place of the text's first character. */
  check(text: string, kind: Kind, where: SourceRange): Diagnostic[] {
    if (kind !== 'expression' && !mayBeTemplate(text)) return [];
    return checkText(text, kind, lexerOptionsOf(kind), where, this.globals);
  }

  /** The variables that a text refers to, but for those that it sets itself. */
  references(text: string, kind: Kind, where: SourceRange): readonly Reference[] {
    if (kind !== 'expression' && !mayBeTemplate(text)) return [];
    return referencesOf(text, kind, lexerOptionsOf(kind), where, this.globals);
  }

  private *variableNames(): Iterable<string> {
    yield* this.current.scope.names();
    yield* this.globals.keys();
  }

  private evaluation(scope: Scope, data?: DataText): Evaluation {
    return new Evaluation(scope, (text) => this.argument(text), data);
  }

  private lookupHost(): LookupHost {
    return {
      run: this.options.lookup,
      mayReach: (what) => {
        this.current.mayReach(what);
      },
      call: (terms, options) => this.call(terms, options),
      warn: (text) => this.options.warn?.(text),
    };
  }

  private call(terms: readonly Value[], options: Vars): LookupCall {
    const { current } = this;
    return {
      terms,
      options,
      mayWait: this.mayWait,
      variable: (name) => {
        const value = current.variable(name, nowhere);
        if (value instanceof Undefined) throw value.fault();
        return value === undefined ? undefined : plain(value);
      },
      variableNames: () => current.scope.names(),
      render: (text, file, settings, vars) =>
        this.renderFile(text, layeredScope([scopeOf(vars, false), current.scope]), { file }, settings),
    };
  }

  /** Runs with a scope; Unknown that was touched is the result, faults become diagnostics. */
  private run<T extends Value>(
    scope: Scope,
    where: SourceRange | undefined,
    work: () => T,
    data?: DataText,
  ): T | Unknown {
    const outer = this.current;
    this.current = this.evaluation(scope, data);
    this.depth += 1;
    try {
      return withinBudget(work);
    } catch (raised) {
      const error = asFault(raised);
      if (error instanceof UnknownTouched) return error.unknown;
      if (error instanceof TemplateFault)
        throw this.depth > 1 ? error.placed(where) : diagnosticError(error, where);
      if (error instanceof Error && error.message.includes('Maximum call stack')) {
        const detail = 'The templates call each other too deeply, or a variable contains itself.';
        throw diagnosticError(new TemplateFault('TEMPLATE_LOOP', detail), where);
      }
      throw error;
    } finally {
      this.depth -= 1;
      this.current = outer;
    }
  }

  private deeply(value: Value): Value {
    if (!holdsTemplate(value)) return value;
    if (typeof value === 'string') return plain(this.argument(value));
    if (Array.isArray(value)) {
      return (value as readonly Value[]).map((item) => this.deeply(item)).filter((item) => item !== OMIT);
    }
    const entries = Object.entries(value as Readonly<Record<string, Value>>);
    return mappingOf(
      entries.map(([key, item]) => [key, this.deeply(item)] as const).filter(([, item]) => item !== OMIT),
    ) as Value;
  }

  /** The run-time value of an argument's text; Unknown when one was printed. */
  private argument(text: string): unknown {
    if (!mayBeTemplate(text)) return text;
    const value = this.execute({ text: normalized(text) }, 'argument', argumentOptions);
    return typeof value === 'string' ? keepNewlines(text, value, '\n') : value;
  }

  private bare(expression: string): unknown {
    const whole = /^\s*\{\{[\s\S]*\}\}\s*$/.test(expression);
    if (whole || /^\s*\{%/.test(expression)) {
      const value = this.argument(expression.trim());
      return typeof value === 'string' && !whole ? value.trim() : value;
    }
    // Arguments of conditions are read as Jinja does, with escapes.
    return this.execute({ text: expression }, 'expression', {});
  }

  private execute(source: Source, kind: Kind, options: JinjaLexerOptions): unknown {
    const template = this.template(source, kind, options);
    try {
      return template.render({});
    } catch (error) {
      if (error instanceof UnknownTouched) return error.unknown;
      throw error;
    }
  }

  private template(source: Source, kind: Kind, options: JinjaLexerOptions): JinjaTemplate {
    const cache = this.compiled[kind];
    const key =
      kind === 'file' ? `${source.file ?? ''}\0${JSON.stringify(options)}\0${source.text}` : source.text;
    let found = cache.get(key);
    if (found === undefined) {
      found = new JinjaTemplate(source, kind, options, this.environment);
      found.compile();
      if (cache.size >= maximalCache) cache.clear();
      cache.set(key, found);
    }
    return found;
  }

  private loaded(name: string, from: string): LoadedTemplate | undefined {
    this.current.mayReach(`the template "${name}"`);
    const folders = this.current.scope.lookup('ansible_search_path')?.value;
    const file = this.options.load?.(
      name,
      from === '' ? undefined : from,
      Array.isArray(folders) ? (folders as readonly string[]) : [],
    );
    if (file === undefined) return undefined;
    return this.template({ text: normalized(file.text), file: file.path }, 'file', lexerOptions({}));
  }
}
