/** Faults of the core that no pure test noticed once, and the test that notices each now: `npm run mutation -- --known`. */
interface KnownMutant {
  readonly what: string;
  readonly file: string;
  /** Stands there once; `put` takes its place. */
  readonly find: string;
  readonly put: string;
  readonly test: string;
}

const listFilters = 'src/template/filters/lists.ts';
const order = 'src/inventory/precedence.ts';
const undoTest = 'test/engine/window/undo.test.ts';
const orderTest = 'test/inventory/layers.test.ts';

export const known: readonly KnownMutant[] = [
  {
    what: 'the entries of a window are undone from the first to the last',
    file: 'src/journal/window-journal.ts',
    find: '      .reverse(),\n',
    put: '',
    test: undoTest,
  },
  {
    what: 'states of earlier windows always count as before',
    file: 'src/journal/window-journal.ts',
    find: `[before, ...within, raw('--'), ...older]`,
    put: '[before, ...within, ...older]',
    test: undoTest,
  },
  {
    what: 'what an action does at the undo is dropped',
    file: 'src/journal/window-journal.ts',
    find: `parts.push(sh\`rtp_first=\${first}\`, entry.onUndo);`,
    put: '',
    test: undoTest,
  },
  {
    what: 'windows are undone from the first to the last',
    file: 'src/journal/undo-program.ts',
    find: 'in $(ls -r "$rtp_rundir")',
    put: 'in $(ls "$rtp_rundir")',
    test: undoTest,
  },
  {
    what: 'a conflict is undone without --force, and left with it',
    file: 'src/journal/undo-program.ts',
    find: '[ "$rtp_verdict" = conflict ] && [ -z "$rtp_force" ]',
    put: '[ "$rtp_verdict" = conflict ] && [ -n "$rtp_force" ]',
    test: undoTest,
  },
  {
    what: 'a lock is stale while its holder is heard',
    file: 'src/journal/lock.ts',
    find: '[ "$rtp_age" -lt "$3" ]',
    put: '[ "$rtp_age" -gt "$3" ]',
    test: 'test/journal/lock.test.ts',
  },
  {
    what: 'what was written is not compared with what is read back',
    file: 'src/engine/window/written.ts',
    find: 'missed.length > 0',
    put: 'missed.length > 1000',
    test: 'test/engine/window/written.test.ts',
  },
  {
    what: 'a task that failed notifies its handlers',
    file: 'src/planner/conclude.ts',
    find: ' && !failing;',
    put: ';',
    test: 'test/planner/conclude.test.ts',
  },
  {
    what: 'nobody asks whether the folder above a file is there',
    file: 'src/planner/steps.ts',
    find: `if (!('type' in to) || to.type === 'absent') return undefined;`,
    put: 'return undefined;',
    test: 'test/planner/steps.test.ts',
  },
  {
    what: 'a removal waits with changes below it that came before',
    file: 'src/planner/barriers.ts',
    find: 'crosses(mine, pending) || crosses(pending, mine)',
    put: 'crosses(mine, pending)',
    test: 'test/planner/barriers.test.ts',
  },
  {
    what: 'a removal waits with changes below it that come after',
    file: 'src/planner/barriers.ts',
    find: 'crosses(mine, pending) || crosses(pending, mine)',
    put: 'crosses(pending, mine)',
    test: 'test/planner/barriers.test.ts',
  },
  {
    what: 'items of a loop are written together',
    file: 'src/engine/window/segments.ts',
    find: '.every(({ task }) => !this.loops.has(task))',
    put: '.every(() => true)',
    test: 'test/engine/window/segments.test.ts',
  },
  {
    what: 'variables of include_vars win over registered ones',
    file: order,
    find: `'include-vars',\n  'set-fact',\n  'registered',\n  'role-params'`,
    put: `'set-fact',\n  'registered',\n  'include-vars',\n  'role-params'`,
    test: orderTest,
  },
  {
    what: 'variables of a play win over those of its vars_files',
    file: order,
    find: `'play-vars',\n  'vars-files',`,
    put: `'vars-files',\n  'play-vars',`,
    test: orderTest,
  },
  {
    what: 'variables of the inventory win over facts',
    file: order,
    find: `'inventory-host',\n  'host-vars',\n  'host-vars-playbook',\n  'facts',`,
    put: `'facts',\n  'inventory-host',\n  'host-vars',\n  'host-vars-playbook',`,
    test: orderTest,
  },
  {
    what: 'what set_fact sets is templated again',
    file: order,
    find: `new Set(['facts', 'set-fact', `,
    put: `new Set(['facts', `,
    test: orderTest,
  },
  {
    what: 'a pair of huge pages takes the place of those of its size only without a value',
    file: 'src/rt/args/arg-sets.ts',
    find: `if (type === 'pool') return [{ name: 'hugepages', sizes`,
    put: `if (type === 'pool' && arg.value === undefined) return [{ name: 'hugepages', sizes`,
    test: 'test/rt/args/kernel-args.test.ts',
  },
  {
    what: 'groupby does not know its default',
    file: listFilters,
    find: 'getter(tools, attribute, fallback)',
    put: 'getter(tools, attribute)',
    test: 'test/template/filters/lists.test.ts',
  },
  {
    what: 'skip_missing of subelements skips nothing before the first row',
    file: listFilters,
    find: 'if (isSet(skip)) continue;',
    put: 'if (isSet(skip) && rows.length > 0) continue;',
    test: 'test/template/filters/lists.test.ts',
  },
  {
    what: 'a host key that has changed is taken',
    file: 'src/transport/ssh/host-keys.ts',
    find: 'if (other !== undefined) throw',
    put: 'if (other === null) throw',
    test: 'test/transport/ssh/host-keys.test.ts',
  },
  {
    what: 'the result of a no_log task is shown',
    file: 'src/engine/host/report-task.ts',
    find: `result: pending.hidden ? { censored: 'hidden: no_log' } : value`,
    put: 'result: value',
    test: 'test/engine/no-log.test.ts',
  },
  {
    what: 'the diff of a no_log task is shown',
    file: 'src/planner/conclude.ts',
    find: 'diff: hidden ? hiddenDiff : diff,',
    put: 'diff,',
    test: 'test/engine/no-log.test.ts',
  },
  {
    what: 'the command of a no_log task is shown',
    file: 'src/engine/host/report-task.ts',
    find: 'actions: pending.hidden ? outcome.actions.map(() => hiddenCommand) : outcome.actions',
    put: 'actions: outcome.actions',
    test: 'test/engine/no-log.test.ts',
  },
  {
    what: 'the command of a no_log task is in the journal',
    file: 'src/engine/window/steps.ts',
    find: 'shown: pending.hidden ? hiddenCommand : mask(plan.command.shown)',
    put: 'shown: mask(plan.command.shown)',
    test: 'test/engine/no-log.test.ts',
  },
  {
    what: 'the become password is shown',
    file: 'src/engine/host/become.ts',
    find: 'if (password !== undefined) context.secrets.add(password);',
    put: '',
    test: 'test/engine/host/become.test.ts',
  },
  {
    what: 'the keyword become_user wins over the variable',
    file: 'src/engine/host/become.ts',
    find: 'const user =\n    settings.becomeUser ??\n',
    put: 'const user =\n    (said === undefined ? settings.becomeUser : undefined) ??\n',
    test: 'test/engine/host/become.test.ts',
  },
  {
    what: 'nobody asks whether the owner of a file is there',
    file: 'src/planner/owners.ts',
    find: `['user', after.owner, before.owner ?? facts.user],`,
    put: '',
    test: 'test/planner/owners.test.ts',
  },
  {
    what: 'a percentage of serial is rounded up',
    file: 'src/engine/run/serial.ts',
    find: 'Math.floor(',
    put: 'Math.ceil(',
    test: 'test/engine/run/serial.test.ts',
  },
  {
    what: 'index_var counts from 1',
    file: 'src/planner/loop.ts',
    find: 'vars[indexVar] = index;',
    put: 'vars[indexVar] = index + 1;',
    test: 'test/planner/loop.test.ts',
  },
  {
    what: 'revindex of ansible_loop counts to 0',
    file: 'src/planner/loop.ts',
    find: 'revindex: length - index,',
    put: 'revindex: length - index - 1,',
    test: 'test/planner/loop.test.ts',
  },
  {
    what: 'loop.revindex of templates counts to 0',
    file: 'src/template/runtime/loop.ts',
    find: `case 'revindex':\n        return all.length - index0;`,
    put: `case 'revindex':\n        return all.length - index0 - 1;`,
    test: 'test/template/differential.test.ts',
  },
  {
    what: 'handlers are owed without the names of their roles',
    file: 'src/engine/host/owed-handlers.ts',
    find: `return role === undefined ? own : \`\${role.name} : \${own}\`;`,
    put: 'return own;',
    test: 'test/engine/host/owed-handlers.test.ts',
  },
  {
    what: 'a write that did not take effect is not named so',
    file: 'src/engine/window/written.ts',
    find: '`did not take effect: ',
    put: '`',
    test: 'test/engine/window/written.test.ts',
  },
];
