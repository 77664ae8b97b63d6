/**
 * Where kinds keep on the target what their states do not hold: symbolic links of a unit, lines of
 * /etc/passwd, package archives. One folder a change, in the run's own folder, so that it goes when the run is
 * pruned; undo of the same run finds it again by the change's key.
 */
import { createHash } from 'node:crypto';
import { raw, type Shell } from '../shell/shell.js';

/** Names the record of a change: the same for the change and, with the states swapped, for its undo. */
export function recordKey(kind: string, name: string, fromCanon: string, toCanon: string): string {
  return createHash('sha256').update([kind, name, fromCanon, toCanon].join('\0')).digest('hex').slice(0, 20);
}

/** `rtp_keep KEY` prints the folder of a record. Each kind's library begins with it; repeating the definition does no harm. */
export const keepLibrary: Shell = raw(
  `rtp_keep() { printf '%s/keep/%s\\n' "\${rtp_rundir:-$rtp_state}" "$1"; }
rtp_complain() { printf 'rtprov: %s\\n' "$*" >&2; }`,
);
