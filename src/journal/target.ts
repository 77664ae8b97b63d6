/**
 * The journal's shell on the target. Everything undo needs stays there, below one folder that only its
 * owner may read (folder.ts): `/var/lib/rtprov` for root, in general `~/.local/state/rtprov` for anyone else.
 *
 *     lock/           held while a run is active (see lock.ts)
 *     blobs/SHA256    old bytes; trees/, debs/ likewise
 *     stage/RUN/      new bytes of the window that is being made; empty between windows
 *     undo.sh         the rollback program: `sh undo.sh RUN [--force]` needs no controller and no network
 *     runs/RUN/run.json, lib.sh, SEQ.json (entries), SEQ.undo (their undo), SEQ.after (states after commands), SEQ.commands (entry.ts), owed (handlers), undone, unchanged, gone.USER (departed.ts),
 *         marks of a rollback (undo-program.ts)
 *
 * A window's entries and their undo are on disk before its first change is made.
 */
import { library, raw, sh, type Shell } from '../shell/shell.js';
import { folderLibrary } from './folder.js';
import { roomLibrary } from './room.js';

/** Functions that each session needs before anything is journalled. */
export const journalLibrary: Shell = library([
  folderLibrary,
  roomLibrary,
  raw(String.raw`
rtp_open() {
  rtp_run=$1
  rtp_place
  rtp_stage=$rtp_state/stage/$rtp_run
  rtp_rundir=$rtp_state/runs/$rtp_run
}
rtp_prepare() {
  [ ! -d "$rtp_stage" ] || [ ! -d "$rtp_rundir" ] || return 0
  (umask 077; mkdir -p "$rtp_state/blobs" "$rtp_state/trees" "$rtp_state/debs" "$rtp_stage" "$rtp_rundir") &&
    chmod 700 "$rtp_state"
}
rtp_blob() {
  if [ -f "$rtp_stage/$1" ]; then printf '%s\n' "$rtp_stage/$1"; else printf '%s\n' "$rtp_state/blobs/$1"; fi
}
rtp_sync() {
  sync -- "$@" 2>/dev/null || sync
}
rtp_finish() {
  rm -rf -- "$rtp_stage" "$rtp_state/tmp.$rtp_run"
}
`),
]);

/** At a run's end: where all of these hold, it has left nothing to undo. */
export function markUnchanged(conditions: readonly Shell[]): Shell {
  const all = ['[ -d "$rtp_rundir" ]', ...conditions.map(({ text }) => text)].join(' &&\n  ');
  return sh`if ${raw(all)}; then : >"$rtp_rundir/unchanged"; fi`;
}

/** Status of the undo of a run whose kernel runs: the known-good entry has to be booted first. */
export const needsBootStatus = 3;

/** Runs the target's own rollback of one run. `downTo`: no further than to this window. */
export function undoScript(run: string, force: boolean, downTo?: string): Shell {
  return sh`rtp_open ${run}
rtp_busy ${`the rollback of ${run}`}
sh "$rtp_state/undo.sh" ${run} --locked ${force ? '--force' : raw('')} ${downTo === undefined ? raw('') : `--down-to=${downTo}`}
rtp_rc=$?
rtp_idle
exit "$rtp_rc"`;
}
