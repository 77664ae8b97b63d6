/**
 * The journal's shell on the target. Everything undo needs stays there, below one folder that only its
 * owner may read: `/var/lib/rtprov` for root, `~/.local/state/rtprov` for anyone else.
 *
 *     lock/           held while a run is at work (see lock.ts)
 *     blobs/SHA256    old bytes; trees/, debs/ likewise
 *     stage/RUN/      new bytes of the window that is being made; empty between windows
 *     undo.sh         the rollback program: `sh undo.sh RUN [--force]` needs no controller and no network
 *     runs/RUN/run.json, lib.sh, SEQ.json (entries), SEQ.undo (their undo), SEQ.after (states after commands), owed (handlers), undone
 *
 * A window's entries and their undo are on disk before its first change is made.
 */
import { raw, sh, type Shell } from '../shell/shell.js';

/** Functions that each session needs before anything is journalled. */
export const journalLibrary: Shell = raw(String.raw`
rtp_open() {
  rtp_run=$1
  if [ "$(id -u)" = 0 ]; then rtp_state=/var/lib/rtprov; else rtp_state=$HOME/.local/state/rtprov; fi
  rtp_stage=$rtp_state/stage/$rtp_run
  rtp_rundir=$rtp_state/runs/$rtp_run
}
rtp_prepare() {
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
`);

/** A dollar sign that a template literal does not take for its own. */
const D = '$';

/**
 * The rollback program, kept on the target as undo.sh. It walks a run's windows from the last to the first and
 * prints one line an entry: `undone|same|conflict|failed|kept SEQ INDEX`. Status 0: everything is as it
 * was before the run; 1: something is not; 3: the known-good entry has to be booted first (it prints `reboot`).
 */
export const undoProgram: Shell = raw(String.raw`#!/bin/sh
# rtprov: puts this machine back as it was before a run. Usage: sh undo.sh RUN [--force] [--reboot]
rtp_state=$(cd "$(dirname "$0")" && pwd) || exit 1
rtp_run=$1
rtp_force=
rtp_reboot=
for rtp_option in "$2" "$3"; do
  case $rtp_option in --force) rtp_force=1 ;; --reboot) rtp_reboot=1 ;; esac
done
rtp_rundir=$rtp_state/runs/$rtp_run
rtp_stage=$rtp_state/stage/$rtp_run
[ -d "$rtp_rundir" ] || { printf 'rtprov: no run %s here\n' "$rtp_run" >&2; exit 1; }
umask 022
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH
. "$rtp_rundir/lib.sh" || exit 1
# The kernel that a run brought cannot be taken away under itself: the known-good entry is booted first, and the guard goes on there.
if ! rtp_trial_known "$rtp_run"; then
  rtp_reason='the run is rolled back'
  if [ "$(rtp_trial_get run)" = "$rtp_run" ] && [ "$(rtp_trial_get state)" = returning ]; then rtp_reason=$(rtp_trial_get reason); fi
  rtp_trial_return "$rtp_run" "$rtp_reason" && rtp_trial_set force "$rtp_force" || exit 1
  printf 'reboot\n'
  if [ -n "$rtp_reboot" ]; then rtp_trial_reboot; fi
  printf 'rtprov: this machine runs what the run made of it. Reboot it (or give --reboot): it boots its known-good entry, and the run is undone there.\n' >&2
  exit 3
fi
rtp_grub_tidy
rtp_bad=0
rtp_say() { printf '%s %s %s\n' "$1" "$rtp_seq" "$2"; }
# rtp_judge NOW AFTER BEFORE [WITHIN...] -- [OLDER...]: what undo has to do for one resource. States of earlier windows count
# only once the entry was undone: something may have gone and come again, and then looks as it did before.
rtp_judge() {
  rtp_now=$1
  rtp_then=$2
  shift 2
  for rtp_known in "$@"; do
    if [ "$rtp_known" = -- ]; then
      [ -e "$rtp_rundir/undone.$rtp_seq.$rtp_index" ] || break
      continue
    fi
    [ "$rtp_now" = "$rtp_known" ] && return 0
  done
  if [ "$rtp_now" = "$rtp_then" ]; then
    [ "$rtp_verdict" = same ] && rtp_verdict=undo
    return 0
  fi
  rtp_verdict=conflict
}
# rtp_booted: was the machine booted since the window?
rtp_booted() { [ "$(cat "$rtp_rundir/$rtp_seq.boot" 2>/dev/null)" != "$(cat /proc/sys/kernel/random/boot_id)" ]; }
# rtp_group INDEX: undoes one entry whose functions rtp_compare, rtp_restored and rtp_write the caller has just defined.
rtp_group() {
  rtp_index=$1
  rtp_verdict=same
  rtp_compare
  if [ "$rtp_verdict" = same ]; then rtp_say same "$1"; return 0; fi
  if [ "$rtp_verdict" = conflict ] && [ -z "$rtp_force" ]; then rtp_say conflict "$1"; rtp_bad=1; return 0; fi
  : >"$rtp_rundir/unsettled"
  if (rtp_write) >&2 && rtp_restored; then
    : >"$rtp_rundir/undone.$rtp_seq.$1"
    rtp_say undone "$1"
    return 0
  fi
  rtp_say failed "$1"
  rtp_bad=1
}
for rtp_file in $(ls -r "$rtp_rundir"); do
  case $rtp_file in *.undo) ;; *) continue ;; esac
  rtp_seq=${D}{rtp_file%.undo}
  . "$rtp_rundir/$rtp_file"
done
if [ -e "$rtp_rundir/unsettled" ]; then
  for rtp_file in "$rtp_rundir"/*.settle; do
    [ -f "$rtp_file" ] || continue
    (. "$rtp_file") >&2 || { printf 'rtprov: %s: a service could not be brought back\n' "$rtp_file" >&2; rtp_bad=1; }
  done
  rm -f "$rtp_rundir/unsettled"
fi
rm -rf "$rtp_stage"
if [ "$rtp_bad" = 0 ]; then
  date -u +%Y-%m-%dT%H:%M:%SZ >"$rtp_rundir/undone"
  sync "$rtp_rundir/undone" 2>/dev/null || sync
fi
exit "$rtp_bad"
`);

/** Status of the undo of a run whose kernel runs: the known-good entry has to be booted first. */
export const needsBootStatus = 3;

/** Runs the target's own rollback of one run. */
export function undoScript(run: string, force: boolean): Shell {
  return sh`rtp_open ${run}; sh "$rtp_state/undo.sh" ${run} ${force ? '--force' : raw('')}`;
}
