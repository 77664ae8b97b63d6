/**
 * Priorities: vCPU < ksoftirqd, ktimers < rcuc, rcub < irq threads < measuring tools < 99. Below a vCPU that never sleeps, the
 * kernel's own threads of that CPU starve. And the time that the scheduler withholds from real-time threads.
 */
import { kernelAtLeast, threadPriorities } from '../arguments/kernel-arguments.js';
import { ofGuest, ofPartition, planError, planWarning } from '../diagnostics.js';
import type { Origin, PlanDiagnostic } from '../model.js';
import type { Judged } from './judged.js';

interface Level {
  readonly what: string;
  readonly priority: number;
  readonly origin: Origin;
}

const highest = 99;

function orderFault(lower: Level, higher: Level): PlanDiagnostic | undefined {
  if (lower.priority < higher.priority) return undefined;
  const message = `${lower.what} would have FIFO priority ${lower.priority}, and ${higher.what} ${higher.priority}: the first has to be lower`;
  const hint =
    'Below a thread that never sleeps, timers, RCU and interrupts of that CPU starve: leave out priority, or lower it.';
  return planError('PRIO_ORDER', lower.origin, { message, hint });
}

function levels({ request }: Judged): readonly Level[] {
  const { softirq, rcu, irq, tools } = threadPriorities(request.host);
  const own = (name: string): Origin => ofPartition('priorities', name);
  return [
    { what: 'ksoftirqd and ktimers', priority: softirq, origin: own('softirq') },
    { what: 'rcuc and rcub', priority: rcu, origin: own('rcu') },
    { what: 'interrupt threads', priority: irq, origin: own('irq') },
    { what: 'measuring tools', priority: tools, origin: own('tools') },
  ];
}

export function priorityFaults(judged: Judged): readonly PlanDiagnostic[] {
  const threads = levels(judged);
  const guests = judged.request.guests.map(({ name, priority }): Level => ({
    what: `the real-time vCPUs of ${name}`,
    priority,
    origin: ofGuest(name, 'priority'),
  }));
  const [first] = threads;
  const top = [...guests, ...threads].filter(({ priority }) => priority >= highest);
  const chain = threads.flatMap((level, index) => {
    const next = threads[index + 1];
    return next === undefined ? [] : [[level, next] as const];
  });
  const pairs = [...(first === undefined ? [] : guests.map((guest) => [guest, first] as const)), ...chain];
  return [
    ...top.map(({ what, priority, origin }) =>
      planError('PRIO_99', origin, {
        message: `${what} would have FIFO priority ${priority}: ${highest} belongs to the kernel's migration and watchdog threads`,
        hint: `Choose a priority below ${highest}.`,
      }),
    ),
    ...pairs.flatMap(([lower, higher]) => orderFault(lower, higher) ?? []),
  ];
}

/** `kernel.sched_rt_runtime_us`: up to 6.11 real-time threads stop for the rest of each period (Documentation/scheduler/sched-rt-group.rst). */
function throttling({ request }: Judged): readonly PlanDiagnostic[] {
  const { sysctls: basic, sysctlsExtra: extra = {} } = request.host;
  const sysctls = { ...basic, ...extra };
  if (Object.keys(sysctls).length === 0 || kernelAtLeast(request.facts?.kernelRelease, 6, 12) === true)
    return [];
  const name = 'kernel.sched_rt_runtime_us';
  const given = sysctls[name];
  if (given?.trim() === '-1') return [];
  const period = sysctls['kernel.sched_rt_period_us'] ?? '1000000';
  const what = given === undefined ? 'is not set, and 950000 by default' : `is ${given}`;
  const message = `${name} ${what} of a period of ${period} us: before Linux 6.12, a real-time vCPU that never sleeps is stopped for the rest of it`;
  const variable = Object.hasOwn(extra, name) ? 'rt_sysctls_extra' : 'rt_sysctls';
  const hint = `Set ${name} to -1 in ${variable}.`;
  return [planError('RT_RUNTIME', ['host', variable, name], { message, hint })];
}

/** From 6.12 on a server runs other tasks for 50 of each 1,000 ms; it is switched off in debugfs, which lockdown closes. */
function fairServer({ request, plan }: Judged): readonly PlanDiagnostic[] {
  const { kernelRelease, lockdown } = request.facts ?? {};
  if (lockdown === undefined || lockdown === 'none' || plan.isolated.length === 0) return [];
  if (kernelAtLeast(kernelRelease, 6, 12) !== true) return [];
  const message = `the kernel ${kernelRelease ?? ''} runs other tasks for 50 of each 1,000 ms ahead of real-time threads (fair server), and lockdown (${lockdown}, as with Secure Boot) does not let it be turned off`;
  const hint =
    'Turn Secure Boot off in the firmware, or keep every other task off the isolated CPUs: the server then has nothing to run.';
  return [planWarning('RT_RUNTIME', ['host'], { message, hint })];
}

export function runtimeFaults(judged: Judged): readonly PlanDiagnostic[] {
  return [...throttling(judged), ...fairServer(judged)];
}
