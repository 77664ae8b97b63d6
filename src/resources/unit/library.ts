/**
 * The units' shell. `systemctl show` answers for all names at once, in their order, a blank line between
 * two; a name without a file answers LoadState=not-found (systemctl(1)). GNU find and awk are there wherever systemd is.
 */
import { library, raw, type Shell } from '../../shell/shell.js';
import { keepLibrary } from '../lib/keep.js';

export const unitLibrary: Shell = library([
  keepLibrary,
  raw(`
rtp_unit_systemd() {
  [ -d /run/systemd/system ] && return 0
  rtp_complain 'systemd does not run on this host, so its units can be neither read nor changed'
  return 1
}
# Is a unit file hidden by a mask? Names with an instance count by their template.
rtp_unit_file() {
  for rtp_d in /usr/lib/systemd/system /lib/systemd/system /usr/local/lib/systemd/system /run/systemd/system /run/systemd/generator /run/systemd/generator.late /etc/systemd/system; do
    for rtp_u in "$@"; do
      if [ -f "$rtp_d/$rtp_u" ]; then return 0; fi
    done
  done
  return 1
}
# A service of System V has no unit file state of its own; its links in rc?.d show it.
rtp_unit_sysv() {
  for rtp_l in /etc/rc[2345S].d/S[0-9][0-9]"$1"; do
    if [ -e "$rtp_l" ]; then echo enabled; return 0; fi
  done
  echo disabled
}
# rtp_unit_read NAME...: one line a unit.
rtp_unit_read() (
  set +eu
  rtp_unit_systemd || exit 1
  LC_ALL=C; export LC_ALL
  rtp_unit_flush() {
    [ -n "$id" ] || return 0
    exists=true; masked=false; active=false
    case $load in not-found) exists=false ;; masked) masked=true ;; esac
    case $file in masked*) masked=true ;; esac
    if [ "$masked" = true ]; then
      case $id in
        *@*.*) rtp_unit_file "$id" "\${id%%@*}@.\${id##*.}" || exists=false ;;
        *) rtp_unit_file "$id" || exists=false ;;
      esac
    fi
    case $state in active|reloading|activating) active=true ;; esac
    if [ "$file" = generated ]; then
      case $source in /etc/init.d/*) file=$(rtp_unit_sysv "\${source##*/}") ;; esac
    fi
    printf 'exists=%s enabled=%s masked=%s active=%s\\n' "$exists" "$file" "$masked" "$active"
    id=
  }
  out=$(systemctl show --no-pager -p Id,LoadState,UnitFileState,ActiveState,SourcePath -- "$@") || {
    rtp_complain 'systemctl show failed'; exit 1; }
  id=
  while IFS= read -r line; do
    case $line in
      '') rtp_unit_flush ;;
      Id=*) id=\${line#*=}; load=; file=; state=; source= ;;
      LoadState=*) load=\${line#*=} ;;
      UnitFileState=*) file=\${line#*=} ;;
      ActiveState=*) state=\${line#*=} ;;
      SourcePath=*) source=\${line#*=} ;;
    esac
  done <<RTP_END
$out

RTP_END
)
# rtp_unit_show NAME...: the canonical lines (kind.ts).
rtp_unit_show() (
  set +eu
  lines=$(rtp_unit_read "$@") || exit 1
  while IFS= read -r line; do
    line=\${line#exists=* }
    case $line in
      enabled=enabled*|enabled=linked*|enabled=masked-runtime*) printf '%s\\n' "$line" ;;
      *) printf 'enabled=no %s\\n' "\${line#enabled=* }" ;;
    esac
  done <<RTP_END
$lines
RTP_END
)
# Unit files that changed after the manager last read them. NeedDaemonReload misses a file that was put
# back with its old time, so the time of the inode's change decides (find -newerct with the manager's own stamp).
rtp_unit_fresh() (
  set +eu
  rtp_unit_systemd || exit 1
  LC_ALL=C; export LC_ALL
  stamp=$(systemctl show --no-pager -p UnitsLoadStartTimestamp --value) || exit 1
  [ -n "$stamp" ] || stamp=@0
  stale=$(find /etc/systemd/system /run/systemd/system /usr/lib/systemd/system /lib/systemd/system /usr/local/lib/systemd/system \\
    -newerct "$stamp" -print 2>/dev/null | head -n 1)
  [ -z "$stale" ] || systemctl daemon-reload || { rtp_complain 'systemctl daemon-reload failed'; exit 1; }
)
# rtp_unit_call VERB NAME...: one systemctl call; its own words go to stderr only when it fails.
rtp_unit_call() (
  set +eu
  verb=$1
  shift
  LC_ALL=C; export LC_ALL
  out=$(systemctl --no-pager $verb -- "$@" 2>&1) && exit 0
  # What systemd does not know runs no more: its file may be gone.
  if [ "$verb" = stop ] && ! systemctl show --no-pager -p ActiveState --value -- "$@" | grep -qvx -e inactive -e failed -e ''; then exit 0; fi
  printf '%s\\n' "$out" | sed 's/^/rtprov: systemctl '"$verb"': /' >&2
  exit 1
)
rtp_unit_start() (
  set +eu
  LC_ALL=C; export LC_ALL
  out=$(systemctl --no-pager start -- "$@" 2>&1) && exit 0
  told=
  for unit in "$@"; do
    result=$(systemctl show --no-pager -p ActiveState,Result,SubState --value -- "$unit" | tr '\\n' ' ')
    case $result in *failed*) ;; *) systemctl is-active -q -- "$unit" && continue ;; esac
    told=1
    rtp_complain "$unit could not be started (\${result% })"
    if command -v journalctl >/dev/null 2>&1; then
      journalctl -u "$unit" -n 5 --no-pager -o cat 2>/dev/null | sed 's/^/  /' >&2
    fi
  done
  [ -n "$told" ] || printf '%s\\n' "$out" | sed 's/^/rtprov: /' >&2
  exit 1
)
# rtp_unit_disable NAME...: a unit whose file is already gone keeps its links to rtp_unit_relink.
rtp_unit_disable() (
  set +eu
  verb=$1
  shift
  LC_ALL=C; export LC_ALL
  out=$(systemctl --no-pager $verb -- "$@" 2>&1) && exit 0
  left=
  for unit in "$@"; do
    systemctl --no-pager $verb -- "$unit" >/dev/null 2>&1 && continue
    [ "$(systemctl show -p LoadState --value -- "$unit")" = not-found ] && continue
    left=1
  done
  [ -z "$left" ] && exit 0
  printf '%s\\n' "$out" | sed 's/^/rtprov: systemctl disable: /' >&2
  exit 1
)
# The links that enabling, masking and aliasing NAME makes: path, tab, target.
rtp_unit_links() (
  set +eu
  LC_ALL=C; export LC_ALL
  names=$(systemctl show --no-pager -p Names --value -- "$1" 2>/dev/null)
  also=$(systemctl cat --no-pager -- "$1" 2>/dev/null | sed -n 's/^Also=//p' | tr '\\n' ' ')
  find /etc/systemd/system /run/systemd/system -type l -printf '%p\\t%l\\n' 2>/dev/null |
    awk -F '\\t' -v names="$1 $names $also" 'BEGIN {
        n = split(names, list, /[ ]+/)
        for (i = 1; i <= n; i++) if (list[i] != "") {
          want[list[i]] = 1
          t = list[i]
          if (t ~ /@./ && sub(/@.*\\./, "@.", t)) want[t] = 1
        }
      }
      { p = $1; sub(/.*\\//, "", p); t = $2; sub(/.*\\//, "", t); if (p in want || t in want) print }' | sort
)
rtp_unit_save() ( # NAME KEY
  set +eu
  dir=$(rtp_keep "$2")
  [ -f "$dir/links" ] && exit 0
  umask 077
  mkdir -p "$dir" || exit 1
  if systemctl is-failed -q -- "$1"; then : >"$dir/failed"; fi
  rtp_unit_links "$1" >"$dir/links.new" && mv "$dir/links.new" "$dir/links"
)
# rtp_unit_restored NAME KEY LINE: it is as before. A unit that was not there then may have had links already: they count, and
# make it look enabled while its file, which a later step of the undo removes, is still there.
rtp_unit_restored() (
  set +eu
  now=$(rtp_unit_show "$1") || exit 1
  [ "$now" = "$3" ] && exit 0
  kept=$(rtp_keep "$2")/links
  [ "\${now#* }" = "\${3#* }" ] && [ -s "$kept" ] && [ "$(rtp_unit_links "$1")" = "$(cat "$kept")" ]
)
# rtp_unit_relink NAME KEY: exactly the links that were there before; says on stdout when it changed something.
rtp_unit_relink() (
  set +eu
  kept=$(rtp_keep "$2")/links
  [ -f "$kept" ] || exit 0
  # One that the run let fail, and that had not failed before; StartLimitBurst counts again too (systemd.unit(5)).
  if [ ! -e "\${kept%/*}/failed" ] && systemctl is-failed -q -- "$1"; then systemctl reset-failed -- "$1" >/dev/null 2>&1 || :; fi
  tab=$(printf '\\t')
  now=$(rtp_unit_links "$1")
  [ "$now" = "$(cat "$kept")" ] && exit 0
  echo changed
  printf '%s\\n' "$now" | while IFS=$tab read -r path target; do
    [ -n "$path" ] || continue
    grep -qxF -- "$path$tab$target" "$kept" || rm -f -- "$path" || exit 1
    # Only a folder of links: without /run/systemd/system itself systemctl takes the machine for one without systemd.
    case $path in *.wants/*|*.requires/*|*.upholds/*) rmdir -- "\${path%/*}" 2>/dev/null || : ;; esac
  done || exit 1
  while IFS=$tab read -r path target; do
    [ "$(readlink -- "$path" 2>/dev/null)" = "$target" ] && continue
    mkdir -p -- "\${path%/*}" && ln -sfn -- "$target" "\${path%/*}/.rtprov-link" && mv -Tf -- "\${path%/*}/.rtprov-link" "$path" || exit 1
  done <"$kept"
)
# rtp_unit_fallen NAME: its restart failed. It may come up again by itself, and fall again (Restart= in systemd.service(5)).
rtp_unit_fallen() {
  rtp_value=$(rtp_unit_show "$1") || return 1
  printf '%s\\n' "unit:$1 \${rtp_value% active=*} active=true" "unit:$1 \${rtp_value% active=*} active=false" >>"$rtp_rundir/half"
}
# rtp_unit_again NAME VERB: at the end of a rollback, restarts or reloads what the run restarted or reloaded, if it runs. What fell
# then, and ran before the run, comes up again. $rtp_first: its canonical state before the run; empty where the run only restarted it.
rtp_unit_again() (
  set +eu
  systemctl cat -- "$1" >/dev/null 2>&1 || exit 0
  verb=try-$2
  [ "$2" = restart ] || verb=try-reload-or-restart
  case $rtp_first in
    ''|*' active=true') if systemctl is-failed -q -- "$1"; then verb=restart; fi ;;
  esac
  # What was restarted a few times just now has used up what StartLimitBurst allows (systemd.unit(5)); this starts the count again.
  systemctl reset-failed -- "$1" 2>/dev/null
  systemctl "$verb" -- "$1"
)
# rtp_unit_remains NAME KEY: is there a link without a file that was not there before? A unit whose file is gone shows none.
rtp_unit_remains() (
  set +eu
  kept=$(rtp_keep "$2")/links
  [ -f "$kept" ] || exit 1
  tab=$(printf '\\t')
  rtp_unit_links "$1" | {
    while IFS=$tab read -r path target; do
      [ -e "$path" ] || grep -qxF -- "$path$tab$target" "$kept" || exit 0
    done
    exit 1
  }
)`),
]);
