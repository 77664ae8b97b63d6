/**
 * Who a task of a check runs as, and what is read for it. The run will find what earlier tasks do: a user whom they make, and files
 * that they let the user read. In a check neither is so yet: what is known of the user is what is planned, and root reads instead.
 */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { plannedUser } from '../../planner/permit/planned-user.js';
import type { TargetFacts } from '../../resources/facts/target.js';
import { keyOf, type ReadRequest } from '../../resources/resource.js';
import { isUnknown, Unknown, type Value } from '../../values/value.js';
import type { TargetShell } from '../target/target-shell.js';

/** `later`: why what the user's tasks look at and do is unknown before the run. */
export interface Actor {
  readonly facts: TargetFacts;
  readonly later?: Unknown;
}

/** A task looks at what its user cannot read: it fails, and its host goes on as after any other failed task. */
export class Unreadable extends RtprovError {
  constructor(cause: RtprovError) {
    super(cause.code, cause.message, { cause });
  }
}

export const isMissing = (error: unknown): error is RtprovError =>
  error instanceof RtprovError && error.code === 'BECOME_USER_MISSING';

/** Could the user not read it? Another user may, or the same one later. */
export const isDenied = (error: unknown): boolean =>
  isMissing(error) || (error instanceof RtprovError && error.code === 'READ_FAILED');

/** The root shell that replaces another one in a check, as it is in use there. */
function standIn(shell: TargetShell): TargetShell | undefined {
  const root = shell.options.use === 'check' ? shell.peers.rootShell() : undefined;
  return root !== shell && root?.prepared === true ? root : undefined;
}

/** `checkMode`: of the task. One that acts in a check needs a user who is there. Throws RtprovError when nothing makes the user. */
export async function actorOf(shell: TargetShell, checkMode: boolean): Promise<Actor> {
  try {
    return { facts: await shell.targetFacts(false) };
  } catch (error) {
    const planned = isMissing(error) ? await plannedActor(shell, checkMode) : undefined;
    if (planned === undefined) throw error;
    return planned;
  }
}

async function plannedActor(shell: TargetShell, checkMode: boolean): Promise<Actor | undefined> {
  const root = standIn(shell);
  const name = shell.becomes;
  if (root === undefined || name === undefined) return undefined;
  const base = { ...(await root.targetFacts(false)), user: name, group: name, uid: -1, home: `~${name}` };
  const later = (why: string): Actor => ({
    facts: base,
    later: new Unknown(`the user ${name} does not exist yet: ${why}`),
  });
  const { view } = root;
  const user = plannedUser(view, name);
  if (isUnknown(user)) return later(user.reason);
  if (user !== undefined) {
    if (!checkMode) return later('an earlier task creates it, and that task has not run');
    const { group = name, uid = -1, home = `/home/${name}` } = user;
    return { facts: { ...base, group, uid, home } };
  }
  const { uncertain } = shell.peers;
  if (uncertain !== undefined) return later(uncertain);
  const packages = view.plannedPackages();
  return packages.length === 0 ? undefined : later(`perhaps ${packages.join(', ')} will create it`);
}

/** Facts for `setup` in a check. What of a planned user is in them is as it is planned. */
export async function factsInCheck(shell: TargetShell): Promise<Readonly<Record<string, Value>>> {
  try {
    return await shell.allFacts();
  } catch (error) {
    const root = isMissing(error) ? standIn(shell) : undefined;
    if (root === undefined) throw error;
    const { facts } = await actorOf(shell, true);
    const unknown = new Unknown(`the user ${facts.user} does not exist yet`);
    const all = Object.entries(await root.allFacts()).map(([fact, value]): readonly [string, Value] => [
      fact,
      /^(?:real_|effective_)?(?:user|group)_|^env$/.test(fact) ? unknown : value,
    ]);
    return { ...Object.fromEntries(all), user_id: facts.user };
  }
}

/**
 * Reads for the plan of a task. In a check root reads what the user cannot, where something is planned that may change this; what
 * root has read is marked in the view (`PlanView.lent`), since the user may never get to see it. Throws Unreadable, and RtprovError for other faults.
 */
export async function readForPlan(
  shell: TargetShell,
  requests: readonly ReadRequest[],
  view = shell.view,
): Promise<void> {
  try {
    await shell.read(requests, view);
  } catch (error) {
    const root = isDenied(error) ? standIn(shell) : undefined;
    if (root === undefined || (!isMissing(error) && !shell.view.hasPlanned))
      throw error instanceof RtprovError && error.code === 'READ_FAILED' ? new Unreadable(error) : error;
    await root.read(requests, view);
    for (const request of requests) view.lent.add(keyOf(request));
  }
}
