/** What loading needs from the layers below: the modules that exist, and the checks on templates. */
import type { Diagnostic, SourceRange } from '../../diagnostics/diagnostic.js';
import type { Module } from '../../modules/core/module.js';

export type TemplateKind = 'file' | 'argument' | 'expression';

/** A variable that a template reads. */
interface Reference {
  readonly name: string;
  readonly range: SourceRange;
  /** Inside `is defined`, `default` and the like: it may be undefined. */
  readonly guarded: boolean;
}

export interface TemplateChecks {
  check(text: string, kind: TemplateKind, where: SourceRange): readonly Diagnostic[];
  references(text: string, kind: TemplateKind, where: SourceRange): readonly Reference[];
}

export interface ModuleTable {
  find(name: string): Module | undefined;
  readonly names: readonly string[];
}
