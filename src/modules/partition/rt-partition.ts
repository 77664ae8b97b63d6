/** `rt_partition`: one partition plan from what the machine is and the guests that it must carry. */
import * as z from 'zod';
import { guestVars, varsOf } from '../../rt/partition/inputs/guest-machine.js';
import { hostFactsOf } from '../../rt/topology/host-facts.js';
import { foundPins } from '../../rt/topology/present-use.js';
import { topologyOf } from '../../rt/topology/parse.js';
import { limitsOf, type MachineVars } from '../../rt/partition/inputs/cpu-texts.js';
import { readWishes } from '../../rt/partition/inputs/request.js';
import { formerOf, planFile } from '../../rt/partition/json/former.js';
import { storedPlan } from '../../rt/partition/json/json.js';
import type { PartitionPlan, PlanDiagnostic } from '../../rt/partition/model.js';
import { planPartition } from '../../rt/partition/plan.js';
import { topologyName } from '../../resources/topology/kind.js';
import type { Value } from '../../values/value.js';
import { any, bool, choice, path } from '../args/types.js';
import type { Module, PlanContext, TaskPlan } from '../core/module.js';
import { failed } from '../core/plan-result.js';
import { folderRequests, folderSteps } from '../files/missing-folders.js';
import { fileRequest } from '../files/follow.js';
import { targetPath } from '../files/target-path.js';
import { writeFile } from '../files/write-file.js';

const args = z.strictObject({
  machine: choice(['host', 'guest']).default('host'),
  variables: any().optional(),
  guests: any().optional(),
  path: path().default(planFile),
  replan: bool().default(false),
});
export type RtPartitionArgs = z.infer<typeof args>;

/** A mapping from the guest's name to its `rt_guest`. */
function guestsOf(value: Value | undefined): readonly MachineVars[] {
  return Object.entries(varsOf(value)).map(([name, wish]) => ({ name, vars: { rt_guest: wish } }));
}

function describe({ code, message, hint }: PlanDiagnostic): string {
  return `${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

function planFor(given: RtPartitionArgs, context: PlanContext): PartitionPlan | readonly PlanDiagnostic[] {
  const state = context.state('topology', topologyName);
  const topology = topologyOf(state);
  const all = varsOf(given.variables);
  const vars = given.machine === 'guest' ? guestVars(all, topology) : all;
  const guests = given.machine === 'guest' ? [] : guestsOf(given.guests);
  const wishes = readWishes({ name: 'host', vars }, guests, limitsOf(topology));
  if (wishes.host === undefined) return wishes.diagnostics;
  const stored = context.state('file', targetPath(given.path, context.facts));
  const text = stored.type === 'file' ? context.content(stored.sha256).toString('utf8') : '';
  const former = formerOf(text, given.replan);
  const plan = planPartition(topology, {
    host: wishes.host,
    guests: wishes.guests,
    reservations: wishes.reservations,
    former: former.places,
    found: foundPins(state, topology.online),
    replan: given.replan,
    facts: hostFactsOf(state.files),
  });
  return { ...plan, diagnostics: [...wishes.diagnostics, ...former.diagnostics, ...plan.diagnostics] };
}

function planTask(given: RtPartitionArgs, context: PlanContext): TaskPlan {
  const plan = planFor(given, context);
  const diagnostics = 'diagnostics' in plan ? plan.diagnostics : plan;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (!('diagnostics' in plan) || errors.length > 0) return failed(errors.map(describe).join('\n'));
  const file = targetPath(given.path, context.facts);
  const folder = file.slice(0, file.lastIndexOf('/')) || '/';
  const folders = folderSteps(folder, { mode: '0755' }, context);
  if (!folders.ok) return failed(`${folders.blocker} is in the way: it is not a folder`);
  const present = context.state('file', file);
  if (present.type === 'directory') return failed(`${file} is in the way: it is a folder`);
  const stored = JSON.stringify(storedPlan(plan), undefined, 1);
  const bytes = Buffer.from(`${stored}\n`);
  const { steps } = writeFile(
    {
      path: file,
      present,
      bytes: { sha256: context.put(bytes), size: bytes.length },
      wanted: { mode: '0644' },
    },
    context,
  );
  return {
    type: 'states',
    steps: [...folders.steps, ...steps],
    result: { rt_plan: JSON.parse(stored) as Value },
    warnings: diagnostics.filter(({ severity }) => severity === 'warning').map(describe),
  };
}

export const rtPartition: Module<RtPartitionArgs> = {
  name: 'rt_partition',
  fullNames: ['rtprov.rt.rt_partition'],
  barrier: false,
  args,
  aliases: {},
  doc: {
    summary:
      'Computes one partition plan from what the machine is and the guests that it must carry, and keeps it on the machine. Templates find it as `rt_plan`: what the machine keeps, so a second run gives them the same.',
    args: {
      machine:
        '`host` plans for a machine that carries guests, `guest` for a virtual machine itself. Default: host.',
      variables:
        'The variables of this machine that ask for a partition (`rt_partition`, `rt_reservations`, ...): see docs/partition.md.',
      guests: 'The guests of this host: a mapping from the name of each to its variable `rt_guest`.',
      path: `Where the plan is kept. The next plan leaves guests where this one put them. Default: ${planFile}.`,
      replan: 'Whether to plan again, whatever the former plan was. Default: false.',
    },
    examples: [
      '- rt_partition:\n    variables:\n      rt_partition:\n        housekeeping: auto\n    guests:\n      plc1:\n        vcpus:\n          rt: 3',
    ],
  },
  touches: (given, facts) =>
    given['path'] === undefined || typeof given['path'] === 'string'
      ? [{ kind: 'file', name: targetPath(given['path'] ?? planFile, facts) }]
      : undefined,
  needs: (given, context) => {
    const file = targetPath(given.path, context.facts);
    return [
      { kind: 'topology', name: topologyName },
      fileRequest(file, 'content'),
      ...folderRequests(file.slice(0, file.lastIndexOf('/')) || '/'),
    ];
  },
  plan: planTask,
};
