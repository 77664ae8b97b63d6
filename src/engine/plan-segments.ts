/** The parts of a window's script that change something, each with the tasks whose failure its failure is. */
import { kindOf } from '../resources/registry.js';
import type { Change, KindName } from '../resources/resource.js';
import { lines, raw, sh, type Shell } from '../shell/shell.js';
import type { Part } from './plan-batch.js';
import type { Environment } from './plan-environment.js';
import type { WindowStep } from './plan-window-steps.js';

export interface Segment {
  readonly name: string;
  /** Tasks and items whose steps are in it. */
  readonly owners: readonly WindowStep['of'][];
  readonly part: Part;
}

function exportAll(environment: Environment): Shell {
  return lines(Object.entries(environment).map(([name, value]) => sh`export ${raw(name)}=${value}`));
}

/** Consecutive changes of one kind are written together; a package task is one transaction by itself. */
export function segmentsOf(
  steps: readonly WindowStep[],
  mergeTasks: boolean,
  indexOf: (subject: unknown) => number | undefined,
): readonly Segment[] {
  const segments: Segment[] = [];
  let open: { kind: KindName; owners: WindowStep['of'][]; changes: Change[] } | undefined;
  const add = (owners: readonly WindowStep['of'][], script: Shell): void => {
    const name = `s${segments.length}`;
    const [first] = owners;
    segments.push({ name, owners, part: { name, script, ...(first === undefined ? {} : { of: first }) } });
  };
  const close = (): void => {
    if (open === undefined) return;
    const kind = kindOf(open.kind);
    const settle = kind.settle?.(open.changes);
    add(
      open.owners,
      lines([
        kind.write(open.changes, true),
        ...(settle === undefined ? [] : [raw('[ $? -eq 0 ] || exit 1'), settle]),
      ]),
    );
    open = undefined;
  };
  const single = (owner: WindowStep['of'], script: Shell): void => {
    close();
    add([owner], script);
  };
  for (const { of, step } of steps) {
    if (step.type === 'action') single(of, step.script);
    else if (step.type === 'command') {
      const after = step.touches.map(
        (change) =>
          sh`${kindOf(change.id.kind).show(change.id.name)} >"$rtp_rundir/$rtp_seq.after.${indexOf(change) ?? 0}"`,
      );
      // Undo has to know whether a command was begun: the marker is on disk before it runs.
      const entry = indexOf(step);
      const begun =
        entry === undefined
          ? []
          : [
              sh`: >"$rtp_rundir/$rtp_seq.ran.${entry}" && rtp_sync "$rtp_rundir/$rtp_seq.ran.${entry}" "$rtp_rundir" || exit 1`,
            ];
      single(
        of,
        lines([
          ...(step.pauseSeconds > 0 ? [sh`sleep ${step.pauseSeconds}`] : []),
          ...begun,
          ...(step.prepare === undefined ? [] : [step.prepare]),
          // The task's environment is the command's alone: with its PATH or locale nothing of ours may run.
          raw('('),
          exportAll(step.environment),
          step.script,
          raw(')\nrtp_rc=$?'),
          ...after,
          raw('exit "$rtp_rc"'),
        ]),
      );
    } else {
      const { change, validate } = step;
      if (validate !== undefined) {
        const [sha] = kindOf(change.id.kind).blobs(change.to);
        if (sha !== undefined) single(of, validation(validate, sha));
      }
      const mine = open?.owners.some((owner) => owner.task === of.task && owner.item === of.item) === true;
      // A loop's items fail by themselves, so they are never written together with something else.
      const mayMerge =
        mine ||
        (mergeTasks &&
          change.id.kind !== 'package' &&
          open?.owners.some((owner) => owner.task === of.task) === false);
      if (
        open === undefined ||
        open.kind !== change.id.kind ||
        !mayMerge ||
        open.changes.some((other) => other.id.name === change.id.name)
      )
        close();
      open ??= { kind: change.id.kind, owners: [], changes: [] };
      if (!mine || open.owners.length === 0) open.owners.push(of);
      open.changes.push(change);
    }
  }
  close();
  return segments;
}

/** Runs the user's check on a copy of the wanted bytes; `%s` is its path. */
function validation(command: string, sha: string): Shell {
  return sh`rtp_try="$rtp_stage/"${`validate.${sha}`}; cp "$(rtp_blob ${sha})" "$rtp_try" || exit 1
${onTried(command)}; rtp_rc=$?; rm -f "$rtp_try"; [ "$rtp_rc" = 0 ] || echo 'rtprov: failed to validate' >&2; exit "$rtp_rc"`;
}

/**
 * The same in a check, where nothing is staged: in a folder that only the user can enter and that goes away again. It is made in
 * /tmp, where nobody can exchange another's folder; TMPDIR may name a folder where somebody can.
 */
export function triedValidation(command: string, content: Buffer): Shell {
  return sh`(umask 077; rtp_dir=$(mktemp -d /tmp/rtprov-validate.XXXXXXXXXX) || exit 1; rtp_try="$rtp_dir/file"
base64 -d >"$rtp_try" <<'RTP_BYTES' || { rm -rf "$rtp_dir"; exit 1; }
${raw(content.toString('base64').replace(/.{76}/g, '$&\n'))}
RTP_BYTES
${onTried(command)} </dev/null; rtp_rc=$?; rm -rf "$rtp_dir"; [ "$rtp_rc" = 0 ] || echo 'rtprov: failed to validate' >&2; exit "$rtp_rc")`;
}

function onTried(command: string): Shell {
  const [head = '', ...tail] = command.split('%s');
  return sh`${raw(head)}"$rtp_try"${raw(tail.join('"$rtp_try"'))} >&2`;
}
