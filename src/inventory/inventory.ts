/** The inventory: look-ups over hosts and groups, and what the vars directories say. */

import { dirname, resolve } from 'node:path';
import type { Diagnostics, SourceRange } from '../diagnostics/diagnostic.js';
import { statOf } from '../yaml/text-file.js';
import { InventoryBuilder } from './builder.js';
import { finish } from './finish.js';
import type { Group, Host, VarEntry } from './model.js';
import { isHostList, readSource } from './sources.js';
import { readVarsDirs, type VarsDirs } from './vars-dirs.js';

const LOCALHOST: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

interface Parts {
  readonly sources: readonly string[];
  readonly hosts: ReadonlyMap<string, Host>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly inventoryVars: readonly VarsDirs[];
  readonly playbookVars: readonly VarsDirs[];
}

export class Inventory {
  /** All hosts in order of definition; the implicit localhost is not among them. */
  readonly hosts: readonly Host[];
  /** All groups in order of definition, `all` and `ungrouped` first. */
  readonly groups: readonly Group[];
  readonly sources: readonly string[];
  /** group_vars and host_vars beside each source, and beside the playbook. */
  readonly inventoryVars: readonly VarsDirs[];
  readonly playbookVars: readonly VarsDirs[];
  private readonly implicit = new Map<string, Host>();

  constructor(private readonly parts: Parts) {
    this.hosts = [...parts.hosts.values()];
    this.groups = [...parts.groups.values()];
    this.sources = parts.sources;
    this.inventoryVars = parts.inventoryVars;
    this.playbookVars = parts.playbookVars;
  }

  group(name: string): Group | undefined {
    return this.parts.groups.get(name);
  }

  /** The host of that name. `localhost`, `127.0.0.1` and `::1` exist without being named in a source. */
  host(name: string): Host | undefined {
    const known = this.parts.hosts.get(name) ?? this.implicit.get(name);
    if (known !== undefined || !LOCALHOST.has(name)) return known;
    const origin: SourceRange = { file: '(implicit localhost)', line: 1, column: 1 };
    const connection: VarEntry = { value: 'local', origin, unsafe: false };
    const vars = new Map([['ansible_connection', connection]]);
    const host: Host = { name, groups: [], vars, origin, implicit: true };
    this.implicit.set(name, host);
    return host;
  }

  /** The same inventory with group_vars/ and host_vars/ beside a playbook. */
  withPlaybookDir(directory: string, diagnostics: Diagnostics): Inventory {
    const same = this.sources.some((source) => sourceDirectory(source) === resolve(directory));
    // Read twice, every fault would be reported twice; the variables would be the same.
    const dirs = same
      ? []
      : [readVarsDirs(directory, this.names(this.groups), this.names(this.hosts), diagnostics)];
    return new Inventory({ ...this.parts, playbookVars: dirs });
  }

  private names(items: readonly { readonly name: string }[]): readonly string[] {
    return items.map((item) => item.name);
  }
}

/** The directory whose group_vars and host_vars belong to a source; undefined for a list of hosts. */
export function sourceDirectory(source: string): string | undefined {
  if (isHostList(source)) return undefined;
  const isDirectory = statOf(source)?.isDirectory() ?? false;
  return resolve(isDirectory ? source : dirname(source));
}

/**
 * Reads inventories, later ones over earlier ones. All faults are reported to `diagnostics`; what could be
 * read is returned beside them.
 */
export function loadInventory(sources: readonly string[], diagnostics: Diagnostics): Inventory {
  const builder = new InventoryBuilder(diagnostics);
  for (const source of sources) readSource(source, builder);
  const { hosts, groups } = finish(builder);
  const directories = new Set(sources.map(sourceDirectory).filter((path) => path !== undefined));
  const inventoryVars = [...directories].map((directory) =>
    readVarsDirs(directory, [...groups.keys()], [...hosts.keys()], diagnostics),
  );
  return new Inventory({ sources, hosts, groups, inventoryVars, playbookVars: [] });
}
