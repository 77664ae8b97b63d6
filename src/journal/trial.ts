/**
 * A trial boot as the target knows it, and the guard that ends it. The known-good entry is GRUB's default all the while; the trial is
 * booted once. Until the controller has confirmed it over a new connection, every way out of it (a panic, a watchdog, a power
 * cut, the guard's own time limit, a failed check) leads to the known-good entry, where the guard undoes the run.
 *
 *     boot/trial     the record, KEY=VALUE lines: run, state, deadline, boot, reason, seen, again, retried, force, undo
 *     boot/held/     held for a moment while guard or controller decides on the state
 *     boot/guard.sh  the guard; rtprov-boot-guard.service runs it at each boot
 *     boot/undo.log  what the undo said
 *     runs/RUN/boot  how the machine was booted before the run: release and command line
 *
 * States of the record:
 *
 *     armed      all is laid, the trial was not booted yet
 *     trial      the trial runs and is not confirmed
 *     confirmed  the trial is the default now
 *     returning  it is given up: the known-good entry is to be booted, and the run undone there
 *     returned   the known-good entry runs and the run was undone (undo=0) or not wholly (undo=1)
 *
 * The known-good boot in which a run is undone came up with the run's files. Where nobody has reached the trial (no `seen`), one of them
 * may be what keeps the machine from being reached: then it is booted once more after the undo (`again`).
 */
import { lines, raw, sh, type Shell } from '../shell/shell.js';
import { knownGoodId, trialMarker } from '../rt/boot/trial-names.js';
import { lockLibrary } from './lock.js';

export const trialLibrary: Shell = raw(String.raw`
rtp_trial_get() { sed -n "s/^$1=//p" "$rtp_state/boot/trial" 2>/dev/null | head -n 1; }
# Guard and controller may come at the same time: both change the record only while they hold it.
rtp_trial_hold() {
  (umask 077; mkdir -p "$rtp_state/boot") || return 1
  rtp_tries=0
  until mkdir "$rtp_state/boot/held" 2>/dev/null; do
    rtp_tries=$((rtp_tries + 1))
    # Who holds it that long is gone: a power cut, a connection that ended.
    [ "$rtp_tries" -lt 30 ] || break
    sleep 1
  done
}
rtp_trial_let_go() { rmdir "$rtp_state/boot/held" 2>/dev/null || :; }
# rtp_trial_write KEY VALUE...: changes the record in one step, on disk before it returns. For who holds it.
rtp_trial_write() {
  rtp_record=$(cat "$rtp_state/boot/trial" 2>/dev/null || :)
  while [ $# -gt 1 ]; do
    rtp_record=$(printf '%s\n' "$rtp_record" | grep -v "^$1=" || :; printf '%s=%s\n' "$1" "$2")
    shift 2
  done
  (umask 077; printf '%s\n' "$rtp_record" | grep . >"$rtp_state/boot/.trial.new") &&
    rtp_trial_sync "$rtp_state/boot/.trial.new" &&
    mv -f "$rtp_state/boot/.trial.new" "$rtp_state/boot/trial" && rtp_trial_sync "$rtp_state/boot"
}
rtp_trial_sync() { sync -- "$@" 2>/dev/null || sync; }
# rtp_trial_set KEY VALUE [KEY VALUE]...: changes the record, whatever its state.
rtp_trial_set() {
  rtp_trial_hold || return 1
  rtp_written=0
  rtp_trial_write "$@" || rtp_written=1
  rtp_trial_let_go
  return "$rtp_written"
}
# rtp_trial_move FROM KEY VALUE...: changes the record if its state is one of the words FROM.
rtp_trial_move() {
  rtp_trial_hold || return 1
  rtp_from=$1
  shift
  rtp_moved=1
  case " $rtp_from " in *" $(rtp_trial_get state) "*) if rtp_trial_write "$@"; then rtp_moved=0; fi ;; esac
  rtp_trial_let_go
  return "$rtp_moved"
}
# rtp_trial_runs RUN: is this boot the trial of that run?
rtp_trial_runs() {
  case " $(cat /proc/cmdline) " in *" ${trialMarker}=$1 "*) return 0 ;; esac
  return 1
}
# rtp_trial_known RUN: does the machine run as before that run? A run without a record never changed how it boots.
rtp_trial_known() {
  [ -f "$rtp_state/runs/$1/boot" ] || return 0
  { read -r rtp_release; read -r rtp_cmdline; } <"$rtp_state/runs/$1/boot"
  [ "$(uname -r)" = "$rtp_release" ] && [ "$(sed 's/^BOOT_IMAGE=[^ ]* *//' /proc/cmdline)" = "$rtp_cmdline" ]
}
# rtp_trial_note RUN: writes down how the machine runs before that run.
rtp_trial_note() {
  [ -f "$rtp_state/runs/$1/boot" ] && return 0
  printf '%s\n%s\n' "$(uname -r)" "$(sed 's/^BOOT_IMAGE=[^ ]* *//' /proc/cmdline)" >"$rtp_state/runs/$1/boot.new" &&
    rtp_trial_sync "$rtp_state/runs/$1/boot.new" && mv -f "$rtp_state/runs/$1/boot.new" "$rtp_state/runs/$1/boot" &&
    rtp_trial_sync "$rtp_state/runs/$1"
}
# rtp_trial_return RUN REASON: the known-good entry is to be booted; the guard undoes the run there.
rtp_trial_return() {
  rtp_boot_entry_write next_entry '' '' && rtp_boot_entry_write saved_entry ${knownGoodId} '' &&
    rtp_trial_set run "$1" state returning boot "$(cat /proc/sys/kernel/random/boot_id)" reason "$2"
}
# Reboots by ever harder means: systemd may be what hangs.
rtp_trial_reboot() {
  sync
  systemctl reboot >/dev/null 2>&1 &
  sleep 90
  systemctl --force reboot >/dev/null 2>&1 &
  sleep 30
  echo 1 >/proc/sys/kernel/sysrq
  echo s >/proc/sysrq-trigger
  sleep 2
  echo b >/proc/sysrq-trigger
}
`);

/** Waits at a trial boot for its confirmation; undoes the run after one that was cancelled. Needs neither controller nor network. */
const guardProgram: Shell = raw(String.raw`
rtp_state=$(cd "$(dirname "$0")/.." && pwd) || exit 1
rtp_run=$(rtp_trial_get run)
rtp_tell() { printf 'rtprov: %s\n' "$*"; printf '<3>rtprov: %s\n' "$*" >/dev/kmsg 2>/dev/null; }
rtp_expired() {
  read -r rtp_up rtp_rest </proc/uptime
  [ "${'$'}{rtp_up%.*}" -ge "$(rtp_trial_get deadline)" ]
}
case $(rtp_trial_get state) in armed | trial | returning) ;; *) exit 0 ;; esac
if rtp_trial_runs "$rtp_run"; then
  # A GRUB that cannot write its environment would boot the trial again and again.
  rtp_boot_entry_write next_entry '' ''
  rtp_trial_move armed state trial
  rtp_tell "trial boot of run $rtp_run: $(rtp_trial_get deadline) s for its confirmation"
  while :; do
    case $(rtp_trial_get state) in
      confirmed) rtp_tell "the trial boot is confirmed"; exit 0 ;;
      trial) ;;
      *) break ;;
    esac
    if rtp_expired && rtp_trial_move trial state returning; then
      rtp_trial_return "$rtp_run" "it was not confirmed within $(rtp_trial_get deadline) s"
      break
    fi
    sleep 1
  done
  rtp_tell "the trial boot is given up: $(rtp_trial_get reason)"
  rtp_trial_reboot
  exit 1
fi
# The very boot in which the trial was laid, or given up: the reboot is still to come.
[ "$(rtp_trial_get boot)" != "$(cat /proc/sys/kernel/random/boot_id)" ] || exit 0
if [ "$(rtp_trial_get state)" != returning ]; then
  rtp_trial_set state returning reason 'the trial boot ended before it was confirmed: a panic, a hang, a reset or a power cut'
fi
# GRUB leaves an empty next_entry; a trial that never came to its user space could not take it out.
rtp_boot_entry_write next_entry '' ''
rtp_tell "back on the known-good entry ($(rtp_trial_get reason)); undoing run $rtp_run"
# Services that the undo restarts have to be there. A boot that never settles must not keep it for ever.
timeout 300 systemctl is-system-running --wait >/dev/null 2>&1
until rtp_lock "$rtp_run" "boot-guard@$(uname -n)" 120 0 >/dev/null; do sleep 5; done
rtp_busy "the rollback of $rtp_run"
if [ -n "$(rtp_trial_get force)" ]; then set -- --locked --force; else set -- --locked; fi
sh "$rtp_state/undo.sh" "$rtp_run" "$@" >"$rtp_state/boot/undo.log" 2>&1
rtp_rc=$?
# Another entry than the known-good one was booted, by hand or because the default was just about to change. It is the default now.
if [ "$rtp_rc" = 3 ] && [ -z "$(rtp_trial_get retried)" ]; then
  rtp_trial_set retried 1
  rtp_tell "this is not the known-good entry: rebooting"
  rtp_trial_reboot
  exit 1
fi
[ "$rtp_rc" = 0 ] || rtp_rc=1
rtp_tell "run $rtp_run is undone (status $rtp_rc)"
if [ -z "$(rtp_trial_get seen)" ]; then
  rtp_trial_set state returned undo "$rtp_rc" again 1 boot "$(cat /proc/sys/kernel/random/boot_id)"
  rtp_tell "rebooting once more, without the files of the run"
  rtp_trial_reboot
  exit 1
fi
rtp_trial_set state returned undo "$rtp_rc"
rtp_unlock "$rtp_run"
`);

/** The guard's file: all it needs is in it. `bootEntries` are the functions of the resource kind. */
export function guardScript(bootEntries: Shell): string {
  return `${
    lines([
      raw(
        '#!/bin/sh\n# rtprov: watches trial boots. See docs/trial-boot.md.\nPATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH\nLC_ALL=C; export LC_ALL',
      ),
      lockLibrary,
      bootEntries,
      trialLibrary,
      guardProgram,
    ]).text
  }\n`;
}

export const guardUnit = 'rtprov-boot-guard.service';

/**
 * It has to run in every boot that comes as far as a root file system, also one that ends in emergency mode: so it belongs to the first
 * targets, and waits only for the journal's folder. Its priority is above real-time loads that would keep it from running.
 */
export const guardUnitText = `# Written by rtprov: do not edit. Ends a trial boot that is not confirmed. See docs/trial-boot.md.
[Unit]
Description=rtprov: watch over trial boots
DefaultDependencies=no
RequiresMountsFor=/var/lib/rtprov
After=systemd-remount-fs.service
ConditionPathExists=/var/lib/rtprov/boot/trial

[Service]
Type=simple
ExecStart=/bin/sh /var/lib/rtprov/boot/guard.sh
CPUSchedulingPolicy=fifo
CPUSchedulingPriority=99
# What an undo takes down must not take it along.
KillMode=process
TimeoutStopSec=10

[Install]
WantedBy=sysinit.target emergency.target
`;

/** The controller has reached the machine in the boot that is on trial, or is being given up. */
export const trialSeen: Shell = raw("rtp_trial_move 'armed trial returning' seen 1");

/** Informs the guard that the trial is confirmed; fails when the guard has given it up. */
export const confirmTrial: Shell = raw("rtp_trial_move 'armed trial confirmed' state confirmed");

/** Puts the guard's program in place, writes down how the machine runs, and the record. Part of the window that arms the trial. */
export function armScript(run: string, guard: string, deadlineSeconds: number): Shell {
  return sh`rtp_trial_note ${run} || exit 1
(umask 077; mkdir -p "$rtp_state/boot") && printf '%s' ${guard} >"$rtp_state/boot/.guard.new" || exit 1
rtp_trial_sync "$rtp_state/boot/.guard.new" && mv -f "$rtp_state/boot/.guard.new" "$rtp_state/boot/guard.sh" || exit 1
rm -rf "$rtp_state/boot/trial" "$rtp_state/boot/undo.log" "$rtp_state/boot/held"
rtp_trial_set run ${run} state armed deadline ${deadlineSeconds} boot "$(cat /proc/sys/kernel/random/boot_id)" || exit 1`;
}
