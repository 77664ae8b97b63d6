/**
 * Frees space in a target's journal: takes the oldest runs out of it, with all that only they need. A run goes in one step (its folder
 * is renamed to `pruned.RUN`, beside `runs/`), so that a crash leaves it there or not; what a half prune leaves is swept by the next.
 */
import { RtprovError } from '../diagnostics/diagnostic.js';
import { lines, raw, sh, type Shell } from '../shell/shell.js';

export interface RunSpace {
  readonly run: string;
  /** Of its own folder; old bytes are shared by all runs. */
  readonly kib: number;
  /** Why it cannot be pruned: it owes handlers, or a rollback or trial boot of it is not at its end. */
  readonly busy?: string;
}

export interface JournalSpace {
  /** Of the whole journal. */
  readonly kib: number;
  readonly runs: readonly RunSpace[];
}

/** Prints `run NAME KIB [WHY]` for each run, the oldest first, and `space KIB`. */
export const spaceScript: Shell = raw(String.raw`[ -d "$rtp_state" ] || { echo 'space 0'; exit 0; }
rtp_kib() { du -sk "$1" 2>/dev/null | cut -f 1; }
for rtp_dir in "$rtp_state"/runs/*/; do
  rtp_dir=${'$'}{rtp_dir%/}
  [ -f "$rtp_dir/run.json" ] || continue
  rtp_name=${'$'}{rtp_dir##*/}
  rtp_why=
  if [ ! -e "$rtp_dir/undone" ]; then
    [ ! -s "$rtp_dir/owed" ] || rtp_why='it was cut off and owes handlers'
    for rtp_mark in "$rtp_dir"/undone.* "$rtp_dir"/undoing.* "$rtp_dir/unsettled"; do
      [ ! -e "$rtp_mark" ] || rtp_why='its rollback is not at its end'
    done
  fi
  if grep -qxF "run=$rtp_name" "$rtp_state/boot/trial" 2>/dev/null &&
    grep -qxE 'state=(armed|trial|returning)' "$rtp_state/boot/trial"; then rtp_why='its trial boot is not at its end'; fi
  printf 'run %s %s %s\n' "$rtp_name" "$(rtp_kib "$rtp_dir")" "$rtp_why"
done
printf 'space %s\n' "$(rtp_kib "$rtp_state")"`);

/** Names of runs as `newRunId` makes them; everything else in the folder is not rtprov's to touch. */
const runName = /^\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{6}$/;

/** Throws RtprovError READ_FAILED when the output is not what the script prints. */
export function parseSpace(output: string, host: string): JournalSpace {
  const runs: RunSpace[] = [];
  let space: number | undefined;
  for (const line of output.split('\n').filter((text) => text !== '')) {
    const [, run, kib, busy] = /^run (\S+) (\d+) (.*)$/.exec(line) ?? [];
    const all = /^space (\d+)$/.exec(line)?.[1];
    if (all !== undefined) space = Number(all);
    else if (run !== undefined && runName.test(run))
      runs.push({ run, kib: Number(kib), ...(busy === undefined || busy === '' ? {} : { busy }) });
    else if (run === undefined) throw unreadable(host);
  }
  if (space === undefined) throw unreadable(host);
  return { kib: space, runs };
}

function unreadable(host: string): RtprovError {
  return new RtprovError('READ_FAILED', `the size of the journal of ${host} could not be read`);
}

/** Which runs to prune: all but the newest so many, or those that began before a time. */
export type PruneRule = { readonly keep: number } | { readonly before: Date };

/** Only the oldest: a run after one that stays may need its old bytes to be undone in order. `stopped`: the one that is not at its end. */
export function runsToPrune(
  runs: readonly RunSpace[],
  rule: PruneRule,
): { readonly runs: readonly RunSpace[]; readonly stopped?: RunSpace } {
  const wanted =
    'keep' in rule ? runs.slice(0, Math.max(0, runs.length - rule.keep)) : runs.filter(isBefore(rule.before));
  const at = wanted.findIndex(({ busy }) => busy !== undefined);
  const stopped = wanted[at];
  return stopped === undefined ? { runs: wanted } : { runs: wanted.slice(0, at), stopped };
}

/** Ids begin with the time, to the millisecond, without dashes and colons. */
function isBefore(time: Date): (run: { readonly run: string }) => boolean {
  const bound = time.toISOString().replace(/[-:]/g, '');
  return ({ run }) => run < bound;
}

/**
 * Sweeps what no run needs any more: bytes and trees whose digest is in no file of a run, kept packages by the name that begins theirs. It goes by
 * what is left, so it can be repeated; nothing is removed when what is left could not be read.
 */
const sweep: Shell = raw(String.raw`rtp_keep_list=$rtp_state/pruned.keep
rtp_all() { find "$rtp_state/runs" -type f \( -name '*.json' -o -name '*.undo' -o -name '*.settle' -o -name '*.after.*' \) -exec cat {} +; }
(umask 077; rtp_all >"$rtp_keep_list.text") || { rm -f "$rtp_keep_list".*; exit 1; }
for rtp_dir in blobs trees; do
  for rtp_file in "$rtp_state/$rtp_dir"/*; do
    [ -e "$rtp_file" ] || continue
    printf '%s\n' "$rtp_file"
  done
done >"$rtp_keep_list.there"
grep -oE '[0-9a-f]{64}' "$rtp_keep_list.text" | sort -u >"$rtp_keep_list.names"
while IFS= read -r rtp_file; do
  grep -qxF "${'$'}{rtp_file##*/}" "$rtp_keep_list.names" || rm -rf -- "$rtp_file"
done <"$rtp_keep_list.there"
sed 's/"name":"/\
&/g' "$rtp_keep_list.text" | sed -n 's/^"name":"\([^":]*\).*/\1/p' | sort -u >"$rtp_keep_list.names"
for rtp_file in "$rtp_state/debs"/*; do
  [ -f "$rtp_file" ] || continue
  rtp_kept=
  while IFS= read -r rtp_name; do
    case ${'$'}{rtp_file##*/} in "$rtp_name"_* | "$rtp_name"-*) rtp_kept=1; break ;; esac
  done <"$rtp_keep_list.names"
  [ -n "$rtp_kept" ] || rm -f -- "$rtp_file"
done
rm -f "$rtp_keep_list".*`);

/** Prunes these runs, and what an earlier prune left half done. The lock has to be held; the script notes itself in it. */
export function pruneScript(runs: readonly string[]): Shell {
  for (const run of runs) if (!runName.test(run)) throw new Error(`${run} is not the id of a run`);
  return lines([
    sh`rtp_busy 'history prune'
(
rm -f "$rtp_state"/pruned.keep.*
for rtp_name in ${runs}; do
  mv "$rtp_state/runs/$rtp_name" "$rtp_state/pruned.$rtp_name" || exit 1
done
rtp_sync "$rtp_state" "$rtp_state/runs"`,
    raw('set -- "$rtp_state"/pruned.*\n[ -e "$1" ] || exit 0'),
    sweep,
    raw(`rm -rf "$rtp_state"/pruned.*
)
rtp_rc=$?
rtp_idle
exit "$rtp_rc"`),
  ]);
}
