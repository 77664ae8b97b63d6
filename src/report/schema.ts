/**
 * The events of `--json` as a schema: what docs/events.md says, in a form that tests and consumers can check
 * against. `test/report/schema.test.ts` holds it to the types in engine/run/events.ts. Nothing else imports this file,
 * so that zod's schemas are only made when they are asked for.
 */
import * as z from 'zod';

const host = z.string().describe('Name of the host in the inventory.');
const play = z.int().nonnegative().describe('Index of the play in the run, from 0.');
const runId = z.string().describe('Id of the run; ids sort by time.');

const range = z
  .object({
    file: z.string().describe('The file, as it was named or found.'),
    line: z.int().positive().describe('From 1.'),
    column: z.int().positive().describe('From 1.'),
    endColumn: z.int().positive().optional().describe('Just after the last character on the same line.'),
    text: z.string().optional().describe('The source line itself.'),
  })
  .meta({ id: 'SourceRange', description: 'A place in a file.' });

const task = z
  .object({
    id: z.string().describe('The same for all hosts and items, and stable while the playbook is not edited.'),
    name: z
      .string()
      .describe("Rendered name; `role : name` in roles; the module's name when the task has none."),
    module: z.string().describe('Short name of the module, such as `copy`.'),
    range: range.optional().describe('Where the task is in its file.'),
    handler: z.boolean().describe('Whether it ran as a handler.'),
  })
  .meta({ id: 'Task', description: 'A task of a playbook.' });

const field = z
  .object({
    field: z.string().describe('What differs: `mode`, `version`, `value`.'),
    before: z.string().optional().describe('Missing: it does not exist.'),
    after: z.string().optional().describe('Missing: it does not exist.'),
  })
  .meta({ id: 'Field', description: 'A field before and after a change.' });

const diff = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('text'),
      header: z
        .object({ before: z.string(), after: z.string() })
        .describe('Names as a unified diff has them.'),
      before: z.string().optional().describe('The whole text. Missing: the file does not exist.'),
      after: z.string().optional().describe('The whole text. Missing: the file does not exist.'),
      fields: z.array(field).describe('What differs besides the text: mode, owner, group.'),
    }),
    z.object({ type: z.literal('fields'), fields: z.array(field) }),
  ])
  .meta({ id: 'Diff', description: 'A change: two texts, or fields. Secrets are masked with `********`.' });

const resourceDiff = z
  .object({
    resource: z.string().describe('Kind and name: `file:/etc/motd`.'),
    diff,
    digest: z
      .string()
      .optional()
      .describe(
        'Equal for equal changes, independent of what is shown. For no_log tasks only with --plan, and then made with a key that only the controller has.',
      ),
    notUndoable: z.string().optional().describe('Why a rollback cannot undo it.'),
  })
  .meta({ id: 'ResourceDiff', description: 'One resource that a task changes, or would change.' });

const count = z.int().nonnegative();
const totals = z
  .object({
    ok: count,
    changed: count,
    unreachable: count,
    failed: count,
    skipped: count,
    rescued: count,
    ignored: count,
    unknown: count.describe(
      'Only in a check: tasks whose result is not known yet. They are not in `ok`, but they are in `changed` when one of their items certainly changes.',
    ),
  })
  .meta({
    id: 'Totals',
    description:
      'Number of tasks for each result; a loop counts as one task. `changed` and `ignored` are part of `ok`, as in Ansible. For a rollback only `unreachable` and `failed` are counted.',
  });

const changes = z
  .object({
    resources: count.describe('Each counted once, however many tasks change it.'),
    actions: count.describe('Actions without a resource: commands, restarts, reboots.'),
  })
  .meta({ id: 'Changes', description: 'How much is changed on a host.' });

const verdict = z.enum(['undone', 'same', 'conflict', 'failed', 'kept', 'would_undo']);

const status = z
  .enum(['ok', 'changed', 'skipped', 'failed', 'unreachable', 'unknown', 'ignored', 'rescued'])
  .describe(
    '`ignored` and `rescued` are failures that `ignore_errors`, `ignore_unreachable` or a rescue section handled.',
  );

const trouble = {
  host,
  code: z.string().describe('Stable code of the error.'),
  msg: z.string().describe('What went wrong.'),
  hint: z.string().optional().describe('How to repair it.'),
};

/** One schema an event, by its `type`. */
export const eventSchemas = {
  run_started: z
    .object({
      type: z.literal('run_started'),
      version: z.literal(2).describe('Version of this format.'),
      run: runId,
      mode: z.enum(['run', 'check', 'rollback']).describe('`check` changes nothing.'),
      playbooks: z.array(z.string()).describe('Paths; empty for a rollback.'),
      time: z.string().meta({ format: 'date-time', description: 'When it began, UTC.' }),
    })
    .meta({ id: 'run_started', description: 'The first event.' }),
  play_started: z
    .object({
      type: z.literal('play_started'),
      play,
      name: z.string().describe('Name of the play.'),
      hosts: z.array(z.string()).describe('Hosts that take part, in order.'),
    })
    .meta({ id: 'play_started', description: 'A play begins; it ends with the next one or with the run.' }),
  step_started: z
    .object({
      type: z.literal('step_started'),
      host,
      play,
      task: task.optional().describe('Missing when the step belongs to several tasks or to none.'),
      what: z.string().describe('For people: `gathering facts`, `3 changes`. Not stable.'),
    })
    .meta({
      id: 'step_started',
      description: "Something that takes time begins on a host. It ends with the host's next event.",
    }),
  task_result: z
    .object({
      type: z.literal('task_result'),
      host,
      play,
      task,
      item: z
        .string()
        .optional()
        .describe("Label of the loop's item; a task with a loop has one event for each item."),
      delegate: z.string().optional().describe('The host on which it was done, when the task was delegated.'),
      status,
      ran: z
        .literal(true)
        .optional()
        .describe('In a check: the task was executed nevertheless, because of `check_mode: false`.'),
      dry: z
        .literal(true)
        .optional()
        .describe('The task has `check_mode: true`: it is never executed, whatever the status says.'),
      msg: z.string().optional().describe("The module's message."),
      reason: z.string().optional().describe('With `unknown`: what must be known first.'),
      diffs: z
        .array(resourceDiff)
        .describe(
          'What changed, or would change. Texts are compared with `--diff`; without it files show as digests.',
        ),
      left: z
        .array(z.string())
        .optional()
        .describe('For a failed task: the resources that it changed nevertheless.'),
      actions: z.array(z.string()).describe('Commands, restarts and reloads that ran, or would run.'),
      warnings: z.array(z.string()),
      result: z.json().describe('What `register` holds.'),
      seconds: z.number().nonnegative().describe('How long it took, in seconds.'),
      notUndoable: z.array(z.string()).describe('The parts that a rollback cannot undo, with the reason.'),
    })
    .meta({ id: 'task_result', description: 'A task, or one item of its loop, has ended on a host.' }),
  host_unreachable: z.object({ type: z.literal('host_unreachable'), ...trouble }).meta({
    id: 'host_unreachable',
    description: 'A host cannot be reached; it takes no further part in the run.',
  }),
  host_failed: z
    .object({ type: z.literal('host_failed'), ...trouble })
    .meta({ id: 'host_failed', description: 'A host fails outside a task: its lock, sudo or its journal.' }),
  host_finished: z.object({ type: z.literal('host_finished'), host, play }).meta({
    id: 'host_finished',
    description:
      'A host has finished a play, also after a failed task. Not sent for hosts that had `host_unreachable` or `host_failed`.',
  }),
  warning: z
    .object({ type: z.literal('warning'), host: host.optional(), msg: z.string() })
    .meta({ id: 'warning', description: 'Something that does not stop the run.' }),
  rollback_started: z
    .object({
      type: z.literal('rollback_started'),
      host,
      run: runId.describe('The run that is undone.'),
      started: z.string().optional().describe('When that run began.'),
      playbooks: z.array(z.string()).optional().describe('Its playbooks.'),
    })
    .meta({ id: 'rollback_started', description: 'A host begins to undo one run.' }),
  rollback_entry: z
    .object({
      type: z.literal('rollback_entry'),
      host,
      run: z.string().describe('The run that is undone.'),
      task: z.string().describe('Name of the task that made the change.'),
      resource: z.string().describe('Kind and name, or `command: ...`.'),
      verdict: verdict.describe(
        '`same`: it already is as it was before; `conflict`: something else changed it since, so it is left as it is; `kept`: it cannot be undone; `would_undo`: with `--check`.',
      ),
      diff: diff.optional().describe('From the current state to the state before the run.'),
      reason: z.string().optional().describe('Why it was kept, in conflict or failed.'),
    })
    .meta({ id: 'rollback_entry', description: 'One change of the run that is undone.' }),
  rollback_finished: z
    .object({
      type: z.literal('rollback_finished'),
      host,
      run: z.string().describe('The run that is undone.'),
      complete: z.boolean().describe('Everything is as it was before, except for what was kept.'),
    })
    .meta({
      id: 'rollback_finished',
      description: 'A host has undone one run, except for what cannot be undone.',
    }),
  run_finished: z
    .object({
      type: z.literal('run_finished'),
      run: runId,
      totals: z.record(z.string(), totals).describe('Tasks, by host.'),
      changes: z
        .record(z.string(), changes)
        .describe(
          'What was changed, or would be in a check, for each host on which it was done. Hosts that tasks only delegate to are included.',
        ),
      ran: z
        .record(z.string(), changes)
        .optional()
        .describe('In a check: what it really changed, because of `check_mode: false`.'),
      undone: z
        .record(z.string(), z.partialRecord(verdict, changes))
        .optional()
        .describe(
          'For each host, the results of a rollback: resources by their verdict (the worst one, if a resource has several), and commands.',
        ),
      seconds: z.number().nonnegative(),
      exitCode: z.int().nonnegative().describe('Exit code of the program.'),
      interrupted: z.boolean().describe('Ended by Ctrl-C or SIGTERM, between two steps.'),
      roundTrips: count.describe('Scripts sent and answered, over all hosts.'),
      record: z.string().optional().describe('Folder of the record on the controller.'),
    })
    .meta({
      id: 'run_finished',
      description:
        'The last event. Without it the run did not finish: the exit code and stderr give the reason.',
    }),
} as const;

export const runEventSchema = z.discriminatedUnion('type', [
  eventSchemas.run_started,
  eventSchemas.play_started,
  eventSchemas.step_started,
  eventSchemas.task_result,
  eventSchemas.host_unreachable,
  eventSchemas.host_failed,
  eventSchemas.host_finished,
  eventSchemas.warning,
  eventSchemas.rollback_started,
  eventSchemas.rollback_entry,
  eventSchemas.rollback_finished,
  eventSchemas.run_finished,
]);

/** JSON Schema (draft 7) of one line. Unknown fields are allowed: later versions may add some. */
export function runEventJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(runEventSchema, { target: 'draft-7', io: 'input' });
}
