/**
 * What planned package changes mean for later tasks in check mode: the files and units that come and go. A run writes the
 * packages and looks at the host again instead.
 */
import type { FileState } from '../resources/file/state.js';
import type { ReadRequest } from '../resources/resource.js';
import type { PackageState } from '../resources/package/state.js';
import type { TransactionState } from '../resources/transaction/state.js';
import { parseTransactionName } from '../resources/transaction/request.js';
import { isUnknown, Unknown } from '../values/value.js';
import type { Item } from './item.js';
import type { PlanView } from './view.js';

const names = (changes: TransactionState['changes']): string =>
  changes.map((change) => change.name).join(', ');

/** What a package transaction brings and removes, put into the overlay so that later tasks of a check see it. */
function overlayShipped(view: PlanView, transaction: TransactionState): void {
  const configuration = new Set(transaction.conffiles);
  const unedited = new Set(transaction.unedited);
  const old = new Set(transaction.owned);
  for (const path of transaction.removes?.files ?? [])
    view.plan({ kind: 'file', name: path }, { type: 'absent' });
  for (const [path, state] of Object.entries(transaction.ships ?? {})) {
    const present = view.peek({ kind: 'file', name: path });
    const there = present !== undefined && (isUnknown(present) || (present as FileState).type !== 'absent');
    if (state.type === 'directory' && there) continue;
    // Configuration that somebody edited, or removed, stays so.
    if (
      configuration.has(path) &&
      (there ? !unedited.has(path) || view.isPlanned({ kind: 'file', name: path }) : old.has(path))
    )
      continue;
    view.plan({ kind: 'file', name: path }, state);
  }
  for (const unit of transaction.removes?.units ?? [])
    view.plan({ kind: 'unit', name: unit.name }, unit.state);
  const fresh = new Unknown(`package changes: ${names(transaction.changes)}`);
  for (const unit of transaction.units ?? [])
    view.plan({ kind: 'unit', name: unit.name }, unit.certain ? unit.state : fresh);
}

/**
 * Why a transaction cannot be foreseen: apt was asked about the host as it is, and packages that are planned already have a say in
 * the answer. Undefined when they do not have it.
 */
function unforeseen(view: PlanView, request: string): Unknown | undefined {
  const planned = view.plannedPackages();
  if (planned.length === 0) return undefined;
  const { install, remove, upgrade, autoremove } = parseTransactionName(request);
  const asked = new Set([...install, ...remove].map((word) => word.replace(/[=/].*/, '')));
  const meets =
    remove.length > 0 || upgrade !== undefined || autoremove || planned.some((name) => asked.has(name));
  return meets ? new Unknown(`packages that earlier tasks change: ${planned.join(', ')}`) : undefined;
}

/** The same for all that a task asks for; what it may bring or remove becomes unknown. */
export function unforeseenPackages(view: PlanView, wanted: readonly ReadRequest[]): Unknown | undefined {
  for (const { kind, name } of wanted) {
    const reason = kind === 'transaction' ? unforeseen(view, name) : undefined;
    if (reason === undefined) continue;
    overlayUnforeseen(view, reason);
    return reason;
  }
  return undefined;
}

function overlayUnforeseen(view: PlanView, reason: Unknown): void {
  for (const transaction of view.transactions()) {
    for (const [path, state] of Object.entries(transaction.ships ?? {}))
      if (state.type !== 'directory') view.plan({ kind: 'file', name: path }, reason);
    for (const path of transaction.removes?.files ?? []) view.plan({ kind: 'file', name: path }, reason);
    for (const unit of [...(transaction.units ?? []), ...(transaction.removes?.units ?? [])])
      view.plan({ kind: 'unit', name: unit.name }, reason);
  }
}

/** What the packages of a task bring, put into the overlay for the tasks after it. */
export function overlayBrought(view: PlanView, items: readonly Item[]): void {
  for (const { plan } of items) {
    if (plan.type !== 'states') continue;
    const brought = new Set(
      plan.steps.flatMap((step) =>
        step.type === 'change' && step.change.id.kind === 'package' ? [step.change.id.name] : [],
      ),
    );
    if (brought.size === 0) continue;
    // Transactions of later tasks were looked at as well: only the one whose new packages are all of this task counts.
    for (const transaction of view.transactions()) {
      if (
        transaction.changes.length > 0 &&
        transaction.changes.every(({ name }) => brought.has(name) || isPlannedAlready(view, name))
      )
        overlayShipped(view, transaction);
    }
  }
}

/** An earlier task of the plan installs it. */
function isPlannedAlready(view: PlanView, name: string): boolean {
  const state = view.peek({ kind: 'package', name });
  return state !== undefined && !isUnknown(state) && (state as PackageState).version !== undefined;
}
