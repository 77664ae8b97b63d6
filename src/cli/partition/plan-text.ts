/** A plan for a person: the drawing, the reasons and the notes. */
import type { Paint as Colours } from '../../report/paint.js';
import { drawTerminal, type Paint } from '../../rt/partition/drawing/terminal.js';
import { wrap } from '../../rt/partition/drawing/wrap.js';
import { explainPlan } from '../../rt/partition/drawing/explain.js';
import type { PartitionPlan, PlanDiagnostic } from '../../rt/partition/model.js';
import type { Topology } from '../../rt/topology/model.js';

function paintOf(colours: Colours): Paint {
  const guests = [
    colours.cyan,
    colours.yellow,
    colours.green,
    colours.magenta,
    colours.blueBright,
    colours.red,
  ];
  return {
    heading: (text) => colours.bold(text),
    mark(text, role, owner) {
      switch (role) {
        case 'housekeeping':
          return colours.inverse(text);
        case 'vcpu':
          return colours.bold((guests[owner % guests.length] ?? colours.cyan)(text));
        case 'reserved':
        case 'foreign':
          return colours.bold(text);
        case 'uncovered':
          return colours.bgRed(text);
        case 'idle':
        case 'free':
        case 'nosmt':
          return colours.dim(text);
      }
    },
  };
}

function noteText({ code, message, hint }: PlanDiagnostic): string {
  const said = `note ${code}: ${message}${message.endsWith('.') ? '' : '.'}`;
  return hint === undefined ? said : `${said} ${hint}`;
}

export function planText(
  name: string,
  topology: Topology,
  plan: PartitionPlan,
  explain: boolean,
  colours: Colours,
): string {
  const notes = plan.diagnostics
    .filter(({ severity }) => severity === 'note')
    .flatMap((note) => wrap(noteText(note), '  ', ''))
    .map((line) => `${line}\n`);
  return [
    drawTerminal(name, topology, plan, paintOf(colours)),
    ...(explain ? ['\n', explainPlan(plan)] : []),
    ...(notes.length === 0 ? [] : ['\n', ...notes]),
  ].join('');
}
