/**
 * Faults in a user's files, and errors with stable codes.
 *
 * A diagnostic says what is wrong (`summary`, constant text without user-chosen names), why (`detail`,
 * full sentences, names included), how to repair it (`hint`) and where (`range`). The style is OpenTofu's:
 * see docs/diagnostics.md.
 */

/** Where something is in a file. Lines and columns count from 1. */
export interface SourceRange {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Column just after the last character on the same line, when known. */
  readonly endColumn?: number;
  /** The source line itself, without its line end. */
  readonly text?: string;
  /**
   * It belongs to something with no_log: the line is not shown, and what is said about it is not, either. `name`: a key is there, of
   * which what gives only names may be shown.
   */
  readonly hidden?: true | 'name';
}

/** Codes whose details and hints give names of keys, keywords, modules and arguments, and never a value. */
const ONLY_NAMES: ReadonlySet<string> = new Set([
  'CONFLICTING_ARGUMENTS',
  'MISSING_ARGUMENT',
  'NO_MODULE',
  'TWO_MODULES',
  'UNKNOWN_ARGUMENT',
  'UNKNOWN_KEYWORD',
  'UNKNOWN_LOOP',
  'UNKNOWN_MODULE',
  'UNSUPPORTED_ARGUMENT',
  'UNSUPPORTED_KEYWORD',
]);

/** Codes whose details and hints give the name of a variable, filter or test within a template, and nothing else of it. */
const ONLY_NAMES_IN_TEMPLATES: ReadonlySet<string> = new Set([
  'TEMPLATE_FILTER_UNKNOWN',
  'TEMPLATE_TEST_UNKNOWN',
  'UNDEFINED_VARIABLE',
  'UNKNOWN_FACT',
]);

function isHidden({ code, range }: Diagnostic): boolean {
  if (range?.hidden === undefined || ONLY_NAMES_IN_TEMPLATES.has(code)) return false;
  return range.hidden === true || !ONLY_NAMES.has(code);
}

/** What a diagnostic says besides its summary, which is constant. */
export function detailOf(diagnostic: Diagnostic): Pick<Diagnostic, 'detail' | 'hint'> {
  const { detail, hint } = diagnostic;
  if (isHidden(diagnostic)) return { detail: 'The details are hidden because of no_log.' };
  return { detail, ...(hint === undefined ? {} : { hint }) };
}

export type Severity = 'error' | 'warning';

export interface Diagnostic {
  /** Stable, upper case with underscores, for instance `UNKNOWN_MODULE`. */
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly detail: string;
  readonly hint?: string;
  readonly range?: SourceRange;
}

/** The one error type. `code` is stable; the cause is chained. */
export class RtprovError extends Error {
  override readonly name: string = 'RtprovError';
  constructor(
    readonly code: string,
    message: string,
    options?: { readonly cause?: unknown; readonly hint?: string },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    if (options?.hint !== undefined) this.hint = options.hint;
  }
  readonly hint?: string;
}

/** Faults in a user's files, all of them at once. Maps to exit code 2. */
export class DiagnosticError extends RtprovError {
  override readonly name = 'DiagnosticError';
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super('BAD_INPUT', diagnostics.map((d) => d.summary).join('; '));
  }
}

/** Collects diagnostics while a file is being read, so that all faults are reported together. */
export class Diagnostics {
  private readonly items: Diagnostic[] = [];

  add(diagnostic: Diagnostic): void {
    this.items.push(diagnostic);
  }

  error(code: string, summary: string, detail: string, range?: SourceRange, hint?: string): void {
    this.add({
      code,
      severity: 'error',
      summary,
      detail,
      ...(range === undefined ? {} : { range }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  warning(code: string, summary: string, detail: string, range?: SourceRange, hint?: string): void {
    this.add({
      code,
      severity: 'warning',
      summary,
      detail,
      ...(range === undefined ? {} : { range }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  get all(): readonly Diagnostic[] {
    return this.items;
  }

  get hasErrors(): boolean {
    return this.items.some((item) => item.severity === 'error');
  }

  /** Throws one DiagnosticError with every diagnostic when there is an error among them. */
  throwIfErrors(): void {
    if (this.hasErrors) throw new DiagnosticError(this.items);
  }
}
