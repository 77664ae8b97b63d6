/** A task's arguments after templating. Their names are resolved once and their values are typed once, whoever asks how often. */
import { isUnknown } from '../../values/value.js';
import type { Module } from '../core/module.js';
import {
  checkPresence,
  freeFaults,
  isIdle,
  resolveNames,
  shapeOf,
  typeFault,
  type ArgumentFault,
  type Named,
  type RawArgs,
} from './check.js';

/** Either the typed arguments, or every fault. */
type ParsedArgs<Args> =
  | { readonly args: Args; readonly faults?: undefined }
  | { readonly args?: undefined; readonly faults: readonly ArgumentFault[] };

type Resolved = ReturnType<typeof resolveNames>;

const nothingTemplated = (): boolean => false;

export class GivenArgs<Args = unknown> {
  /** Undefined for a module that takes any name as an argument. */
  private resolved: Resolved | undefined;
  private typed: ParsedArgs<Args> | undefined;

  constructor(
    private readonly module: Module<Args>,
    /** By the names that the task writes. */
    readonly raw: RawArgs,
  ) {}

  /** By main names, for `touches`. Unknown names and unknown values are left out. */
  get canonical(): RawArgs {
    const named = this.names()?.named;
    if (named === undefined) return this.raw;
    return Object.fromEntries(
      named.filter((item) => !isUnknown(item.value)).map((item) => [item.canonical, item.value]),
    );
  }

  /** The typed arguments, or every fault. */
  get parsed(): ParsedArgs<Args> {
    this.typed ??= this.parse();
    return this.typed;
  }

  private names(): Resolved | undefined {
    const shape = shapeOf(this.module);
    if (shape !== undefined) this.resolved ??= resolveNames(this.module, this.raw, shape);
    return this.resolved;
  }

  private parse(): ParsedArgs<Args> {
    const { module } = this;
    const shape = shapeOf(module);
    const names = this.names();
    if (shape === undefined || names === undefined) {
      const parsed = module.args.safeParse(this.raw);
      return parsed.success ? { args: parsed.data } : { faults: freeFaults(module, parsed.error.issues[0]) };
    }
    const used = names.named.filter((item) => !isIdle(module, item, names.named, nothingTemplated));
    const parsed = module.args.safeParse(valuesOf(used));
    const issues = parsed.error?.issues ?? [];
    const types = used.flatMap((item) => {
      const issue = issues.find(({ path }) => path[0] === item.canonical);
      const type = shape[item.canonical];
      return issue === undefined || type === undefined ? [] : [typeFault(module, type, item, issue)];
    });
    const faults = [
      ...names.faults,
      ...checkPresence(module, shape, names.named, nothingTemplated),
      ...types,
    ];
    if (faults.length > 0 || !parsed.success) return { faults };
    return { args: parsed.data };
  }
}

function valuesOf(items: readonly Named[]): RawArgs {
  return Object.fromEntries(items.map((item) => [item.canonical, item.value]));
}
