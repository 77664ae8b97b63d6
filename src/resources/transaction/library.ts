/**
 * Asking apt what it would do, without a trace on the host: caches, lists and downloads go to a folder of our own that
 * is removed afterwards. apt-get(8), apt.conf(5).
 */
import { library, raw, type Shell } from '../../shell/shell.js';
import { keepLibrary } from '../lib/keep.js';
import { packageReadLibrary } from '../package/read-library.js';
import { replacesLibrary } from './replaces-library.js';
import { readPaths, rpmTransactionLibrary } from './rpm-library.js';

export const transactionLibrary: Shell = library([
  keepLibrary,
  packageReadLibrary,
  rpmTransactionLibrary,
  replacesLibrary,
  raw(`
rtp_transaction_apt() { # apt-get or apt-cache with private folders; $d is ours
  rtp_tool=$1
  shift
  if [ -d "$d/lists" ]; then set -- -o Dir::State::lists="$d/lists/" "$@"; fi
  LC_ALL=C "$rtp_tool" -q -o Debug::NoLocking=1 -o Dir::Cache="$d/cache/" -o Dir::Cache::archives="$d/cache/archives/" \\
    -o Dir::Log="$d/log/" -o APT::Sandbox::User=root -c "$d/conf" "$@" </dev/null
}
# Names from the words on stdin, one a line: "name WORD" or "glob PATTERN WORD". MODE install drops what is
# there already (also by another package that provides it); MODE latest keeps all; MODE remove keeps what is there, half done too.
rtp_transaction_names() { # MODE PURGE
  cat >"$d/words"
  : >"$d/known"
  if [ "$1" != remove ] && grep -q '^glob ' "$d/words"; then rtp_transaction_apt apt-cache pkgnames >"$d/known"; fi
  awk -F '\\t' -v mode="$1" -v purge="$2" '
    FILENAME ~ /installed$/ {
      if ($3 == "installed" || $3 ~ /^triggers/) {
        here[$1] = here[$2] = 1
        k = split($4, list, ",")
        for (i = 1; i <= k; i++) { sub(/^ +/, "", list[i]); sub(/ .*/, "", list[i]); if (list[i] != "") provided[list[i]] = 1 }
      } else if ($3 == "config-files" && purge == "true") here[$1] = here[$2] = 1
      else if (mode == "remove" && $3 ~ /^(unpacked|half-)/) here[$1] = here[$2] = 1
      real[$1] = 1
      next
    }
    FILENAME ~ /known$/ { known[$1] = 1; next }
    {
      split($0, w, " ")
      if (w[1] == "name") {
        n = w[2]; bare = n; sub(/[=\\/].*/, "", bare)
        if (mode == "remove") { if (bare in here) print bare; next }
        if (mode == "install" && bare == n && ((n in here) || (!(n in real) && (n in provided)))) next
        print n
        next
      }
      found = 0; bare = w[3]; tail = ""
      if (match(bare, /[=\\/]/)) { tail = substr(bare, RSTART); bare = substr(bare, 1, RSTART - 1) }
      if (mode == "remove") { for (p in here) if (p ~ w[2] && p !~ /:/) print p; next }
      for (p in known) if (p ~ w[2]) { found = 1; if (tail != "" || mode != "install" || !(p in here)) print p tail }
      if (!found) print "E: no package matches " w[3] > "/dev/stderr"
    }' "$d/installed" "$d/known" "$d/words" | sort -u
}
# Does dpkg remember a package once it is removed? One without configuration files and without a postrm that a purge would
# have to call is purged by its removal (dpkg(1), --remove; removal_bulk in dpkg's remove.c).
rtp_transaction_leaves() { # NAME
  [ -z "$(dpkg-query -W -f='\${Conffiles}' "$1" 2>/dev/null)" ] || return 0
  [ -e "/var/lib/dpkg/info/\${1%%:*}.postrm" ] && return 0
  for rtp_script in /var/lib/dpkg/info/"\${1%%:*}":*.postrm; do
    case $1 in *:*) [ "$rtp_script" = "/var/lib/dpkg/info/$1.postrm" ] || continue ;; esac
    [ ! -e "$rtp_script" ] || return 0
  done
  return 1
}
# What the packages that change have on the host now: "unedited" configuration, files that are "owned" and stay, files that
# are "gone", units that are "masked" by dh_installsystemd's postrm.
rtp_transaction_before() { # OUT
  echo ::before
  awk '/^(Inst|Remv|Purg) / && $3 ~ /^\\[/ { print $1, $2 }' "$1" | sort -u -k 2 | while read -r verb name; do
    status=$(dpkg-query -W -f='\${db:Status-Status}' "$name" 2>/dev/null) || continue
    conf=$(dpkg-query -W -f='\${Conffiles}\\n' "$name" 2>/dev/null)
    printf '%s\\n' "$conf" | while read -r path sum flags; do
      [ -n "$path" ] || continue
      if [ -f "$path" ] && [ "$(md5sum <"$path" | cut -d ' ' -f 1)" = "$sum" ]; then echo "unedited $path"; fi
      if [ "$verb" = Purg ]; then echo "gone $path"; else echo "owned $path"; fi
    done
    [ "$status" = config-files ] && continue
    dpkg-query -L "$name" 2>/dev/null | while IFS= read -r path; do
      if [ -d "$path" ] && [ ! -L "$path" ]; then continue; fi
      case $conf in *" $path "*) continue ;; esac
      if [ "$verb" = Inst ]; then echo "owned $path"; else echo "gone $path"; fi
    done
    [ "$verb" = Remv ] && sed -n "s/.*deb-systemd-helper  *mask  *'\\([^']*\\)'.*/masked \\1/p" "/var/lib/dpkg/info/$name.postrm" 2>/dev/null
  done
}
# rtp_transaction_read REFRESH VALID MODE VERB LOOK FLAGS; stdin: install words, an empty line, remove words.
rtp_transaction_read() (
  set +eu
  rtp_package_tool || exit 1
  LC_ALL=C; export LC_ALL
  if [ "$rtp_manager" != apt ]; then rtp_transaction_rpm "$@"; exit; fi
  umask 022
  d=$(mktemp -d /tmp/rtprov-apt.XXXXXXXXXX) || exit 1
  trap 'rm -rf "$d"' EXIT
  trap 'rm -rf "$d"; exit 1' HUP INT TERM
  mkdir -p "$d/cache/archives/partial" "$d/log" || exit 1
  # A cache that is up to date is read through the link, a stale one is made again in its place.
  ln -s /var/cache/apt/pkgcache.bin /var/cache/apt/srcpkgcache.bin "$d/cache/"
  printf '%s\\n' '#clear APT::Update::Pre-Invoke;' '#clear APT::Update::Post-Invoke;' '#clear APT::Update::Post-Invoke-Success;' >"$d/conf"
  refresh=$1; valid=$2; mode=$3; verb=$4; look=$5; flags=$6; purge=false
  case " $flags $verb " in *purge*) purge=true ;; esac
  : >"$d/asked"
  : >"$d/dropped"
  awk -v d="$d" 'BEGIN { f = d "/asked" } $0 == "" { f = d "/dropped"; next } { print > f }' || exit 1
  if [ "$refresh" = true ] && [ "$valid" -gt 0 ]; then
    stamp=$(stat -c %Y /var/lib/apt/periodic/update-success-stamp 2>/dev/null || stat -c %Y /var/lib/apt/lists 2>/dev/null || echo 0)
    if [ $(($(date +%s) - stamp)) -le "$valid" ]; then refresh=false; fi
  fi
  echo "::refreshes $refresh"
  if [ -L /lib ]; then echo '::merged true'; else echo '::merged false'; fi
  if [ -d /run/systemd/system ] && [ ! -e /usr/sbin/policy-rc.d ]; then echo '::starts true'; else echo '::starts false'; fi
  if [ "$refresh" = true ]; then
    cp -a --reflink=auto /var/lib/apt/lists "$d/lists" && rm -f "$d/lists/lock" && mkdir -p "$d/lists/partial"
    if ! rtp_transaction_apt apt-get update >"$d/out" 2>&1 || grep -qE '^(Err:|W: Failed to fetch|E: )' "$d/out"; then
      echo '::error'
      echo 'the package lists cannot be refreshed:'
      grep -E '^(E: |W: )' "$d/out" | head -n 5
      exit 0
    fi
  fi
  dpkg-query -W -f='\${Package}\\t\${binary:Package}\\t\${db:Status-Status}\\t\${Provides}\\n' >"$d/installed" 2>/dev/null
  if [ "$verb" = install ]; then
    rtp_transaction_names "$mode" "$purge" <"$d/asked" >"$d/install" 2>"$d/unmatched"
    rtp_transaction_names remove "$purge" <"$d/dropped" | sed 's/$/-/' >"$d/remove"
    if [ -s "$d/unmatched" ]; then echo '::error'; sed 's/^E: //' "$d/unmatched"; exit 0; fi
  else
    : >"$d/install"
    rtp_transaction_names remove "$purge" <"$d/dropped" >"$d/remove"
  fi
  case $verb in
    install|remove|purge) if [ ! -s "$d/install" ] && [ ! -s "$d/remove" ]; then exit 0; fi ;;
  esac
  echo ::asked
  sed 's/[=\\/].*//' "$d/install"
  # shellcheck disable=SC2046,SC2086
  rtp_transaction_apt apt-get -s -y $flags $verb $(cat "$d/install" "$d/remove") >"$d/out" 2>"$d/err" || {
    echo '::error'
    grep -E '^E: ' "$d/err" | sed 's/^E: //'
    sed -n '/unmet dependencies/,/^E:/p' "$d/out" | head -n 12
    exit 0
  }
  rtp_transaction_gone "$d/out" >"$d/gone"
  if [ -s "$d/gone" ]; then
    # Where something needs one of them it does not disappear, and apt would do more.
    # shellcheck disable=SC2046,SC2086
    rtp_transaction_apt apt-get -s -y $flags $verb $(cat "$d/install" "$d/remove") $(sed 's/$/-/' "$d/gone") >"$d/with" 2>/dev/null &&
      [ $(($(grep -cE '^(Inst|Remv|Purg) ' "$d/out") + $(wc -l <"$d/gone"))) = "$(grep -cE '^(Inst|Remv|Purg) ' "$d/with")" ] &&
      mv "$d/with" "$d/out"
  fi
  # Of a package whose removal once failed apt forgets that it was to purge it. The write goes by the plan.
  if [ "$purge" = true ]; then sed -i 's/^Remv /Purg /' "$d/out"; fi
  echo ::plan
  grep -E '^(Inst|Remv|Purg|Conf|Note, selecting) ' "$d/out" "$d/err" -h
  echo ::states
  # apt names the newest version of what is only configured (Conf), and dpkg configures the one that is there.
  awk '/^(Inst|Remv|Purg) / { comes[$2] = 1; if ($3 ~ /^\\[/) print $2 } /^Conf / { ends[$2] = 1 } END { for (name in ends) if (!(name in comes)) print name }' "$d/out" | sort -u >"$d/old"
  if [ -s "$d/old" ]; then rtp_package_list $(cat "$d/old") | paste -d ' ' "$d/old" -; fi
  echo ::leaves
  awk '/^Remv / { print $2 }' "$d/out" | while read -r name; do if rtp_transaction_leaves "$name"; then printf '%s\\n' "$name"; fi; done
  [ "$look" = true ] || exit 0
  rtp_transaction_before "$d/out"
  awk '/^Inst / && $3 ~ /^\\(/ { v = $3; sub(/^\\(/, "", v); print $2 "=" v }' "$d/out" >"$d/new"
  [ -s "$d/new" ] || exit 0
  mkdir "$d/debs" && cd "$d/debs" || exit 1
  rtp_transaction_apt apt-get download $(cat "$d/new") >"$d/out" 2>&1 || {
    echo ::unseen
    grep -E '^(E: |W: )' "$d/out" | head -n 3
  }
  echo ::listing
  # apt names them PACKAGE_VERSION_ARCHITECTURE.deb; few processes for each, as there may be hundreds.
  set --
  for deb in *.deb; do [ ! -f "$deb" ] || set -- "$@" "$d/look/control/\${deb%%_*}" "$d/look/data/\${deb%%_*}"; done
  [ $# = 0 ] || mkdir -p "$@" || exit 1
  for deb in *.deb; do
    [ -f "$deb" ] || continue
    n=\${deb%%_*}
    dpkg-deb -e "$deb" "$d/look/control/$n" || exit 1
    echo "::package $n"
    dpkg-deb --fsys-tarfile "$deb" | tar -tv --full-time --quoting-style=literal -f -
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$d/look/data/$n" --no-same-owner --no-same-permissions --wildcards -f - \\
      ${readPaths} 2>/dev/null
  done
  rm -f ./*.deb
  rtp_transaction_bytes
)`),
]);
