/** Faults of a template that can be seen without its variables. */
import type { Diagnostic, SourceRange } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/nearest.js';
import { bind } from '../runtime/arguments.js';
import { TemplateFault, diagnosticOf, type FaultCode, type Position } from '../fault.js';
import { findFilter, isFilter, unknownFilter } from '../filters/registry.js';
import type { JinjaLexerOptions } from './lexer.js';
import { unknownLookup } from '../runtime/lookup.js';
import { mayBeTemplate } from '../runtime/evaluation.js';
import { LOOKUP_CALLS, lookupName, lookupShape } from '../runtime/lookup-table.js';
import { child, children, text } from './nodes.js';
import type { AnyNode, Node } from './nunjucks.js';
import { parse, type Kind } from './parser.js';
import { pattern } from '../runtime/regex.js';
import { sourceOf, wrapped } from './references.js';
import { findTest, isTest, unknownTest } from '../runtime/tests.js';
import type { Definition } from '../runtime/toolbox.js';
import { walk, type Names } from './walk.js';

/** Filters whose first argument is the name of a filter or of a test. */
const naming: Readonly<Record<string, { readonly index: number; readonly kind: 'filter' | 'test' }>> = {
  map: { index: 0, kind: 'filter' },
  select: { index: 0, kind: 'test' },
  reject: { index: 0, kind: 'test' },
  selectattr: { index: 1, kind: 'test' },
  rejectattr: { index: 1, kind: 'test' },
};
const regexes = new Set(['regex_replace', 'regex_search', 'regex_findall', 'match', 'search', 'regex']);
/** Functions of Jinja2 and Ansible that are not here, with what to do instead. */
const absentFunctions: Readonly<Record<string, string>> = {
  lipsum: 'Write the text itself.',
  cycler: 'Write loop.cycle(...).',
  joiner: 'Write {{ "," if not loop.last }}.',
  undef: 'Remove the variable.',
};

export function checkText(
  fullText: string,
  kind: Kind,
  options: JinjaLexerOptions,
  where: SourceRange,
  globals: ReadonlyMap<string, unknown>,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  try {
    const source = sourceOf(fullText, kind, where);
    const readAs = wrapped(fullText, kind);
    const root = parse(source, readAs, readAs === kind ? options : { trimBlocks: true });
    const report: Report = (fault, node, severity) => {
      const at: Position = { source, line: node.lineno, column: node.colno };
      found.push({
        ...diagnosticOf(new TemplateFault(fault.code, fault.detail, fault.hint, at), where),
        ...(severity === undefined ? {} : { severity }),
      });
    };
    walk(root, (node, names) => checkNode(node, names, globals, report));
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    found.push(diagnosticOf(error, where));
  }
  return found.sort(
    (a, b) => (a.range?.line ?? 0) - (b.range?.line ?? 0) || (a.range?.column ?? 0) - (b.range?.column ?? 0),
  );
}

type Report = (fault: TemplateFault, node: Node, severity?: 'warning') => void;

function checkNode(node: AnyNode, names: Names, globals: ReadonlyMap<string, unknown>, report: Report): void {
  if (node.typename === 'Filter') checkUse(node, 'filter', report);
  else if (node.typename === 'Test') checkUse(node, 'test', report);
  else if (node.typename === 'FunCall') checkCall(node, names, globals, report);
}

function checkUse(node: AnyNode, kind: 'filter' | 'test', report: Report): void {
  const name = text(child(node, 'name'));
  const exists = kind === 'filter' ? isFilter(name) : isTest(name);
  if (!exists) {
    report(kind === 'filter' ? unknownFilter(name) : unknownTest(name), child(node, 'name'));
    return;
  }
  const args = children(child(node, 'args'));
  checkArguments(
    `The ${kind} "${name}"`,
    kind === 'filter' ? findFilter(name) : findTest(name),
    args,
    node,
    report,
  );
  if (kind === 'filter') checkNamed(name, args, report);
  if (regexes.has(name)) checkRegex(args[0], report);
}

/** Whether the arguments fit the parameters; not when `*` or `**` hides what they are. */
function checkArguments(
  what: string,
  definition: Definition,
  args: readonly AnyNode[],
  node: Node,
  report: Report,
): void {
  const keywords = keywordPairs(args);
  if ([...args, ...keywords].some((one) => /Spread$/.test(one.typename))) return;
  const positional = args.filter((one) => one.typename !== 'KeywordArgs');
  try {
    bind(
      what,
      definition.parameters,
      positional,
      Object.fromEntries(keywords.map((pair) => [text(child(pair, 'key')), pair])),
    );
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    report(error, node);
  }
}

/** The keyword arguments of a call, each a pair. */
function keywordPairs(args: readonly AnyNode[]): readonly AnyNode[] {
  const found = args.find((one) => one.typename === 'KeywordArgs');
  return found === undefined ? [] : children(found);
}

/** `map('uper')`, `selectattr('a', 'equalTo', 1)`. */
function checkNamed(filter: string, args: readonly AnyNode[], report: Report): void {
  const named = Object.hasOwn(naming, filter) ? naming[filter] : undefined;
  const argument = named === undefined ? undefined : args[named.index];
  if (named === undefined || argument?.typename !== 'Literal' || typeof argument['value'] !== 'string')
    return;
  const name = argument['value'].replace(/^ansible\.(builtin|legacy)\./, '');
  if (named.kind === 'filter' && !isFilter(name)) report(unknownFilter(name), argument);
  if (named.kind === 'test' && !isTest(name)) report(unknownTest(name), argument);
}

function checkRegex(argument: AnyNode | undefined, report: Report): void {
  if (argument?.typename !== 'Literal' || typeof argument['value'] !== 'string') return;
  try {
    pattern(argument['value']);
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    report(error, argument);
  }
}

/** Options of every lookup. */
const commonOptions = ['wantlist', 'errors'];

/** A lookup whose name is written out: that there is one, and that it has these options. */
function checkLookup(args: readonly AnyNode[], report: Report): void {
  const [named] = args;
  if (named?.typename !== 'Literal' || typeof named['value'] !== 'string') return;
  const name = lookupName(named['value']);
  const shape = lookupShape(name);
  if (shape === undefined) {
    report(unknownLookup(name), named);
    return;
  }
  const keywords = keywordPairs(args);
  for (const term of args.slice(1)) {
    checkEmbedded(term, report);
    for (const [option, values] of Object.entries(shape.choices ?? {})) {
      const found = new RegExp(`\\s${option}=(?<value>[^\\s{]+)`).exec(textOfLiteral(term) ?? '');
      if (found !== null) checkChoice(name, option, values, found.groups?.['value'], term, report);
    }
  }
  for (const pair of keywords.filter((one) => one.typename === 'Pair')) {
    const option = text(child(pair, 'key'));
    const choices = Object.hasOwn(shape.choices ?? {}, option) ? shape.choices?.[option] : undefined;
    if (choices !== undefined)
      checkChoice(name, option, choices, textOfLiteral(child(pair, 'value')), pair, report);
    const refused = shape.refused;
    if (refused !== undefined && Object.hasOwn(refused, option)) {
      const detail = `The option "${option}" of the lookup "${name}" is not supported.`;
      report(new TemplateFault('TEMPLATE_LOOKUP_OPTION', detail, refused[option]), pair);
    } else if (![...shape.options, ...commonOptions].includes(option)) {
      const known = [...shape.options, ...commonOptions];
      const detail = `The lookup "${name}" has no option "${option}"; Ansible ignores it, and so does rtprov.`;
      const hint = didYouMean(option, known) ?? `It has: ${known.join(', ')}.`;
      report(new TemplateFault('TEMPLATE_LOOKUP_OPTION', detail, hint), pair, 'warning');
    }
  }
}

function textOfLiteral(node: AnyNode): string | undefined {
  return node.typename === 'Literal' && typeof node['value'] === 'string' ? node['value'] : undefined;
}

function checkChoice(
  name: string,
  option: string,
  values: readonly string[],
  given: string | undefined,
  node: AnyNode,
  report: Report,
): void {
  if (given === undefined || given === '' || mayBeTemplate(given) || values.includes(given)) return;
  const detail = `The option "${option}" of the lookup "${name}" is ${values.join(' or ')}; rtprov does not have "${given}".`;
  report(
    new TemplateFault('TEMPLATE_LOOKUP_OPTION', detail, `Write ${option}=${values.at(-1) ?? ''}.`),
    node,
  );
}

/** Ansible renders templates in constant terms still, and means to stop it. */
function checkEmbedded(term: AnyNode, report: Report): void {
  const found = textOfLiteral(term);
  if (found === undefined || !mayBeTemplate(found)) return;
  const name = /^\{\{\s*(?<name>[\w.]+)\s*\}\}$/.exec(found)?.groups?.['name'];
  report(
    new TemplateFault(
      'TEMPLATE_EMBEDDED',
      'A lookup gets a text that is itself a template. It is rendered, as in Ansible 2.19, but a later Ansible will stop doing this.',
      name === undefined
        ? 'Join texts and variables with ~ instead.'
        : `Write the variable without quotes and braces: ${name}.`,
    ),
    term,
    'warning',
  );
}

const functionCode: FaultCode = 'TEMPLATE_FUNCTION_UNKNOWN';

function checkCall(node: AnyNode, names: Names, globals: ReadonlyMap<string, unknown>, report: Report): void {
  const callee = child(node, 'name');
  if (callee.typename !== 'Symbol') return;
  const name = text(callee);
  if (names.has(name)) return;
  if (LOOKUP_CALLS.has(name)) checkLookup(children(child(node, 'args')), report);
  if (globals.has(name)) return;
  const instead = Object.hasOwn(absentFunctions, name) ? absentFunctions[name] : undefined;
  if (instead !== undefined) {
    report(new TemplateFault(functionCode, `The function "${name}" is not supported.`, instead), callee);
  }
}
