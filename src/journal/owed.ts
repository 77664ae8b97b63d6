/**
 * Handlers that were notified and have not run yet. A run that is cut off between a change and its handlers would leave them
 * undone for ever, since the next run finds nothing to change and notifies nobody. So each window writes down, with its entries,
 * which handlers it will owe, and the next run that has a handler of that name runs it.
 *
 *     runs/RUN/owed     one name a line: `NAME`, or `ROLE : NAME`
 *
 * It is in the journal of the user whose window owes it, and in that of the user that the handler runs as (engine/host/owed-handlers.ts),
 * where it may be all that is known of the run.
 */
import { raw, sh, type Shell } from '../shell/shell.js';

/** A name on one line. */
function lineOf(name: string): string {
  return name.replaceAll(/\s*\n\s*/g, ' ');
}

/** Part of a window's journal, before its files are synced. */
export function keepOwed(names: readonly string[]): Shell {
  if (names.length === 0) return raw('[ ! -e "$rtp_rundir/owed" ] || rm -f "$rtp_rundir/owed"');
  return sh`printf '%s\n' ${names.map(lineOf)} >"$rtp_rundir/owed.new" && mv -f "$rtp_rundir/owed.new" "$rtp_rundir/owed" || exit 1`;
}

/** Prints what earlier runs owe. A run that was rolled back owes nothing. */
export const owedScript: Shell = raw(String.raw`for rtp_file in "$rtp_state"/runs/*/owed; do
  [ -f "$rtp_file" ] || continue
  [ -f "${'$'}{rtp_file%/owed}/undone" ] || cat "$rtp_file"
done
:`);

export function parseOwed(output: string): readonly string[] {
  return [...new Set(output.split('\n').filter((line) => line !== ''))];
}

/** A run that was rolled back owes nothing, also where only the names of its handlers are left. */
export function forgetOwed(run: string): Shell {
  return sh`rm -f "$rtp_state"/runs/${run}/owed; rmdir "$rtp_state"/runs/${run} 2>/dev/null || :`;
}

/** At a run's end: these handlers have run, whoever owed them. */
export function settleOwed(handled: readonly string[]): Shell {
  if (handled.length === 0) return raw(':');
  return sh`for rtp_file in "$rtp_state"/runs/*/owed; do
  [ -f "$rtp_file" ] || continue
  if printf '%s\n' ${handled.map(lineOf)} | grep -vxF -f - "$rtp_file" >"$rtp_file.new"; then mv -f "$rtp_file.new" "$rtp_file"
  else rm -f "$rtp_file.new" "$rtp_file"; fi
  rmdir "${raw('${rtp_file%/owed}')}" 2>/dev/null || :
done`;
}
