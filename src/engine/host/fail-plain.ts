/** Fails what is not a module's task: an include or a flush of handlers. */
import type { Keywords } from '../../playbook/read/model.js';
import type { TaskRef } from '../../planner/outcome.js';
import { fail, type HostState } from '../../planner/host-state.js';
import type { PlayHost } from './play-host.js';
import type { Enclosing } from '../../planner/program.js';
import { reportPlain } from './report-task.js';

/** Reports and counts the failure; gives the state from which the blocks around it go on. */
export function failPlain(
  host: PlayHost,
  state: HostState,
  enclosing: Enclosing | undefined,
  ref: TaskRef,
  msg: string,
  {
    name = '',
    keywords = {},
  }: { readonly name?: string; readonly keywords?: Pick<Keywords, 'anyErrorsFatal'> } = {},
): HostState {
  const result = { failed: true, msg };
  const led = fail(state, enclosing, { task: ref, name, result, unreachable: false });
  const status = led.rescued ? 'rescued' : 'failed';
  reportPlain(host, ref, { status, msg, result });
  host.context.count(host.name, [status]);
  host.play.coordinator.taskFailed(host.name, { keywords }, led.state.ended);
  return led.state;
}
