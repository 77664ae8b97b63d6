/** Reads a target's journal: which runs there are, and the entries of one. */
import { raw, sh, type Shell } from '../shell/shell.js';
import type { StoredEntry } from './entry.js';
import { RtprovError } from '../diagnostics/diagnostic.js';
import { corrupt, runName, storedEntryOf, storedRun } from './stored.js';

export interface TargetRun {
  readonly run: string;
  readonly started: string;
  readonly controller: string;
  readonly playbooks: readonly string[];
  /** When it was rolled back; undefined when it was not. */
  readonly undone?: string;
  /** It left nothing to undo: it was cut off before its first change or command, or proved so at its end (LeftNothing). */
  readonly unchanged?: true;
  /** Users who were made by it and are gone, with what their journals had of it (departed.ts). */
  readonly gone?: readonly string[];
  /** What of it cannot be read: it cannot be undone. */
  readonly damaged?: string;
}

/**
 * `state FOLDER`, and a line `run NAME` and a line `json TEXT` (its run.json) a run, in order, followed by lines `undone WHEN` where it was
 * rolled back, `unchanged` where it changed nothing, and `lost WINDOW` for entries whose undo is gone.
 */
export const listRunsScript: Shell =
  raw(String.raw`# rtp_begun DIR: may something have been done of the windows of this run that leaves something to undo?
rtp_begun() {
  for rtp_undo in "$1"/*.undo; do
    [ -e "${'$'}{rtp_undo%.undo}.commands" ] || return 0
    for rtp_ran in "${'$'}{rtp_undo%.undo}".ran.*; do [ ! -e "$rtp_ran" ] || return 0; done
  done
  return 1
}
printf 'state %s\n' "$rtp_state"
for rtp_dir in "$rtp_state"/runs/*/; do
  rtp_dir=${'$'}{rtp_dir%/}
  set -- "$rtp_dir"/*.undo
  [ -f "$rtp_dir/run.json" ] || [ -e "$1" ] || continue
  printf 'run %s\n' "$(basename "$rtp_dir")"
  rtp_json=
  rtp_lost=
  [ ! -f "$rtp_dir/run.json" ] || rtp_json=$(head -c 1048576 "$rtp_dir/run.json" | tr '\n\000' '  ')
  printf 'json %s\n' "$rtp_json"
  [ ! -f "$rtp_dir/undone" ] || printf 'undone %s\n' "$(head -n 1 "$rtp_dir/undone")"
  for rtp_file in "$rtp_dir"/gone.*; do [ ! -f "$rtp_file" ] || printf 'gone %s\n' "${'$'}{rtp_file##*/gone.}"; done
  for rtp_file in "$rtp_dir"/[0-9]*.json; do
    rtp_file=${'$'}{rtp_file%.json}
    if [ -s "$rtp_file.json" ] && [ ! -e "$rtp_file.undo" ] && [ ! -e "$rtp_file.undo.new" ]; then printf 'lost %s\n' "$(basename "$rtp_file")"; rtp_lost=1; fi
  done
  if [ -z "$rtp_lost" ]; then if [ ! -e "$1" ] || [ -e "$rtp_dir/unchanged" ] || ! rtp_begun "$rtp_dir"; then echo unchanged; fi; fi
done`);

/** A run that is damaged is in the list as such: it keeps nobody from the others. Throws RtprovError JOURNAL_CORRUPT. */
export function parseRuns(output: string): readonly TargetRun[] {
  const runs: TargetRun[] = [];
  let state = '';
  /** Names of runs whose run.json is to come. */
  const unread = new Set<string>();
  for (const line of output.split('\n')) {
    if (line === '') continue;
    const [, word = '', text = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    if (word === 'state') {
      state = text;
      continue;
    }
    if (word === 'run') {
      if (!runName.test(text)) throw corrupt(`the run ${JSON.stringify(text)}`);
      unread.add(text);
      const damaged = `run.json of the run "${text}" (${state}/runs/${text}/run.json)`;
      runs.push({ run: text, started: '', controller: '', playbooks: [], damaged });
      continue;
    }
    const last = runs.pop();
    if (last === undefined) throw corrupt('the list of runs');
    runs.push(withLine(last, word, text, unread.delete(last.run), state));
  }
  return runs;
}

function withLine(last: TargetRun, word: string, text: string, isUnread: boolean, state: string): TargetRun {
  const file = `(${state}/runs/${last.run}/run.json)`;
  if (word === 'json' && isUnread) {
    try {
      const { run, started, controller, playbooks } = storedRun(text, last.run);
      return { run, started, controller, playbooks };
    } catch (error) {
      if (!(error instanceof RtprovError)) throw error;
      return last;
    }
  }
  if (word === 'undone') return { ...last, undone: text };
  if (word === 'unchanged') return { ...last, unchanged: true };
  if (word === 'gone') return { ...last, gone: [...(last.gone ?? []), text] };
  if (word === 'lost') {
    const damaged = `the undo of window ${text} of the run "${last.run}" (${state}/runs/${last.run}/${text}.undo)`;
    return { ...last, damaged };
  }
  return { ...last, damaged: `run.json of the run "${last.run}" ${file}` };
}

/** Entries of a run and the states that commands left, one `after SEQ.after.INDEX CANON` line each, the commands that ran, and what was undone. */
export function entriesScript(run: string): Shell {
  return sh`rtp_open ${run}
for rtp_file in "$rtp_rundir"/*.json; do
  case $rtp_file in */run.json) continue ;; esac
  [ -f "$rtp_file" ] && cat "$rtp_file"
done
for rtp_file in "$rtp_rundir"/*.undo; do
  [ ! -e "$rtp_file" ] || printf 'window %s %s\n' "$(basename "$rtp_file" .undo)" "$(head -n 1 "$rtp_file" | cut -c 1-40)"
done
for rtp_file in "$rtp_rundir"/*.after.*; do
  [ -f "$rtp_file" ] || continue
  rtp_name=$(basename "$rtp_file")
  printf 'after %s %s\n' "$rtp_name" "$(cat "$rtp_file")"
done
for rtp_file in "$rtp_rundir"/*.ran.*; do
  [ -f "$rtp_file" ] && printf 'ran %s\n' "$(basename "$rtp_file")"
done
for rtp_file in "$rtp_rundir"/*.boot; do
  [ -f "$rtp_file" ] || continue
  [ "$(cat "$rtp_file")" = "$(cat /proc/sys/kernel/random/boot_id)" ] || printf 'booted %s\n' "$(basename "$rtp_file" .boot)"
done
for rtp_file in "$rtp_rundir"/undone.* "$rtp_rundir"/untouched.* "$rtp_rundir"/undoing.* "$rtp_rundir"/passed.*; do
  [ -f "$rtp_file" ] && printf 'mark %s\n' "$(basename "$rtp_file")"
done
[ ! -f "$rtp_rundir/left" ] || sed 's/^/left /' "$rtp_rundir/left"
for rtp_file in "$rtp_rundir"/seen.*.*[0-9]; do
  [ ! -f "$rtp_file" ] || sed 's/^/seen /' "$rtp_file"
done
[ ! -f "$rtp_rundir/half" ] || sed 's/^/half /' "$rtp_rundir/half"
for rtp_file in "$rtp_rundir"/writing.*; do
  [ -f "$rtp_file" ] || continue
  rtp_name=$(basename "$rtp_file")
  if [ -s "$rtp_file" ]; then sed "s/^/$rtp_name /" "$rtp_file"; else printf '%s\n' "$rtp_name"; fi
done
:`;
}

type Mark = 'undone' | 'untouched' | 'undoing' | 'passed';

type States = ReadonlyMap<string, readonly string[]>;

export interface Journal {
  readonly entries: readonly StoredEntry[];
  /** Canonical states after commands, by `SEQ.INDEX`. */
  readonly after: ReadonlyMap<string, string>;
  /** Commands that were begun, as `SEQ.INDEX`. */
  readonly ran: ReadonlySet<string>;
  /** Marks that rollbacks have left of entries, and the run of those that it has not begun, each as `SEQ.INDEX` (undo-program.ts). */
  readonly marks: Readonly<Record<Mark, ReadonlySet<string>>>;
  /** Canonical states of resources of passed entries that came of the undo of other ones, by `SEQ.INDEX NTH` (undo-program.ts). */
  readonly left: States;
  /** Those that they had before an undo that was cut off. */
  readonly seen: States;
  /** `KIND:NAME STATE` of what writes of the run left that failed (undo-program.ts). */
  readonly half: ReadonlySet<string>;
  /** The same of writes that were cut off, by `SEQ.INDEX`; none for anything. */
  readonly writing: States;
  /** Windows since which the machine was booted, by SEQ. */
  readonly booted: ReadonlySet<string>;
}

export function parseEntries(output: string, run: string): Journal {
  const entries: StoredEntry[] = [];
  const after = new Map<string, string>();
  const ran = new Set<string>();
  /** How many entries the undo of each window has. */
  const windows = new Map<string, string | undefined>();
  const marks = {
    undone: new Set<string>(),
    untouched: new Set<string>(),
    undoing: new Set<string>(),
    passed: new Set<string>(),
  };
  const passed = { left: new Map<string, readonly string[]>(), seen: new Map<string, readonly string[]>() };
  const half = new Set<string>();
  const writing = new Map<string, readonly string[]>();
  const booted = new Set<string>();
  for (const line of output.split('\n')) {
    if (line === '') continue;
    const [, window, first] = /^window (\d+) (.*)$/.exec(line) ?? [];
    if (window !== undefined && first !== undefined) {
      windows.set(window, /^# (\d+) entries$/.exec(first)?.[1]);
      continue;
    }
    const state = /^after (\d+)\.after\.(\d+) (.*)$/.exec(line);
    if (state?.[1] !== undefined && state[2] !== undefined && state[3] !== undefined) {
      after.set(`${state[1]}.${state[2]}`, state[3]);
      continue;
    }
    const begun = /^ran (\d+)\.ran\.(\d+)$/.exec(line);
    if (begun?.[1] !== undefined && begun[2] !== undefined) {
      ran.add(`${begun[1]}.${begun[2]}`);
      continue;
    }
    const failed = /^half (.*)$/.exec(line)?.[1];
    if (failed !== undefined) {
      half.add(failed);
      continue;
    }
    const [, cut, may] = /^writing\.(\d+\.\d+)(?: (.*))?$/.exec(line) ?? [];
    if (cut !== undefined) {
      writing.set(cut, [...(writing.get(cut) ?? []), ...(may === undefined ? [] : [may])]);
      continue;
    }
    const boot = /^booted (\d+)$/.exec(line)?.[1];
    if (boot !== undefined) {
      booted.add(boot);
      continue;
    }
    const mark = /^mark (undone|untouched|undoing|passed)\.(\d+\.\d+)$/.exec(line);
    if (mark?.[2] !== undefined) {
      marks[mark[1] as Mark].add(mark[2]);
      continue;
    }
    const [, which, of, canon] = /^(left|seen) (\d+\.\d+ \d+) (.*)$/.exec(line) ?? [];
    if (which !== undefined && of !== undefined && canon !== undefined) {
      const states = passed[which as 'left' | 'seen'];
      states.set(of, [...(states.get(of) ?? []), canon]);
      continue;
    }
    entries.push(storedEntryOf(line, run));
  }
  for (const [seq, count] of windows) {
    // What an earlier version wrote does not say how many they are.
    const there = entries.filter((entry) => entry.seq === seq).length;
    if (there === 0 || (count !== undefined && Number(count) !== there))
      throw corrupt(`the list of entries of window ${seq} of the run ${run}`);
  }
  // Without its undo a window was cut off before its first change.
  return {
    entries: entries.filter(({ seq }) => windows.has(seq)),
    after,
    ran,
    marks,
    ...passed,
    half,
    writing,
    booted,
  };
}
