/** What `command`, `shell`, `script` and `raw` share: creates, removes, chdir, stdin and the result. */
import type { ReadRequest } from '../../resources/resource.js';
import { lines, NulByte, raw, sh, type Shell } from '../../shell/shell.js';
import { linesOf } from '../../values/lazy-lines.js';
import type { Value } from '../../values/value.js';
import { bool, path, str } from '../args/types.js';
import { fileRequest } from '../files/follow.js';
import { joinPath, targetPath } from '../files/target-path.js';
import type { CommandOutput, CommandResult, NeedsContext, PlanContext, TaskPlan } from '../core/module.js';
import type { TargetFacts } from '../../resources/facts/target.js';
import { unchanged } from '../core/plan-result.js';
import { globWord, isGlob } from './words.js';

export const guardArgs = {
  chdir: path().optional(),
  creates: path().optional(),
  removes: path().optional(),
};

export const stdinArgs = {
  stdin: str().optional(),
  stdin_add_newline: bool().default(true),
  strip_empty_ends: bool().default(true),
};

export const guardDocs = {
  chdir: 'The folder to run in. Default: the home folder of the user that the task runs as.',
  creates:
    'A path, or a pattern with `*`, `?` and `[...]`: if it exists, the command does not run. Relative to `chdir`.',
  removes: 'A path, or a pattern: if it does not exist, the command does not run. Relative to `chdir`.',
};

export const stdinDocs = {
  stdin: 'Text for the standard input. Default: none.',
  stdin_add_newline: 'Whether `stdin` gets a newline at its end. Default: true.',
  strip_empty_ends: 'Whether newlines at the end of `stdout` and `stderr` are removed. Default: true.',
};

export interface Guards {
  readonly chdir?: string | undefined;
  readonly creates?: string | undefined;
  readonly removes?: string | undefined;
}

export interface Input {
  readonly stdin?: string | undefined;
  readonly stdin_add_newline: boolean;
  readonly strip_empty_ends: boolean;
}

/** Its first character distinguishes it from any output. */
const SKIPPED = '\x01rtprov skipped: ';

function guardPath(guards: Guards, text: string, facts: TargetFacts): string {
  if (guards.chdir === undefined || /^[/~$]/.test(text)) return targetPath(text, facts);
  return joinPath(targetPath(guards.chdir, facts), text);
}

/** Plain paths are looked at before; patterns only where the command runs. */
export function guardNeeds(guards: Guards, context: NeedsContext): readonly ReadRequest[] {
  return [guards.creates, guards.removes].flatMap((path) =>
    path === undefined || isGlob(path) ? [] : [fileRequest(guardPath(guards, path, context.facts))],
  );
}

function notRun(reason: string, cmd: Value): TaskPlan {
  const output = { cmd, rc: 0, stdout: `skipped, ${reason}`, stdout_lines: [`skipped, ${reason}`] };
  return unchanged({ ...output, stderr: '', stderr_lines: [] }, `Did not run command ${reason}`);
}

/** A command that has to run although it is guarded: Ansible reports that as a change in check mode. */
export function inCheckMode({ creates, removes }: Guards): { readonly inCheckMode?: 'changed' } {
  return creates === undefined && removes === undefined ? {} : { inCheckMode: 'changed' };
}

/** The plan of a command that `creates` or `removes` stops; undefined when it has to run. */
export function stoppedByGuards(guards: Guards, cmd: Value, context: PlanContext): TaskPlan | undefined {
  const { creates, removes } = guards;
  const isThere = (text: string): boolean =>
    context.state('file', guardPath(guards, text, context.facts)).type !== 'absent';
  if (creates !== undefined && !isGlob(creates) && isThere(creates))
    return notRun(`since '${creates}' exists`, cmd);
  if (removes !== undefined && !isGlob(removes) && !isThere(removes)) {
    return notRun(`since '${removes}' does not exist`, cmd);
  }
  return undefined;
}

function globGuard(path: string, stopWhenThere: boolean, facts: TargetFacts): Shell {
  const pattern = /^[~$]/.test(path) ? targetPath(path, facts) : path;
  const reason = stopWhenThere ? `since '${path}' exists` : `since '${path}' does not exist`;
  return sh`rtp_there=no
for rtp_path in ${globWord(pattern)}; do
  if [ -e "$rtp_path" ] || [ -L "$rtp_path" ]; then rtp_there=yes; break; fi
done
if [ "$rtp_there" = ${stopWhenThere ? 'yes' : 'no'} ]; then printf '%s' ${SKIPPED + reason}; exit 0; fi`;
}

/**
 * Wraps a command: the folder, the patterns, and its input, which is empty when none is given (the session's
 * own input is not a command's to read). `body` must be one simple command, with its here documents.
 */
export function commandScript(
  guards: Guards,
  input: Input | undefined,
  body: Shell,
  facts: TargetFacts,
): Shell {
  const parts: Shell[] = [raw('(')];
  if (guards.chdir !== undefined) {
    const folder = targetPath(guards.chdir, facts);
    parts.push(sh`cd ${folder} || exit 2`);
  }
  for (const [path, stopWhenThere] of [
    [guards.creates, true],
    [guards.removes, false],
  ] as const) {
    if (path !== undefined && isGlob(path)) parts.push(globGuard(path, stopWhenThere, facts));
  }
  if (input?.stdin === undefined) {
    parts.push(raw('exec </dev/null'), body);
  } else {
    const text = input.stdin_add_newline ? `${input.stdin}\n` : input.stdin;
    parts.push(sh`printf '%s' ${text} | ${body}`);
  }
  return lines([...parts, raw(')')]);
}

/** Runs a script text with an interpreter. It travels by a descriptor: argv would show it to every user. */
export function interpreted(interpreter: string, text: string): Shell {
  if (text.includes('\0')) throw new NulByte();
  let end = 'RTP_SCRIPT';
  while (text.split('\n').includes(end)) end += '_';
  return raw(`${sh`${interpreter}`.text} /dev/fd/9 9<<'${end}'\n${text}\n${end}`);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** As Python prints a timedelta: `0:00:01.250000`. */
function delta(seconds: number): string {
  const whole = Math.floor(seconds);
  const micros = String(Math.round((seconds - whole) * 1e6)).padStart(6, '0');
  return `${Math.floor(whole / 3600)}:${twoDigits(Math.floor(whole / 60) % 60)}:${twoDigits(whole % 60)}.${micros}`;
}

/** As Python prints a datetime, in UTC. */
function dateTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().replace('T', ' ').slice(0, -1)}000`;
}

function times(output: CommandOutput): Record<string, Value> {
  const { seconds, endedAt } = output;
  if (endedAt === undefined) return { delta: delta(seconds) };
  return { delta: delta(seconds), start: dateTime(endedAt - seconds * 1000), end: dateTime(endedAt) };
}

/** An expression that looks for the end would take the square of the time. */
function withoutEnds(text: string): string {
  let to = text.length;
  while (to > 0 && (text[to - 1] === '\n' || text[to - 1] === '\r')) to -= 1;
  return text.slice(0, to);
}

/** The registered result, with Ansible's keys; `stdout_cut` and `stderr_cut` say how many bytes are missing. */
export function commandResult(cmd: Value, strip: boolean, output: CommandOutput): CommandResult {
  const read = (bytes: Buffer): string => {
    const text = bytes.toString('utf8');
    return strip ? withoutEnds(text) : text;
  };
  const stdout = read(output.stdout);
  const stderr = read(output.stderr);
  if (output.status === 0 && stdout.startsWith(SKIPPED)) {
    const reason = stdout.slice(SKIPPED.length);
    const text = `skipped, ${reason}`;
    const result = { cmd, rc: 0, stdout: text, stdout_lines: [text], stderr: '', stderr_lines: [] };
    return { changed: false, failed: false, msg: `Did not run command ${reason}`, result };
  }
  const failed = output.status !== 0;
  const result = {
    cmd,
    rc: output.status,
    stdout,
    stdout_lines: linesOf(stdout),
    stderr,
    stderr_lines: linesOf(stderr),
    ...times(output),
    ...(output.cut === undefined ? {} : { stdout_cut: output.cut.stdout, stderr_cut: output.cut.stderr }),
  };
  return { changed: true, failed, ...(failed ? { msg: 'non-zero return code' } : {}), result };
}
