/**
 * One run at a time on a target. The lock is a folder (mkdir is atomic everywhere) that names the shell
 * that holds it. It is stale, and taken over, when that shell is gone, when the machine was booted since, or when nothing
 * was heard from its controller for `staleAfterSeconds`; but never while a script of it lives (busy.ts).
 *
 *     lock/owner    BOOT PID START RUN WHO; PID and START are 0 while the holder has no shell, because that gave up its channel
 *     lock/beat     touched by the controller
 */
import { RtprovError } from '../diagnostics/diagnostic.js';
import { library, raw, sh, type Shell } from '../shell/shell.js';
import { busyLibrary } from './busy.js';
import { folderLibrary } from './folder.js';
import { journalBytes, journalInodes } from './room.js';

/** The controller touches the lock this often while it holds it. */
export const lockBeatSeconds = 20;
const staleAfterSeconds = 120;
/** A script whose connection was lost may go on for so long before it is stopped. */
const lostScriptSeconds = 20;

/** Status of the lock script when someone else holds it; standard output then says who. */
export const lockedStatus = 75;

export const lockLibrary: Shell = library([
  busyLibrary,
  folderLibrary,
  raw(String.raw`
rtp_lock() { # RUN WHO STALE WAIT
  rtp_make_place || return 1
  rtp_try=0
  until rtp_said=$(LC_ALL=C mkdir "$rtp_state/lock" 2>&1); do
    rtp_try=$((rtp_try + 1))
    if [ ! -d "$rtp_state/lock" ]; then
      # Whoever had it may have given it back just now.
      case $rtp_said in *'File exists'*) if [ ! -e "$rtp_state/lock" ] && [ "$rtp_try" -lt 20 ]; then continue; fi ;; esac
      printf 'rtprov: %s\n' "${'$'}{rtp_said#mkdir: }" >&2
      return 1
    fi
    rtp_boot=; rtp_pid=; rtp_start=; rtp_holder=
    if [ -r "$rtp_state/lock/owner" ]; then read -r rtp_boot rtp_pid rtp_start rtp_holder <"$rtp_state/lock/owner"; fi
    # Our own lock, after a connection was lost: what it was doing here ends first.
    if [ "$rtp_holder" = "$1 $2" ]; then
      rtp_script_end "$4" && break
      printf '%s\n%s\n' "$rtp_holder" "$(rtp_script_said)"
      return 75
    fi
    rtp_alive=
    if [ -n "$rtp_pid" ] && [ "$rtp_boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] &&
      [ -n "$rtp_start" ] && { [ "$rtp_pid" = 0 ] || [ "$(rtp_started "$rtp_pid")" = "$rtp_start" ]; }; then rtp_alive=1; fi
    rtp_age=$(($(date +%s) - $(stat -c %Y "$rtp_state/lock/beat" 2>/dev/null || stat -c %Y "$rtp_state/lock" 2>/dev/null || date +%s)))
    rtp_works=$(rtp_script_said)
    if [ -n "$rtp_works" ] || { [ -n "$rtp_alive" ] && [ "$rtp_age" -lt "$3" ]; }; then
      printf '%s\n%s\n' "$rtp_holder" "$rtp_works"
      return 75
    fi
    # A lock without an owner is one that is just being made, unless it is old.
    if [ -z "$rtp_pid" ] && [ "$rtp_age" -lt 10 ] && [ "$rtp_try" -lt 20 ]; then sleep 1; continue; fi
    # The holder's shell, if it still waits for a controller that is gone, must never wake up again.
    [ -n "$rtp_alive" ] && [ "$rtp_pid" != 0 ] && kill -9 "$rtp_pid" 2>/dev/null
    mv "$rtp_state/lock" "$rtp_state/lock.stale.$$" 2>/dev/null && rm -rf "$rtp_state/lock.stale.$$"
    [ "$rtp_try" -lt 30 ] || return 1
  done
  { printf '%s %s %s %s\n' "$(cat /proc/sys/kernel/random/boot_id)" "$$" "$(rtp_started $$)" "$1 $2" >"$rtp_state/lock/owner" &&
    : >"$rtp_state/lock/beat"; } 2>/dev/null && return 0
  # A shell only says "I/O error" of a full disk.
  printf 'rtprov: %s: cannot be written: No space left on device?\n' "$rtp_state/lock/owner" >&2
  rm -rf "$rtp_state/lock"
  return 1
}
rtp_holds() { # RUN WHO: reads who holds the lock; fails when that is not this run
  rtp_boot=; rtp_pid=; rtp_start=; rtp_holder=
  if [ -r "$rtp_state/lock/owner" ]; then read -r rtp_boot rtp_pid rtp_start rtp_holder <"$rtp_state/lock/owner"; fi
  [ "$rtp_holder" = "$1 $2" ]
}
# The shell that holds the lock is going to end, and its controller is not: only the beat now shows that it lives.
rtp_lend() { # RUN WHO
  rtp_holds "$1" "$2" && [ "$rtp_pid" = "$$" ] || return 0
  : >"$rtp_state/lock/beat" && printf '%s 0 0 %s\n' "$rtp_boot" "$rtp_holder" >"$rtp_state/lock/owner"
}
# Is the lock still ours? A shell that replaces the one that took it takes it once more; never when someone else had it meanwhile.
rtp_hold() { # RUN WHO STALE WAIT
  if rtp_holds "$1" "$2"; then
    [ "$rtp_pid" = "$$" ] || rtp_lock "$@"
    return
  fi
  printf '%s\n' "$rtp_holder"
  return 75
}
rtp_unlock() { # RUN
  rtp_boot=; rtp_pid=; rtp_start=; rtp_holder=
  if [ -r "$rtp_state/lock/owner" ]; then read -r rtp_boot rtp_pid rtp_start rtp_holder <"$rtp_state/lock/owner"; fi
  case $rtp_holder in "$1 "*) rm -rf "$rtp_state/lock" ;; esac
}
`),
]);

/** Takes the lock for a run, or prints its holder and ends with status `lockedStatus`. `who` names the controller. */
export function takeLock(run: string, who: string): Shell {
  return sh`rtp_lock ${run} ${who} ${staleAfterSeconds} ${lostScriptSeconds}`;
}

/**
 * In a check, where the lock is not taken: says why it could not be, or that there is no room (`room: ` and why) for the smallest journal.
 */
export const tryLock: Shell = raw(String.raw`rtp_place_able && rtp_room 4096 1 "$rtp_state" || exit 1
rtp_said=$(rtp_room ${journalBytes} ${journalInodes} "$rtp_state" 2>&1) || printf 'room: %s\n' "$rtp_said"`);

/** The lock cannot be taken, as the journal's folder cannot be written. `said`: why. */
export function unwritable(host: string, said: string): RtprovError {
  const why = said.replace(/^rtprov: /gm, '');
  const repair = [
    [/read-only file system/i, "Mount that file system for writing, or find the reason in the kernel's log"],
    [/no space left|not enough room|quota/i, 'Free some room there; `rtprov history prune` deletes old runs'],
    [/not a directory|file exists|not a folder of this user/i, 'Look at what is there, and move it'],
    [
      /belongs to another user/,
      'Look at what is there, and move it, or give it to the user that tasks run as',
    ],
    [/permission denied|operation not permitted/i, 'Let the user that tasks run as write there'],
  ] as const;
  const [, repaired] = repair.find(([pattern]) => pattern.test(why)) ?? [];
  return new RtprovError('LOCK_FAILED', `the journal on ${host} cannot be written: ${why}`, {
    hint: `Undo needs this journal, so nothing is changed without it.${repaired === undefined ? '' : ` ${repaired}.`}`,
  });
}

/** What a shell that holds the lock runs before it gives up its channel for another one. */
export function lendLock(run: string, who: string): Shell {
  return sh`rtp_lend ${run} ${who}`;
}

/** Goes before whatever changes something. Where the lock is not held any more nothing runs, and `word` is printed with who holds it. */
export function holdLock(run: string, who: string, word: string): Shell {
  return sh`rtp_held=$(rtp_hold ${run} ${who} ${staleAfterSeconds} ${lostScriptSeconds}) || { printf '%s %s\n' ${word} "$rtp_held"; exit 75; }`;
}

/** Throws RtprovError HOST_LOCKED when `holdLock` with this word ended the script. */
export function checkHeld(
  host: string,
  word: string,
  output: { readonly status: number; readonly stdout: Buffer },
): void {
  const said = output.stdout.subarray(0, 4096).toString('utf8');
  if (output.status !== lockedStatus || !said.startsWith(`${word} `)) return;
  const holder = said.slice(word.length).trim().split('\n')[0] ?? '';
  throw new RtprovError(
    'HOST_LOCKED',
    `this run no longer holds the lock of ${host}${holder === '' ? '' : `; it is held by ${holder}`}`,
    {
      hint: 'The host heard nothing from this run for more than two minutes, and another run took the lock. This run has stopped there: start it again.',
    },
  );
}

export function beat(run: string, who: string): Shell {
  return sh`rtp_holds ${run} ${who} && : >"$rtp_state/lock/beat"`;
}

export function releaseLock(run: string): Shell {
  return sh`rtp_unlock ${run}`;
}

/** `said`: what the lock's script printed, the holder and its script that runs. */
export function lockedError(host: string, said: string): RtprovError {
  const [holder = '', works = ''] = said.split('\n');
  if (works !== '') {
    const [pid = '', ...what] = works.split(' ');
    return new RtprovError(
      'HOST_LOCKED',
      `another run is active on ${host}: ${holder} (${what.join(' ')}, process ${pid})`,
      {
        hint: `Wait until it has ended. If its controller is gone, it still runs to its end; \`kill ${pid}\` on ${host} stops it, and a rollback then undoes what it did.`,
      },
    );
  }
  return new RtprovError('HOST_LOCKED', `another run is active on ${host}: ${holder}`, {
    hint: 'Wait until it has ended. If its controller is gone, the lock becomes free by itself: at once when its connection has ended, and after two minutes at the latest.',
  });
}
