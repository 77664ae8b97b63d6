/** The shell text that ends a command which takes longer than its task's `timeout`. */
import { lines, raw, sh, type Shell } from '../../shell/shell.js';
import type { Part } from './batch.js';

/** Seconds from SIGTERM to SIGKILL. */
const GRACE = 5;

/** Where it is whether the command or its limit ended first. */
const mark = (name: string): Shell => sh`"$rtp_stage/"${`limit.${name}`}`;

/**
 * Runs `body`, and leaves its status in $rtp_rc. When it takes longer, all its processes are ended: by SIGTERM, and by SIGKILL what
 * then still lives. The watch runs beside the command, which keeps its input, environment and signals. Who makes the file of
 * the mark first, the command's end or the watch, decides what is true; the other gives way.
 *
 * A process that a shell has just forked still has the shell's handlers, and loses a SIGTERM that meets it before its exec. So the watch
 * looks for the mark once it has a handler of its own, and its nap gets SIGKILL.
 */
export function limited(name: string, seconds: number, body: Shell, graceSeconds = GRACE): Shell {
  return lines([
    sh`rtp_limit=${mark(name)}`,
    raw('(umask 077; rtp_make_place && mkdir -p -- "$rtp_stage" && rm -f -- "$rtp_limit") || exit 1'),
    raw('read -r rtp_self rtp_rest </proc/self/stat'),
    raw(`(
rtp_nap= rtp_out=
trap 'rtp_out=1; [ -z "$rtp_nap" ] || kill -KILL "$rtp_nap"' TERM
[ ! -e "$rtp_limit" ] || exit 0
sleep ${seconds} & rtp_nap=$!
[ -z "$rtp_out" ] || kill -KILL "$rtp_nap"
wait "$rtp_nap"
[ -z "$rtp_out" ] && (set -C; echo over >"$rtp_limit") || exit 0
trap - TERM
read -r rtp_watch rtp_rest </proc/self/stat
rtp_limited() { rtp_below "$rtp_self" "$(rtp_started "$rtp_self")" 0 "$rtp_watch" | grep -v "^$rtp_self\\."; }
rtp_end ${graceSeconds} rtp_limited
) </dev/null >/dev/null 2>&1 &
rtp_watch=$!`),
    // What the shell itself says of a process that a signal ended is not output of the command.
    raw('{ ('),
    body,
    raw(`) 2>&8 8>&-
rtp_rc=$?; } 8>&2 2>/dev/null
{ (set -C; echo ended >"$rtp_limit") && kill "$rtp_watch"; wait "$rtp_watch"; } 2>/dev/null
read -r rtp_how <"$rtp_limit"
[ "$rtp_how" != over ] || rtp_rc=124`),
  ]);
}

/** Says whether the limit ended the command of `limited`. */
export function limitPart(name: string, segment: string): Part {
  return { name, always: true, script: sh`[ ! -f ${mark(segment)} ] || cat ${mark(segment)}` };
}

export function isOver(output: { readonly stdout: Buffer } | undefined): boolean {
  return output?.stdout.toString('utf8').trim() === 'over';
}
