/**
 * Where kinds keep on the target what their states do not hold: symbolic links of a unit, lines of
 * /etc/passwd, package archives. One folder a change, in the run's own folder, so that it goes when the run is
 * pruned; undo of the same run finds it again by the change's key.
 */
import { createHash } from 'node:crypto';
import { lines, raw, sh, type Shell } from '../../shell/shell.js';
import type { Change, KindName, ResourceKind } from '../resource.js';

/** Names the record of a change: the same for the change and, with the states swapped, for its undo. */
export function recordKey(kind: string, name: string, fromCanon: string, toCanon: string): string {
  return createHash('sha256').update([kind, name, fromCanon, toCanon].join('\0')).digest('hex').slice(0, 20);
}

/** `rtp_keep KEY` prints the folder of a record. Each kind's library begins with it; repeating the definition does no harm. */
export const keepLibrary: Shell = raw(
  `rtp_keep() { printf '%s/keep/%s\\n' "\${rtp_rundir:-$rtp_state}" "$1"; }
rtp_complain() { printf 'rtprov: %s\\n' "$*" >&2; }
# rtp_unchanged KIND EXPECTED PRESENT NAME...: a canonical line for each name, or says which are no longer as they were read.
rtp_unchanged() (
  set +eu
  [ "$2" = "$3" ] && exit 0
  kind=$1; expected=$2; present=$3; line=0
  shift 3
  for name; do
    line=$((line + 1))
    [ "$(printf '%s\\n' "$expected" | sed -n "$line"p)" = "$(printf '%s\\n' "$present" | sed -n "$line"p)" ] ||
      printf 'drift: %s:%s\\n' "$kind" "$name" >&2
  done
  exit 1
)
# rtp_still KIND PRESENT [ENTRY NAME FROM TO]...: PRESENT has a canonical line for each, which has to be FROM, TO, or what was noted
# after a step of the same window. What somebody else changed is named, and its entry marked: this run has not touched it.
rtp_still() (
  set +eu
  kind=$1; present=$2; bad=0
  shift 2
  while IFS= read -r now; do
    if [ "$now" != "$3" ] && [ "$now" != "$4" ] && { [ ! -f "$rtp_stage/seen.$1" ] || [ "$now" != "$(cat "$rtp_stage/seen.$1")" ]; }; then
      printf 'drift: %s:%s\\n' "$kind" "$2" >&2
      rtp_untouched "$1"
      bad=1
    fi
    shift 4
  done <<RTP_END
$present
RTP_END
  exit "$bad"
)
# rtp_untouched ENTRY...: this run has not begun to change what they are for. It is also printed for whoever reads the window's answer
rtp_untouched() {
  for rtp_one; do printf 'untouched %s\\n' "$rtp_one"; : >"$rtp_rundir/untouched.$rtp_seq.$rtp_one" || return 1; done
  sync -- "$rtp_rundir" 2>/dev/null || sync
}
# rtp_writing ENTRY [LINE...]: its write begins. Each LINE is KIND:NAME STATE, a state that a write which is cut off may leave; without
# any, whatever is there then counts as left by it.
rtp_writing() {
  rtp_one=$rtp_rundir/writing.$rtp_seq.$1
  shift
  if [ $# = 0 ]; then : >"$rtp_one"; else printf '%s\\n' "$@" >"$rtp_one"; fi
}
# rtp_written STATUS KIND PRESENT [ENTRY NAME TO]...: their write ended. What did not become TO is as this run left it, and undo has
# to know. What failed may still be on its way (a service that systemd tries to start once more), so what may become of it stays noted.
rtp_written() (
  set +eu
  status=$1; kind=$2; present=$3
  shift 3
  while IFS= read -r now; do
    mark=$rtp_rundir/writing.$rtp_seq.$1
    if [ -n "$now" ] && [ "$now" != "$3" ]; then printf '%s\\n' "$kind:$2 $now" >>"$rtp_rundir/half" || exit 1; fi
    if [ "$status" = 0 ] || [ ! -s "$mark" ]; then rm -f "$mark"; fi
    shift 3
  done <<RTP_END
$present
RTP_END
)`,
);

type Identity<K extends KindName> = Pick<ResourceKind<K>, 'kind' | 'canon'>;

/** The key of the record that `save` makes of a change. */
export function savedKey<K extends KindName>(
  { kind, canon }: Identity<K>,
  { id, from, to }: Change<K>,
): string {
  return recordKey(kind, id.name, canon(id.name, from), canon(id.name, to));
}

/** The key of the record of the change that this one takes back. */
export function undoneKey<K extends KindName>(kind: Identity<K>, { id, from, to }: Change<K>): string {
  return savedKey(kind, { id, from: to, to: from });
}

/** Fails when a resource is no longer as its change found it. `present` prints the canonical lines of all, in order. */
export function unchanged<K extends KindName>(
  { kind, canon }: Identity<K>,
  changes: readonly Change<K>[],
  present: Shell,
): Shell {
  const expected = changes.map(({ id, from }) => canon(id.name, from)).join('\n');
  return sh`rtp_unchanged ${kind} ${expected} "$(
${present}
)" ${changes.map(({ id }) => id.name)} || exit 1`;
}

/** What `save` does in most kinds: looks that nothing has drifted, and keeps a record of each change. */
export function saveEach<K extends KindName>(
  kind: Identity<K>,
  changes: readonly Change<K>[],
  present: Shell,
  keep: (name: string, key: string) => Shell,
): Shell {
  if (changes.length === 0) return raw('');
  return lines([
    unchanged(kind, changes, present),
    ...changes.map((change) => sh`${keep(change.id.name, savedKey(kind, change))} || exit 1`),
  ]);
}
