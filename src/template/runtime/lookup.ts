/** `lookup`, `query` and `q`: what they are given, what they may reach, and what they give. */
import { didYouMean } from '../../diagnostics/nearest.js';
import {
  findUnknown,
  isMapping,
  isUnknown,
  type Unknown,
  type Value,
  type Vars,
} from '../../values/value.js';
import { toText } from './arguments.js';
import { PassesThrough, TemplateFault, UnknownTouched } from '../fault.js';
import {
  insteadOfLookup,
  isLookup,
  LOOKUP_NAMES,
  lookupName,
  lookupShape,
  type LookupName,
} from './lookup-table.js';
import type { FileOptions } from '../syntax/newlines.js';
import { plain } from './plain.js';
import { Callable, mappingOf, own, truth, Undefined, type Keywords } from '../python/values.js';

/** What a lookup is called with. */
export interface LookupCall {
  readonly terms: readonly Value[];
  /** All but `wantlist` and `errors`. */
  readonly options: Vars;
  /** The folder among the search paths' that a loop's task means: `vars` for include_vars. Else `files`. */
  readonly folder?: string;
  /** An action (a command, a request) may be put off: LookupPending is thrown, and the template evaluated again. */
  readonly mayWait: boolean;
  /** The value of a variable; undefined when there is none. */
  variable(name: string): Value | undefined;
  variableNames(): Iterable<string>;
  /** Renders a template file over the present variables and `vars`. */
  render(text: string, file: string, options: FileOptions, vars: Vars): string | Unknown;
}

export type LookupRunner = (name: LookupName, call: LookupCall) => readonly Value[];

/** The lookup acts, and is still running: await `done`, then evaluate the template again. */
export class LookupPending extends PassesThrough {
  constructor(readonly done: () => Promise<void>) {
    super('a lookup is still running');
  }
}

/** What the functions need of the engine. */
export interface LookupHost {
  readonly run: LookupRunner | undefined;
  /** Throws TEMPLATE_FORBIDDEN inside of a text that the playbook's author did not write. */
  mayReach(what: string): void;
  call(terms: readonly Value[], options: Vars): LookupCall;
  warn(text: string): void;
}

/** What a lookup found, before `lookup` makes one value of it. Undefined: it failed, and that is ignored. */
export function look(
  host: LookupHost,
  written: string,
  call: LookupCall,
  errors: 'strict' | 'warn' | 'ignore',
): readonly Value[] | undefined {
  const name = lookupName(written);
  if (!isLookup(name)) throw unknownLookup(name);
  if (lookupShape(name)?.computes !== true) host.mayReach(`the lookup "${name}"`);
  if (host.run === undefined)
    throw new TemplateFault('TEMPLATE_LOOKUP_FAILED', `Lookups ("${name}") are not possible here.`);
  const unknown = findUnknown(call.terms) ?? findUnknown(call.options);
  if (unknown !== undefined) throw new UnknownTouched(unknown);
  try {
    const found = host.run(name, call);
    const missing = found.find(isUnknown);
    if (missing !== undefined) throw new UnknownTouched(missing);
    return found;
  } catch (error) {
    if (error instanceof PassesThrough && !(error instanceof TemplateFault)) throw error;
    if (!(error instanceof Error) || (error instanceof TemplateFault && error.code === 'TEMPLATE_FORBIDDEN'))
      throw error;
    // A fault inside of a template that was looked up keeps its own place.
    const reason = error.message;
    if (errors === 'warn') host.warn(`The lookup "${name}" failed: ${reason}`);
    if (errors !== 'strict') return undefined;
    if (error instanceof TemplateFault) throw error;
    throw new TemplateFault('TEMPLATE_LOOKUP_FAILED', `The lookup "${name}" failed: ${reason}`);
  }
}

export function unknownLookup(name: string): TemplateFault {
  return new TemplateFault(
    'TEMPLATE_LOOKUP_UNKNOWN',
    `There is no lookup "${name}".`,
    insteadOfLookup(name) ?? didYouMean(name, LOOKUP_NAMES) ?? `There are: ${LOOKUP_NAMES.join(', ')}.`,
  );
}

const policies = ['strict', 'warn', 'ignore'] as const;

function policyOf(errors: unknown): (typeof policies)[number] {
  if (errors === undefined) return 'strict';
  const found = policies.find((policy) => policy === errors);
  if (found !== undefined) return found;
  throw new TemplateFault('TEMPLATE_TYPE', 'The option "errors" of a lookup is strict, warn or ignore.');
}

function lookupFunction(host: LookupHost, name: 'lookup' | 'query'): Callable {
  return new Callable(name, (args, keywords: Keywords) => {
    const [plugin, ...terms] = args;
    const { wantlist, errors, ...others } = keywords;
    const wantsList = name === 'query' || (wantlist !== undefined && truth(wantlist));
    const options = mappingOf(
      Object.entries(others)
        // `default=nowhere` is only looked at when it is needed.
        .filter(([key, value]) => !(key === 'default' && value instanceof Undefined))
        .map(([key, value]) => [key, plain(value)] as const),
    ) as Vars;
    const call = host.call(terms.map(plain), options);
    const found = look(host, toText(plugin, name), call, policyOf(errors));
    if (found === undefined) return wantsList ? [] : null;
    return wantsList ? own([...found]) : single(found);
  });
}

/** As Ansible: the only one as it is, several texts as one with commas, anything else as the list. */
function single(found: readonly Value[]): unknown {
  if (found.length === 1) return found[0];
  return found.length > 1 && found.every((one) => typeof one === 'string')
    ? found.join(',')
    : own([...found]);
}

export function lookupFunctions(host: LookupHost): readonly (readonly [string, Callable])[] {
  const query = lookupFunction(host, 'query');
  return [
    ['lookup', lookupFunction(host, 'lookup')],
    ['query', query],
    ['q', query],
  ];
}

/** The lookup of a `with_` loop. */
export interface LoopLookup {
  readonly name: LookupName;
  /** As `LookupCall.folder`. */
  readonly folder: string;
  /** Terms that are undefined are left out: the next file is tried. */
  readonly skipsUndefined: boolean;
}

/** The terms of a `with_` loop: a list, or one thing. What a text gives may be a list, too. */
export function loopTerms(
  terms: Value,
  evaluate: (term: Value) => Value,
  skipsUndefined: boolean,
): readonly Value[] | Unknown {
  const evaluated = skipsUndefined ? withoutUndefined(terms, evaluate) : evaluate(terms);
  if (evaluated === undefined) return [];
  if (isUnknown(evaluated)) return evaluated;
  return Array.isArray(evaluated) ? (evaluated as readonly Value[]) : [evaluated];
}

function withoutUndefined(term: Value, evaluate: (term: Value) => Value): Value | undefined {
  if (Array.isArray(term)) {
    return (term as readonly Value[])
      .map((one) => withoutUndefined(one, evaluate))
      .filter((one) => one !== undefined);
  }
  if (isMapping(term)) {
    const entries = Object.entries(term).map(([key, one]) => [key, withoutUndefined(one, evaluate)] as const);
    return mappingOf(entries.filter(([, one]) => one !== undefined)) as Vars;
  }
  try {
    return evaluate(term);
  } catch (error) {
    if (error instanceof TemplateFault && error.code === 'TEMPLATE_UNDEFINED') return undefined;
    throw error;
  }
}
