/** Which hosts a play is for, and in which order. */
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { selectHosts } from '../../inventory/pattern.js';
import type { Play } from '../../playbook/read/model.js';
import { plainText } from '../../values/value.js';
import { playVars } from './play-vars.js';
import type { RunInputs } from './run-inputs.js';

/** The hosts of a play's pattern. Faults in the pattern are reported. */
export function hostsOf(
  play: Play,
  inputs: Pick<RunInputs, 'inventory' | 'templates' | 'extraVars'>,
  diagnostics: Diagnostics,
): readonly string[] {
  const pattern = inputs.templates.evaluate(play.hosts.value, playVars(play, inputs), play.hosts.range);
  const text = Array.isArray(pattern) ? pattern.join(',') : plainText(pattern);
  return selectHosts(inputs.inventory, text, diagnostics, play.hosts.range).map((host) => host.name);
}

export function ordered(names: readonly string[], order: Play['order']): readonly string[] {
  switch (order) {
    case 'reverse_inventory':
      return names.toReversed();
    case 'sorted':
      return names.toSorted();
    case 'reverse_sorted':
      return names.toSorted().reverse();
    case 'shuffle':
      return names
        .map((name) => [Math.random(), name] as const)
        .sort((a, b) => a[0] - b[0])
        .map(([, name]) => name);
    case 'inventory':
    case undefined:
      return names;
  }
}
