/** The names of variables that something defines, nested as plays, roles, blocks and tasks are. */
import type { SourceRange } from '../../diagnostics/diagnostic.js';

export class Scope {
  private readonly names = new Map<string, SourceRange | undefined>();
  /** A file that defines names could not be read, so nothing can be said to be undefined. */
  private unknowable = false;

  /** `mayPass`: a host may never come here, because of a task's condition or of one that guards a whole file. */
  constructor(
    readonly parent?: Scope,
    private mayPass?: 'task' | 'file',
  ) {}

  /** A scope within this one that a host may never come to. */
  passable(by: 'task' | 'file'): Scope {
    return new Scope(this, by);
  }

  /** What is here is perhaps never looked at. */
  markPassable(): void {
    this.mayPass ??= 'task';
  }

  get passableBy(): 'task' | 'file' | undefined {
    const outer = this.parent?.passableBy;
    return outer === 'file' ? outer : (this.mayPass ?? outer);
  }

  add(name: string, range?: SourceRange): void {
    if (!this.names.has(name)) this.names.set(name, range);
  }

  addAll(names: Iterable<string>, range?: SourceRange): void {
    for (const name of names) this.add(name, range);
  }

  /** From now on every name counts as defined. */
  open(): void {
    this.unknowable = true;
  }

  has(name: string): boolean {
    return this.names.has(name) || this.unknowable || (this.parent?.has(name) ?? false);
  }

  /** Where a name was defined first. */
  placeOf(name: string): SourceRange | undefined {
    return this.names.get(name) ?? this.parent?.placeOf(name);
  }

  /** Every name that is known here, for "did you mean". */
  all(): Set<string> {
    const names = this.parent?.all() ?? new Set<string>();
    for (const name of this.names.keys()) names.add(name);
    return names;
  }
}
