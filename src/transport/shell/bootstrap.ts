/**
 * The shell text that runs on a target before any script does.
 *
 * The program in argv is one short line: it prints a random marker on both outputs and looks for three lines on stdin. The one in the middle is
 * evaluated when the ones around it are what they have to be: start files of the login shell read the same stdin, and what they
 * leave of a program must never be run. Where they start a shell of their own, as `exec sh` does, that one would take the program for
 * commands of its own: what it meets first makes it exit. It is quoted so that every login shell (sh, csh, fish) hands it on unchanged: no single quote,
 * backslash, newline or `!`. All the rest, and every secret, travels through stdin.
 *
 * Why `dd bs=N count=1 iflag=fullblock`: the loop and its scripts share one stdin, so a reader may take the
 * frame's bytes and not one more. `head -c` of busybox reads ahead by its stdio buffer; the shell's `read` is exact
 * but costs a system call a byte; dd reads exactly N bytes, in coreutils and in busybox. A dd that does not know
 * fullblock refuses before it reads anything, and then `bs=1` is as exact, only slow.
 */

/** The status of a shell whose program was cut or taken by another reader of its stdin: nothing of it was run. */
export const inputEaten = 96;

/** What start files may hand on to a bash, by SHELLOPTS and as exported functions; other shells take neither. */
const SANE_SHELL = 'unset -f set echo read eval exit; set +efuvxC';

/** The program text for `sh -c`, to be put between single quotes. It skips all lines but those of `programInput`. */
export function argvProgram(marker: string): string {
  const find = `while IFS= read -r a; do [ "$a" = ${marker}- ] && exit ${inputEaten}; [ "$a" = ${marker}+ ] && break; done`;
  const whole = `[ "$a" = ${marker}+ ] && IFS= read -r r && IFS= read -r e && [ "$e" = ${marker}- ]`;
  return `${SANE_SHELL}; echo ${marker}; echo ${marker} >&2; ${find}; if ${whole}; then _b=go; eval "$r"; else exit ${inputEaten}; fi`;
}

/** Ends any other shell that reads it as commands. `argvProgram` and the session loop skip it. */
const guard = `exit ${inputEaten}\n`;

/** What `argvProgram` reads: a program of one line, with its first and last line. More than one guard in front: some may be read away. */
export function programInput(marker: string, program: string): string {
  return `${guard.repeat(8)}${marker}+\n${program}\n${endOfInput(marker)}${guard.repeat(2)}`;
}

/** Ends a shell that still waits for its program; a shell that runs skips it. */
export function endOfInput(marker: string): string {
  return `${marker}-\n`;
}

/** For start files to read; `argvProgram` skips what they leave. */
export const fillingInput = '\n'.repeat(4096);
/** For what still reads after that: a shell ends by it. */
export const lastFilling = `${guard}${fillingInput}`;

const SANE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const ENVIRONMENT = [
  // With no name at all ksh would end.
  'unset -f pump $(compgen -A function 2>/dev/null)',
  'umask 022',
  `PATH=${SANE_PATH}\${PATH:+:$PATH}`,
  'LC_ALL=C',
  'export PATH LC_ALL',
  'unset a r e LANGUAGE CDPATH ENV BASH_ENV',
  '{ cd "${HOME:=/}" || cd /; } 2>/dev/null',
  'export HOME',
];

/** Reads exactly `$_l` bytes of stdin; a short read is found by the trailer that must follow. */
const TAKE = 'dd bs="$_l" count=1 iflag=fullblock 2>/dev/null || dd bs=1 count="$_l" 2>/dev/null';

/**
 * A pump carries the session's output to sshd and outlives the connection: when nobody reads any more it goes on
 * swallowing, so that no command of a running script is ever killed by SIGPIPE.
 */
const PUMP = 'pump() { trap "" PIPE; cat 2>/dev/null; exec cat >/dev/null 2>&1; }';

/**
 * The session loop, as one line for `programInput`. First it prints three lines: its pid, what `id` says, and
 * HOME. Then it answers frames (framing.ts). A frame whose trailer is missing was cut, and is never run.
 */
export function sessionProgram(): string {
  const loop = [
    // Only `argvProgram` sets _b: a shell that start files gave the end of this line to must not read scripts.
    'while [ "$_b" = go ] && IFS=" " read -r _k _n _l; do',
    '[ -n "$_l" ] || continue;',
    `_s=$(${TAKE});`,
    'IFS= read -r _t && [ "$_t" = "$_n" ] || exit 97;',
    'case $_k in',
    'D) eval "$_s" ;;',
    'R|U)',
    `printf "%s<" "$_n"; printf "%s<" "$_n" >&2;`,
    'if [ "$_k" = R ]; then ( eval "$_s" ) </dev/null; else ( eval "$_s" ); fi;',
    '_t=$?;',
    `printf "%s>%03d" "$_n" "$_t"; printf "%s>%03d" "$_n" "$_t" >&2 ;;`,
    'esac;',
    'done',
  ].join(' ');
  // `exec`, not redirections of the group: busybox ash undoes the latter before it runs a script's EXIT trap.
  const piped = `{ { exec 2>&1 1>&3 3>&-; ${loop}; } | pump 1>&2 3>&-; } 3>&1 | pump`;
  return [...ENVIRONMENT, PUMP, 'printf "%s\\n" "$$" "$(id)" "$HOME"', piped].join('; ');
}

/** A program that prints one file, as one line for `programInput`. `path` is already quoted and holds no newline. */
export function downloadProgram(quotedPath: string): string {
  // Opening a fifo would wait for a writer, and a device has no end.
  const regular = `[ ! -e ${quotedPath} ] || [ -f ${quotedPath} ] || { echo 'it is not a regular file' >&2; exit 1; }`;
  return [...ENVIRONMENT, regular, `exec 4<${quotedPath} || exit 1`, 'echo ok', 'exec cat <&4'].join('; ');
}
