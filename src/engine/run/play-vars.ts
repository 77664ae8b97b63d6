/** What the keywords of a play itself may be made of: it has no host yet. */
import { DiagnosticError } from '../../diagnostics/diagnostic.js';
import { HostVars } from '../../inventory/host-vars.js';
import type { Play } from '../../playbook/read/model.js';
import { plainText } from '../../values/value.js';
import type { RunInputs } from './run-inputs.js';
import { withScopes } from '../../planner/task-vars.js';

/** The variables of the command line, of the play and of what imports its file. */
export function playVars(play: Play, { extraVars }: Pick<RunInputs, 'extraVars'>): HostVars {
  return withScopes(HostVars.of([extraVars]), play.vars);
}

/** As it is shown and as `ansible_play_name` has it; as it is written when its templates cannot be evaluated. */
export function playName(play: Play, inputs: Pick<RunInputs, 'extraVars' | 'templates'>): string {
  if (!play.name.includes('{{')) return play.name;
  try {
    return plainText(inputs.templates.evaluate(play.name, playVars(play, inputs), play.range));
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return play.name;
  }
}
