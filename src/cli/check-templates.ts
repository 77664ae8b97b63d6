/** Templates in the variables of the inventory, looked at before any host is contacted: their text, and circles among them. */
import type { Diagnostics, SourceRange } from '../diagnostics/diagnostic.js';
import { HostVars } from '../inventory/host-vars.js';
import type { Inventory } from '../inventory/inventory.js';
import { inventoryLayers } from '../inventory/layers.js';
import type { VarLayer } from '../inventory/precedence.js';
import { findCircles, sureReferences } from '../playbook/names/circles.js';
import { holdsTemplate } from '../template/runtime/evaluation.js';
import type { Templates } from '../template/engine.js';
import type { Value } from '../values/value.js';

/** Variables that every task of a host needs: a circle among them spares no host. */
const NEEDED = ['ansible_host', 'ansible_port', 'ansible_user', 'ansible_connection'];

function textsIn(value: Value): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null
    ? Object.values(value as Readonly<Record<string, Value>>).flatMap(textsIn)
    : [];
}

/** Reports faults of all hosts that the limit leaves, each once, at the variable's definition. */
export function checkTemplates(
  inventory: Inventory,
  limited: ReadonlySet<string> | undefined,
  extraVars: VarLayer,
  templates: Templates,
  diagnostics: Diagnostics,
): void {
  const seen = new Set<string>();
  const fresh = (...what: readonly unknown[]): boolean => {
    const key = JSON.stringify(what);
    return !seen.has(key) && seen.add(key) === seen;
  };
  for (const { name } of inventory.hosts) {
    if (limited !== undefined && !limited.has(name)) continue;
    const layers = inventoryLayers(inventory, name);
    for (const layer of layers)
      for (const [variable, value] of Object.entries(layer.vars)) {
        const place = layer.origin(variable);
        if (layer.unsafe.has(variable) || !holdsTemplate(value) || !fresh(variable, place)) continue;
        for (const text of textsIn(value)) checkText(text, place, templates, diagnostics);
      }
    const vars = HostVars.of(layers).withLayer(extraVars);
    const circles = findCircles(NEEDED, (variable) => {
      const value = vars.lookup(variable)?.value;
      return typeof value === 'string' ? sureReferences(value, templates) : undefined;
    });
    for (const circle of circles) {
      const origin = vars.lookup(circle[0] ?? '')?.origin;
      if (!fresh(circle, origin)) continue;
      diagnostics.error(
        'VARIABLE_CIRCLE',
        'Variables refer to each other in a circle',
        `These variables of the host ${name} use each other: ${circle.join(' -> ')}.`,
        origin,
        'Give one of them a value that does not use the others.',
      );
    }
  }
}

/** What a text names may come from the play; how it is written does not. */
function checkText(
  text: string,
  place: SourceRange | undefined,
  templates: Templates,
  diagnostics: Diagnostics,
): void {
  if (place === undefined) return;
  const { file, line, column } = place;
  const fault = templates
    .check(text, 'argument', { file, line, column })
    .find(({ code }) => code === 'TEMPLATE_SYNTAX');
  if (fault !== undefined)
    diagnostics.add({ ...fault, range: place, hint: fault.hint ?? 'Correct the template here.' });
}
