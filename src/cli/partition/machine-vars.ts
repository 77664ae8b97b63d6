/** The variables of the inventory that a partition plan is made from, templates rendered, and where each is. */
import { DiagnosticError, type Diagnostics, type SourceRange } from '../../diagnostics/diagnostic.js';
import { HostVars } from '../../inventory/host-vars.js';
import type { Inventory } from '../../inventory/inventory.js';
import { inventoryLayers } from '../../inventory/layers.js';
import { magicVars } from '../../inventory/magic.js';
import type { VarLayer } from '../../inventory/precedence.js';
import type { MachineVars } from '../../rt/partition/inputs/cpu-texts.js';
import { ruleTitle } from '../../rt/partition/titles.js';
import type { Origin } from '../../rt/partition/model.js';
import type { Templates } from '../../template/engine.js';
import { plainText, type Value } from '../../values/value.js';
import { placeInFile } from './place-in-file.js';

/** What a plan looks at. Other variables may need facts, which are not known here, so they are left alone. */
const wanted = [
  'rt_boot_manage',
  'rt_guest',
  'rt_host',
  'rt_housekeeping_cpus',
  'rt_isolated_cpus',
  'rt_kernel_args_extra',
  'rt_partition',
  'rt_reservations',
  'rt_slice_cpus',
  'rt_slice_cpus_host',
  'rt_strict_devices',
  'rt_sysctls',
  'rt_sysctls_extra',
];

export class Wanted {
  private readonly vars = new Map<string, HostVars>();

  constructor(
    private readonly inventory: Inventory,
    private readonly extraVars: VarLayer,
    private readonly templates: Templates,
    /** Of the roles, as a run has them. */
    private readonly defaults: readonly VarLayer[],
  ) {}

  private of(name: string): HostVars {
    const known = this.vars.get(name);
    if (known !== undefined) return known;
    const { inventory } = this;
    const vars = HostVars.of([...this.defaults, ...inventoryLayers(inventory, name)])
      .withLayer(this.extraVars)
      .withLayer(magicVars({ inventory, hostName: name }));
    this.vars.set(name, vars);
    return vars;
  }

  /** A variable of a host, its templates rendered; undefined where neither the inventory nor a role has it. */
  value(name: string, variable: string): Value | undefined {
    const vars = this.of(name);
    const found = vars.lookup(variable);
    return found === undefined ? undefined : this.templates.variable(variable, found, vars);
  }

  /** The arguments that the inventory has in place of the plan's. Undefined also where they are made of the plan or of facts: only a run knows these. */
  private ownArguments(name: string): Value | undefined {
    if (this.of(name).lookup('rt_kernel_args')?.layer === 'role-defaults') return undefined;
    try {
      return this.value(name, 'rt_kernel_args');
    } catch (error) {
      const unknown =
        error instanceof DiagnosticError &&
        error.diagnostics.every(({ code }) => code === 'TEMPLATE_UNDEFINED');
      if (unknown) return undefined;
      throw error;
    }
  }

  machine(name: string): MachineVars {
    const vars = Object.fromEntries(
      wanted.flatMap((variable) => {
        const value = this.value(name, variable);
        return value === undefined ? [] : [[variable, value] as const];
      }),
    );
    const ownArguments = this.ownArguments(name);
    return { name, vars: ownArguments === undefined ? vars : { ...vars, rt_kernel_args: ownArguments } };
  }

  /** The hosts of the group `rt_guests` whose `rt_host` is this host, by name. An `rt_host` that is not a host of the inventory is reported. */
  guestsOf(host: string, diagnostics: Diagnostics): readonly MachineVars[] {
    const group = this.inventory.group('rt_guests');
    if (group === undefined) return [];
    const names = this.inventory.hosts.filter(({ name }) => this.isGuest(name)).map(({ name }) => name);
    return names.sort().flatMap((name) => {
      const value = this.value(name, 'rt_host');
      const wantedHost = value === undefined ? undefined : plainText(value);
      const fault =
        wantedHost === name
          ? `rt_host of ${name} is ${name} itself.`
          : wantedHost !== undefined && this.inventory.host(wantedHost) === undefined
            ? `rt_host of ${name} is "${wantedHost}", and the inventory does not have that host.`
            : undefined;
      if (fault !== undefined)
        diagnostics.error(
          'PLAN_INPUT',
          ruleTitle('PLAN_INPUT'),
          fault,
          this.place(host, [`guest:${name}`, 'rt_host']),
          'Name the host of the inventory that runs this guest.',
        );
      return wantedHost === host && fault === undefined ? [this.machine(name)] : [];
    });
  }

  isGuest(name: string): boolean {
    return (this.value(name, 'group_names') as readonly string[] | undefined)?.includes('rt_guests') === true;
  }

  /** Where the variable of an origin stands: the innermost part of it that a file names. */
  place(host: string, [owner, variable, ...path]: Origin): SourceRange | undefined {
    const name =
      typeof owner === 'string' && owner.startsWith('guest:') ? owner.slice('guest:'.length) : host;
    const found = this.of(name).lookup(String(variable));
    // The line of a default is not the user's to change.
    if (found?.origin !== undefined && found.layer !== 'role-defaults')
      return placeInFile(found.origin, path);
    return this.inventory.host(name)?.origin;
  }
}
