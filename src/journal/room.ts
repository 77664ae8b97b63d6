/**
 * Is there room for a window? Asked before its first change: a disk that runs full in the middle would leave it half done. What is
 * counted: new bytes in the stage and at their places, old bytes and the journal's own text, each file rounded up to whole
 * blocks, and one inode a file. What package managers need they look at by themselves.
 */
import { kindOf } from '../resources/registry.js';
import type { Change } from '../resources/resource.js';
import { raw, sh, type Shell } from '../shell/shell.js';

export const roomLibrary: Shell = raw(String.raw`
# rtp_room [BYTES INODES PATH]...: fails and says which file system has not enough. Trees that will be kept: 'tree' 0 PATH.
rtp_room() (
  set +eu
  count=$(($# / 3))
  needs=
  while [ "$count" -gt 0 ]; do
    bytes=$1; inodes=$2; place=$3
    shift 3
    if [ "$bytes" = tree ]; then
      bytes=$(du -sk -- "$place" 2>/dev/null | sed 's/[^0-9].*//')
      bytes=$((${'$'}{bytes:-0} * 1024))
      inodes=$(find "$place" 2>/dev/null | wc -l)
      place=$rtp_state
    fi
    while [ ! -d "$place" ]; do
      place=${'$'}{place%/*}
      [ -n "$place" ] || place=/
    done
    needs="$needs$bytes $inodes
"
    set -- "$@" "$place"
    count=$((count - 1))
  done
  [ $# -gt 0 ] || exit 0
  short=$({
    printf '%s\n' "$needs"
    stat -c %d -- "$@" 2>/dev/null
    echo
    stat -f -c '%S %f %a %c %d %b' -- "$@" 2>/dev/null
  } | awk -v root="${'$'}{rtp_user-$(id -u)}" '
    NF == 0 { part++; next }
    !part { bytes[++a] = $1; inodes[a] = $2; next }
    part == 1 { device[++b] = $1; next }
    { room[++c] = $1 * (root == 0 ? $2 : $3); total[c] = $4; files[c] = $5; all[c] = $6 }
    END {
      # A file system that reports nothing is taken to have room.
      if (a != b || b != c) exit
      for (i = 1; i <= a; i++) {
        d = device[i]
        if (!(d in at)) at[d] = i
        need[d] += bytes[i]
        many[d] += inodes[i]
      }
      for (d in at) {
        i = at[d]
        # Those that the kernel makes up (proc, sysfs) have no blocks.
        if (all[i] == 0) continue
        if (need[d] > room[i]) printf "%d %.0f KiB are needed and %.0f KiB are free\n", i, need[d] / 1024 + 0.5, room[i] / 1024
        else if (total[i] > 0 && many[d] > files[i]) printf "%d %.0f inodes (files) are needed and %.0f are free\n", i, many[d], files[i]
      }
    }')
  [ -n "$short" ] || exit 0
  printf '%s\n' "$short" | while read -r at what; do
    eval 'place=$'"{$at}"
    printf 'rtprov: there is not enough room on the file system of %s: %s\n' "$place" "$what" >&2
  done
  exit 1
)
`);

const block = 4096;
/** Of each window: entries, their undo, marks; and of a run's first one the library that undo needs. */
export const journalBytes = 512 * 1024;
export const journalInodes = 16;

const rounded = (bytes: number): number => Math.ceil(bytes / block) * block;

interface Need {
  bytes: number;
  inodes: number;
}

/** Fails on the target, with a line that says why, when the changes of a window and their journal have no room there. */
export function roomScript(changes: readonly Change[]): Shell {
  const journal: Need = { bytes: journalBytes, inodes: journalInodes };
  const places = new Map<string, Need>();
  const trees: string[] = [];
  for (const change of changes) {
    const { kept = [], tree, made } = kindOf(change.id.kind).room?.(change) ?? {};
    for (const bytes of kept) add(journal, bytes);
    if (tree !== undefined) trees.push(tree);
    if (made === undefined) continue;
    const need = places.get(made.folder) ?? { bytes: 0, inodes: 0 };
    add(need, made.bytes);
    places.set(made.folder, need);
  }
  const words = [...places].map(([folder, { bytes, inodes }]) => sh`${bytes} ${inodes} ${folder}`);
  return sh`rtp_room ${journal.bytes} ${journal.inodes} "$rtp_state" ${words} ${trees.map((path) => sh`tree 0 ${path}`)} || exit 1`;
}

function add(need: Need, bytes: number): void {
  need.bytes += rounded(bytes);
  need.inodes += 1;
}
