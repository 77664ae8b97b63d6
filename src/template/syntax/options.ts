/** What the engine is made with, and how each kind of text is read. */
import type { JinjaLexerOptions } from './lexer.js';
import type { LookupRunner } from '../runtime/lookup.js';
import type { FileOptions } from './newlines.js';
import type { PathLook } from '../runtime/path-look.js';
import type { Kind } from './parser.js';

export interface TemplatesOptions {
  /**
   * Reads a template for include, import and extends; `from` is the path of the template that names it, `folders` are
   * those of the task (`ansible_search_path`).
   */
  readonly load?: (
    name: string,
    from: string | undefined,
    folders: readonly string[],
  ) => { readonly path: string; readonly text: string } | undefined;
  /** `lookup('env', 'HOME')`: the found values, as a list. Throws an Error with the reason when it cannot. */
  readonly lookup?: LookupRunner;
  /** What `is file` and its like look at; without it they are not possible. */
  readonly path?: PathLook;
  /** Called with what `lookup(..., errors='warn')` skipped. */
  readonly warn?: (text: string) => void;
  /** The clock of `now()`. */
  readonly now?: () => Date;
}

/** Ansible's environment for arguments: block tags eat the line end after them. */
export const argumentOptions: JinjaLexerOptions = {
  trimBlocks: true,
  lstripBlocks: false,
  plainBackslashes: true,
};

export function lexerOptions(options: FileOptions): JinjaLexerOptions {
  const tags: Record<string, string> = {};
  const names = {
    blockStart: options.blockStartString,
    blockEnd: options.blockEndString,
    variableStart: options.variableStartString,
    variableEnd: options.variableEndString,
    commentStart: options.commentStartString,
    commentEnd: options.commentEndString,
  };
  for (const [name, value] of Object.entries(names)) if (value !== undefined) tags[name] = value;
  return {
    trimBlocks: options.trimBlocks ?? true,
    lstripBlocks: options.lstripBlocks ?? false,
    ...(options.newlineSequence === undefined ? {} : { newline: options.newlineSequence }),
    tags,
  };
}

export function lexerOptionsOf(kind: Kind): JinjaLexerOptions {
  if (kind === 'file') return lexerOptions({});
  return kind === 'argument' ? argumentOptions : {};
}
