/**
 * The rollback program on the target. It may be cut off at any place and started again: what it has undone is marked on disk, and
 * is not looked at again. Without the marks a repeated rollback would take what the undo of an earlier step has made for the
 * work of the run: a configuration file that went with its package looks like one that the run removed.
 *
 *     runs/RUN/undoing.SEQ.INDEX    the undo of an entry was begun: a state between its two is the rollback's own
 *     runs/RUN/undone.SEQ.INDEX     it is as before and on disk, whoever brought that about
 *     runs/RUN/untouched.SEQ.INDEX  the run itself found that somebody else had changed it, and left it (resources/lib/guard.ts)
 *     runs/RUN/passed.SEQ.INDEX     it was left as it was (a conflict, a failure), and the rollback went on
 *     runs/RUN/seen.SEQ.INDEX       how the resources of passed entries were when the undo of this one was begun
 *     runs/RUN/half                 KIND:NAME STATE, a line each: what writes and restarts of the run left that failed. It is the run's own
 *     runs/RUN/writing.SEQ.INDEX    the write of an entry was cut off: such lines of what it may have left, or none for anything
 *     runs/RUN/left                 states that undoing went on to make of resources of passed entries, a line each: SEQ.INDEX
 *                                   NTH STATE, where NTH is the resource's place in its entry. They count as before
 */
import { raw, type Shell } from '../shell/shell.js';
import { lockLibrary } from './lock.js';

/** A dollar sign that a template literal does not take for its own. */
const D = '$';

/**
 * The rollback program, kept on the target as undo.sh. It walks a run's windows from the last to the first and
 * prints one line an entry: `undone|same|conflict|failed|kept SEQ INDEX`. Status 0: everything is as it
 * was before the run (with --down-to=SEQ, before that window of it; other users' windows come next); 1: something is not; 3: the known-good entry has to be booted first (it prints `reboot`).
 * Whoever holds the lock already says so with --locked; else it takes the lock itself.
 */
export const undoProgram: Shell = raw(String.raw`#!/bin/sh
# rtprov: puts this machine back as it was before a run. Usage: sh undo.sh RUN [--force] [--reboot]
rtp_state=$(cd "$(dirname "$0")" && pwd) || exit 1
rtp_run=$1
rtp_force=
rtp_reboot=
rtp_locked=
rtp_key=
rtp_down_to=
for rtp_option in "$2" "$3" "$4" "$5"; do
  case $rtp_option in --force) rtp_force=1 ;; --reboot) rtp_reboot=1 ;; --locked) rtp_locked=1 ;; --down-to=*) rtp_down_to=${D}{rtp_option#*=} ;; esac
done
rtp_rundir=$rtp_state/runs/$rtp_run
rtp_stage=$rtp_state/stage/$rtp_run
if [ -z "$rtp_run" ] || [ ! -d "$rtp_rundir" ]; then
  printf 'rtprov: no run "%s" here. Usage: sh undo.sh RUN [--force] [--reboot]. The runs here are:\n' "$rtp_run" >&2
  ls "$rtp_state/runs" >&2
  exit 1
fi
umask 022
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH
${lockLibrary.text}
. "$rtp_rundir/lib.sh" || exit 1
if [ -z "$rtp_locked" ]; then
  rtp_holder=$(rtp_lock "$rtp_run" "undo.sh@$(uname -n)" 120 0) || {
    printf 'rtprov: another run is active here: %s\n' "$rtp_holder" >&2
    exit 1
  }
  trap 'rtp_unlock "$rtp_run"' EXIT
  trap 'exit 1' HUP INT TERM
  rtp_busy "the rollback of $rtp_run"
fi
# The kernel that a run brought cannot be removed under itself: the known-good entry is booted first, and the guard goes on there.
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
rtp_flush() { sync -- "$@" 2>/dev/null || sync; }
# Entries of units that could not be started before the files they need were back, as ' SEQ.INDEX '; and whether they have their second try.
rtp_later=' '
rtp_second=
rtp_is_later() { case $rtp_later in *" $rtp_seq.$1 "*) return 0 ;; esac; return 1; }
rtp_say() { [ -n "$rtp_second" ] && ! rtp_is_later "$2" || printf '%s %s %s\n' "$1" "$rtp_seq" "$2"; }
rtp_marked() { [ -e "$rtp_rundir/$1.$rtp_seq.$2" ]; }
# rtp_is NOW KNOWN: NOW may say more than KNOWN does: a folder's tree, a group's members. $rtp_less: NOW without it
rtp_is() {
  case $1 in directory:*' tree='* | 'exists=true gid='*' members='*) rtp_less=${D}{1% *} ;; *) rtp_less=$1 ;; esac
  [ "$1" = "$2" ] || [ "$rtp_less" = "$2" ]
}
# rtp_ours STATE: was it left by a write of the run that failed or was cut off? Of the caller: rtp_key.
rtp_ours() {
  rtp_is "$1" ""
  if [ -f "$rtp_rundir/half" ] && grep -qxF -e "$rtp_key $rtp_less" -- "$rtp_rundir/half"; then return 0; fi
  rtp_cut=$rtp_rundir/writing.$rtp_seq.$rtp_index
  [ -f "$rtp_cut" ] || return 1
  [ ! -s "$rtp_cut" ] || grep -qxF -e "$rtp_key $rtp_less" -- "$rtp_cut"
}
# rtp_judge NOW AFTER BEFORE [WITHIN...] -- [OLDER...]: what undo has to do for one resource. States of earlier windows, and those
# that came of the undo of other entries, count only where an earlier rollback left the entry as it was and went on to those windows.
rtp_judge() {
  rtp_now=$1
  rtp_then=$2
  rtp_nth=$((rtp_nth + 1))
  shift 2
  if rtp_marked passed "$rtp_index" && grep -qxF -- "$rtp_seq.$rtp_index $rtp_nth $rtp_now" "$rtp_rundir/left" 2>/dev/null; then return 0; fi
  for rtp_known in "$@"; do
    if [ "$rtp_known" = -- ]; then
      rtp_marked passed "$rtp_index" || break
      continue
    fi
    rtp_is "$rtp_now" "$rtp_known" && return 0
  done
  if rtp_is "$rtp_now" "$rtp_then" || rtp_ours "$rtp_now"; then
    [ "$rtp_verdict" = same ] && rtp_verdict=undo
    return 0
  fi
  rtp_verdict=conflict
}
# rtp_booted: was the machine booted since the window?
rtp_booted() { [ "$(cat "$rtp_rundir/$rtp_seq.boot" 2>/dev/null)" != "$(cat /proc/sys/kernel/random/boot_id)" ]; }
# rtp_look: how the resources of passed entries are now, as the lines of 'left'.
rtp_look() (
  rtp_say() { :; }
  rtp_command() { :; }
  rtp_judge() { rtp_nth=$((rtp_nth + 1)); printf '%s\n' "$rtp_seq.$rtp_index $rtp_nth $1"; }
  rtp_group() { rtp_index=$2; rtp_nth=0; if rtp_marked passed "$2"; then rtp_compare; fi; }
  for rtp_seq in $(ls "$rtp_rundir" | sed -n 's/^passed\.\([0-9]*\)\..*/\1/p' | sort -u); do . "$rtp_rundir/$rtp_seq.undo"; done
)
# rtp_leave: what is no longer as it was when the undo of $rtp_seen was begun came of that.
rtp_leave() {
  rtp_look | grep -vxF -f "$rtp_seen" >>"$rtp_rundir/left"
  rtp_flush "$rtp_rundir/left"
}
rtp_passes() { for rtp_mark in "$rtp_rundir"/passed.*; do [ -e "$rtp_mark" ]; return; done; }
# rtp_begin KIND INDEX: what was undone before is on disk before this is begun. A file changes in one step, or says itself how far
# it came; it needs no mark.
rtp_begin() {
  [ -e "$rtp_rundir/unsettled" ] || : >"$rtp_rundir/unsettled"
  [ "$1" != file ] || return 0
  rtp_seen=$rtp_rundir/seen.$rtp_seq.$2
  if rtp_passes && [ ! -e "$rtp_seen" ]; then
    rtp_look >"$rtp_seen.new" && mv -f "$rtp_seen.new" "$rtp_seen" && rtp_flush "$rtp_seen" || return 1
  fi
  : >"$rtp_rundir/undoing.$rtp_seq.$2" && rtp_flush "$rtp_rundir"
}
# rtp_landed KIND: what was undone reaches the disk before its mark does. Files, accounts' tools and boot entries see to that themselves.
rtp_landed() {
  case $1 in
    package | command) sync ;;
    unit)
      set -- /etc/systemd/system
      for rtp_links in /etc/systemd/system/*.wants /etc/systemd/system/*.requires; do
        if [ -d "$rtp_links" ]; then set -- "$@" "$rtp_links"; fi
      done
      rtp_flush "$@"
      ;;
  esac
}
# rtp_end KIND INDEX STATUS: reports how the entry ended; what is settled is not looked at again.
rtp_end() {
  # A package takes its files and units along, also those that a later entry had changed and that were passed.
  rtp_seen=$rtp_rundir/seen.$rtp_seq.$2
  if [ -e "$rtp_seen" ]; then
    rtp_leave
    rm -f "$rtp_seen"
  fi
  case $3 in
    undone | same) : >"$rtp_rundir/undone.$rtp_seq.$2"; rm -f "$rtp_rundir/undoing.$rtp_seq.$2" ;;
    *) : >"$rtp_rundir/passed.$rtp_seq.$2"; rtp_bad=1 ;;
  esac
  rtp_say "$3" "$2"
}
rtp_remains() { return 1; }
# rtp_group KIND INDEX: undoes one entry whose functions rtp_compare, rtp_remains, rtp_restored and rtp_write the caller has just defined.
rtp_group() {
  rtp_index=$2
  if [ -n "$rtp_second" ] && ! rtp_is_later "$2"; then return 0; fi
  if rtp_marked undone "$2" || rtp_marked untouched "$2"; then rtp_say same "$2"; return 0; fi
  rtp_verdict=same
  rtp_nth=0
  rtp_compare
  # What was left as it was is reported until it is as before, also where its state no longer shows it.
  if [ "$rtp_verdict" = same ] && rtp_marked passed "$2" && rtp_remains; then rtp_verdict=conflict; fi
  if rtp_marked undoing "$2"; then rtp_verdict=undo; fi
  if [ "$rtp_verdict" = same ]; then rtp_end "$1" "$2" same; return 0; fi
  if [ "$rtp_verdict" = conflict ] && [ -z "$rtp_force" ]; then rtp_end "$1" "$2" conflict; return 0; fi
  rtp_begin "$1" "$2"
  if (rtp_write) >&2 && rtp_restored; then
    rtp_landed "$1"
    rtp_end "$1" "$2" undone
  elif [ "$1" = unit ] && [ -z "$rtp_second" ]; then
    rtp_later="$rtp_later$rtp_seq.$2 "
  else
    rtp_end "$1" "$2" failed
  fi
}
# rtp_kept INDEX: what cannot be undone
rtp_kept() { if rtp_marked untouched "$1"; then rtp_say same "$1"; else rtp_say kept "$1"; fi; }
# rtp_command INDEX TEXT [HIDDEN]: undoes a command by the text that its task gives. Cut off, it is done once more from its beginning.
rtp_command() {
  [ -z "$rtp_second" ] || return 0
  if [ ! -e "$rtp_rundir/$rtp_seq.ran.$1" ] || rtp_marked undone "$1"; then rtp_say same "$1"; return 0; fi
  rtp_begin command "$1"
  rtp_text=$2
  rtp_hidden=$3
  if (
    set --
    if [ -n "$rtp_hidden" ]; then exec 2>/dev/null; fi
    exec >&2
    eval "$rtp_text"
  ); then
    rtp_landed command
    rtp_end command "$1" undone
  else
    rtp_end command "$1" failed
  fi
}
# Nothing is undone by halves for want of what the disk has lost.
for rtp_file in "$rtp_rundir"/*.undo; do
  [ -e "$rtp_file" ] || continue
  if [ -s "$rtp_file" ] && rtp_first=$(head -n 1 "$rtp_file") && case $rtp_first in '# '*) [ "$(tail -n 1 "$rtp_file")" = "# end of ${D}{rtp_first#??}" ] ;; esac; then continue; fi
  printf 'rtprov: %s is damaged: nothing was undone\n' "$rtp_file" >&2
  exit 1
done
for rtp_seen in "$rtp_rundir"/seen.*.*[0-9]; do
  if [ -e "$rtp_seen" ]; then rtp_leave; fi
done
rtp_windows() {
  for rtp_file in $(ls -r "$rtp_rundir"); do
    case $rtp_file in *.undo) ;; *) continue ;; esac
    rtp_seq=${D}{rtp_file%.undo}
    if [ -n "$rtp_down_to" ] && [ "$rtp_seq" -lt "$rtp_down_to" ]; then break; fi
    # The marks of the later window are on disk before this one is begun.
    rtp_flush "$rtp_rundir"
    . "$rtp_rundir/$rtp_file"
  done
}
rtp_windows
if [ "$rtp_later" != ' ' ]; then
  rtp_second=1
  rtp_windows
fi
if [ -n "$rtp_down_to" ]; then exit "$rtp_bad"; fi
if [ -e "$rtp_rundir/unsettled" ]; then
  for rtp_file in "$rtp_rundir"/*.settle; do
    [ -f "$rtp_file" ] || continue
    (. "$rtp_file") >&2 || { printf 'rtprov: %s: a service could not be brought back\n' "$rtp_file" >&2; rtp_bad=1; }
  done
  rm -f "$rtp_rundir/unsettled"
fi
rm -rf "$rtp_stage"
if [ "$rtp_bad" = 0 ]; then
  date -u +%Y-%m-%dT%H:%M:%SZ >"$rtp_rundir/.undone.new" && rtp_flush "$rtp_rundir/.undone.new" &&
    mv -f "$rtp_rundir/.undone.new" "$rtp_rundir/undone" && rtp_flush "$rtp_rundir" || exit 1
fi
exit "$rtp_bad"
`);
