/** What compiled templates need of whoever runs them. */
import type { Position } from '../fault.js';
import type { PathLook } from './path-look.js';
import type { Frame, RenderFunction } from '../syntax/nunjucks.js';

export interface Host {
  /** A variable or global function of that name, or undefined. */
  variable(name: string, at: Position): unknown;
  global(name: string): unknown;
  variableNames(): Iterable<string>;
  /** A constant term of a lookup that holds a template. */
  constant(text: string): unknown;
  readonly path: PathLook;
  template(name: string, from: string, ignoreMissing: boolean): LoadedTemplate | undefined;
}

export interface LoadedTemplate {
  readonly blocks: Record<string, RenderFunction>;
  readonly rootRenderFunc: RenderFunction;
  render(context: Record<string, unknown>, frame?: Frame): unknown;
  getExported(
    context: Record<string, unknown>,
    frame: Frame | null,
    callback: (error: unknown, exported: Record<string, unknown>) => void,
  ): void;
}

/** Key in a context that says: this template was imported without context and sees no variables. */
export const ISOLATED = ' isolated';
