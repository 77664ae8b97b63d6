/** Errors while a template is being read or run, before they become diagnostics. */
import { DiagnosticError, type Diagnostic, type SourceRange } from '../diagnostics/diagnostic.js';
import { PythonRegexError } from '../values/regex-error.js';
import { derived, type Unknown } from '../values/value.js';

/** One template text, and the file it is from when it is a file (an included template, for instance). */
export interface Source {
  readonly text: string;
  readonly file?: string;
  /** Lines of the file before the text (a template's first line with options). */
  readonly linesBefore?: number;
}

/** A place in a template text. Line and column count from 0. */
export interface Position {
  readonly source: Source;
  readonly line: number;
  readonly column: number;
}

export type FaultCode =
  | 'CONDITION_NOT_BOOLEAN'
  | 'TEMPLATE_SYNTAX'
  | 'TEMPLATE_UNDEFINED'
  | 'TEMPLATE_TYPE'
  | 'TEMPLATE_FILTER_FAILED'
  | 'TEMPLATE_FILTER_UNKNOWN'
  | 'TEMPLATE_TEST_UNKNOWN'
  | 'TEMPLATE_FUNCTION_UNKNOWN'
  | 'TEMPLATE_LOOKUP_UNKNOWN'
  | 'TEMPLATE_LOOKUP_FAILED'
  | 'TEMPLATE_LOOKUP_OPTION'
  | 'TEMPLATE_EMBEDDED'
  | 'TEMPLATE_FORBIDDEN'
  | 'TEMPLATE_LOOP'
  | 'TEMPLATE_NOT_FOUND'
  | 'TEMPLATE_TOO_LARGE'
  | 'TEMPLATE_TOO_SLOW'
  | 'TEMPLATE_INTERRUPTED'
  | 'TEMPLATE_INTERNAL';

const summaries: Readonly<Record<FaultCode, string>> = {
  CONDITION_NOT_BOOLEAN: 'A condition gives neither true nor false',
  TEMPLATE_SYNTAX: 'Template syntax error',
  TEMPLATE_UNDEFINED: 'Undefined variable in a template',
  TEMPLATE_TYPE: 'Operation not possible with these values',
  TEMPLATE_FILTER_FAILED: 'Filter or function failed',
  TEMPLATE_FILTER_UNKNOWN: 'Unknown filter',
  TEMPLATE_TEST_UNKNOWN: 'Unknown test',
  TEMPLATE_FUNCTION_UNKNOWN: 'Unknown function',
  TEMPLATE_LOOKUP_UNKNOWN: 'Unknown lookup',
  TEMPLATE_LOOKUP_FAILED: 'Lookup failed',
  TEMPLATE_LOOKUP_OPTION: 'Option that a lookup does not have',
  TEMPLATE_EMBEDDED: 'Template inside a constant',
  TEMPLATE_FORBIDDEN: 'Not allowed in data',
  TEMPLATE_LOOP: 'Variables refer to each other in a circle',
  TEMPLATE_NOT_FOUND: 'Template not found',
  TEMPLATE_TOO_LARGE: 'The result of a template is too large',
  TEMPLATE_TOO_SLOW: 'Template takes too long',
  TEMPLATE_INTERRUPTED: 'Template was cancelled',
  TEMPLATE_INTERNAL: 'Bug in the template engine',
};

/**
 * `lineno` and `Update` are what nunjucks looks for to let an error through as it is
 * (runtime.handleError, lib._prettifyError).
 */
export abstract class PassesThrough extends Error {
  readonly lineno = 1;
  Update(): void {
    // The position is kept in `at`.
  }
}

export class TemplateFault extends PassesThrough {
  at: Position | undefined;
  constructor(
    readonly code: FaultCode,
    readonly detail: string,
    readonly hint?: string,
    at?: Position,
    /** The place in the user's file, when it is another than where the template began. */
    readonly range?: SourceRange,
  ) {
    super(detail);
    this.at = at;
  }

  /** With its place in the user's file, for an evaluation around the one that failed. */
  placed(where: SourceRange | undefined): TemplateFault {
    return new TemplateFault(
      this.code,
      this.detail,
      this.hint,
      undefined,
      this.range ?? rangeOf(this.at, where),
    );
  }
}

/** Thrown where an Unknown value is touched; whoever evaluates catches it and returns the Unknown. */
export class UnknownTouched extends PassesThrough {
  readonly unknown: Unknown;
  constructor(touched: Unknown) {
    super(touched.reason);
    this.unknown = derived(touched);
  }
}

/** What V8 says when a text or a list grows beyond what it can hold. */
const tooLarge =
  /^Invalid (?:string|array|typed array) length|^Invalid count value|^Cannot create a string longer/;

/** Errors of JavaScript and of regular expressions that are faults of the template. */
export function asFault(error: unknown): unknown {
  if (error instanceof PythonRegexError)
    return new TemplateFault('TEMPLATE_FILTER_FAILED', `${error.message}.`);
  if (error instanceof RangeError && tooLarge.test(error.message)) return tooLargeFault();
  if (error instanceof RangeError && !error.message.includes('call stack'))
    return new TemplateFault('TEMPLATE_TYPE', `This is not possible with these values: ${error.message}.`);
  return error;
}

export function tooLargeFault(): TemplateFault {
  return new TemplateFault(
    'TEMPLATE_TOO_LARGE',
    'The template makes a very large text or list, probably by mistake.',
    'Look for a number that is too large, or for a loop within a loop.',
  );
}

/** Sets the position of a fault that has none, and returns the error. */
export function locate(raised: unknown, at: Position | undefined): unknown {
  const error = asFault(raised);
  if (error instanceof TemplateFault) error.at ??= at;
  return error;
}

/** The place in the user's file: `where` is the place of the template text's first character. */
export function rangeOf(at: Position | undefined, where: SourceRange | undefined): SourceRange | undefined {
  if (at === undefined) return where;
  const text = at.source.text.split('\n')[at.line];
  if (at.source.file !== undefined || where === undefined) {
    if (at.source.file === undefined) return undefined;
    const line = {
      file: at.source.file,
      line: at.line + 1 + (at.source.linesBefore ?? 0),
      column: at.column + 1,
    };
    return text === undefined ? line : { ...line, text };
  }
  if (at.line === 0) {
    // `where.text`, when given, is the line of the file; the template's own text is a part of it.
    const shown = where.text ?? text;
    const place = { file: where.file, line: where.line, column: where.column + at.column };
    return shown === undefined ? place : { ...place, text: shown };
  }
  const place = { file: where.file, line: where.line + at.line, column: at.column + 1 };
  return text === undefined ? place : { ...place, text };
}

export function diagnosticOf(fault: TemplateFault, where: SourceRange | undefined): Diagnostic {
  const range = fault.range ?? rangeOf(fault.at, where);
  return {
    code: fault.code,
    severity: 'error',
    summary: summaries[fault.code],
    detail: fault.detail,
    ...(fault.hint === undefined ? {} : { hint: fault.hint }),
    ...(range === undefined ? {} : { range }),
  };
}

export function diagnosticError(fault: TemplateFault, where: SourceRange | undefined): DiagnosticError {
  return new DiagnosticError([diagnosticOf(fault, where)]);
}
