/**
 * Asking dnf or zypper what it would do. Their caches are copied first, so that nothing of the host changes; the answer has the form
 * that apt-get's simulation has, with all versions that would be installed of a name.
 */
import { raw, type Shell } from '../../shell/shell.js';

/** Of what packages ship, the paths whose bytes are read; words for a shell. */
export const readPaths =
  "'./etc/*' './lib/systemd/*' './usr/lib/systemd/*' './usr/lib/tuned/*' './usr/lib/sysctl.d/*' './usr/lib/modules-load.d/*' './usr/lib/tmpfiles.d/*'";

export const rpmTransactionLibrary: Shell = raw(`
# The bytes that were unpacked to $d/look, but for large files.
rtp_transaction_bytes() {
  find "$d/look" -type f -size +512k -exec rm -f {} +
  echo ::tar
  tar -C "$d/look" --format=gnu -cf - .
}
# What the packages that change have on the host now, in the words of rtp_transaction_before.
rtp_transaction_rpm_before() { # OUT
  echo ::before
  awk '$1 == "+" { comes[$2] = 1 } $1 == "-" { goes[$2 " " $3] = $2 } END { for (one in goes) print ((goes[one] in comes) ? "owned" : "gone"), one }' "$1" | sort |
    while read -r how name version; do
      one=\${name%%:*}-\${version#*:}
      rpm -V --nodeps --noscripts "$one" 2>/dev/null | sed 's/^[^/]*//' >"$d/edited"
      rpm -q --qf '[%{FILEFLAGS:fflags}\\t%{FILEMODES:perms}\\t%{FILENAMES}\\n]' "$one" 2>/dev/null | awk -F '\\t' -v how="$how" '
        FILENAME ~ /edited$/ { edited[$1] = 1; next }
        NF != 3 || $1 ~ /g/ || $2 ~ /^d/ { next }
        { if ($1 ~ /c/ && !($3 in edited)) print "unedited " $3; print how " " $3 }' "$d/edited" -
    done
}
# What new packages ship, as tar lists it, with the bytes of the files that matter. Of their scripts nothing is known.
rtp_transaction_rpm_look() { # OUT
  mkdir -p "$d/rpms" "$d/look/control" "$d/look/data" || return 1
  sed -n 's/^+ //p' "$1" >"$d/rpms/fetch"
  [ -s "$d/rpms/fetch" ] || return 0
  (rtp_rpm_fetch "$d/rpms" "$d/cache") >/dev/null 2>"$d/err" || { echo ::unseen; tail -n 3 "$d/err"; }
  echo ::listing
  for file in "$d"/rpms/*.rpm; do
    [ -f "$file" ] || continue
    name=$(rpm -qp --qf '%{NAME}' "$file" 2>/dev/null) || continue
    mkdir -p "$d/look/control/$name" "$d/look/data/$name" || return 1
    echo "::package $name"
    rpm -qp --qf '[%{FILEFLAGS:fflags}\\t%{FILENAMES}\\t%{FILEMODES:perms} %{FILEUSERNAME}/%{FILEGROUPNAME} %{FILESIZES} 2000-01-01 00:00 %{FILENAMES} -> %{FILELINKTOS}\\n]' "$file" 2>/dev/null |
      awk -F '\\t' -v conf="$d/look/control/$name/conffiles" 'NF != 3 || $1 ~ /g/ { next }
        $1 ~ /c/ && $1 ~ /n/ { print $2 > conf }
        { if ($3 !~ /^l/) sub(/ -> $/, "", $3); print $3 }'
    rpm2cpio "$file" 2>/dev/null | (cd "$d/look/data/$name" && cpio -idm --quiet --no-absolute-filenames ${readPaths} 2>/dev/null)
    rm -f "$file"
  done
  rtp_transaction_bytes
}
# rtp_transaction_rpm REFRESH VALID MODE VERB LOOK FLAGS; FLAGS as apt-get has them; stdin: install words, an empty line, remove words. rtp_manager is dnf or zypper.
rtp_transaction_rpm() (
  umask 022
  # Metadata of a whole distribution: /tmp may be memory, and copies of caches cost nothing where they are on one file system.
  d=$(mktemp -d /var/tmp/rtprov-rpm.XXXXXXXXXX) || exit 1
  trap 'rm -rf "$d"' EXIT
  trap 'rm -rf "$d"; exit 1' HUP INT TERM
  refresh=$1; valid=$2; mode=$3; verb=$4; look=$5
  printf '%s\\n' "$6" >"$d/flags"
  : >"$d/install"
  : >"$d/remove"
  awk -v d="$d" 'BEGIN { f = d "/install" } $0 == "" { f = d "/remove"; next } { print $NF > f }' || exit 1
  cache=/var/cache/dnf
  [ "$rtp_manager" = dnf ] || cache=/var/cache/zypp
  if [ "$refresh" = true ] && [ "$valid" -gt 0 ]; then
    stamp=$(find "$cache" \\( -name repomd.xml -o -name cookie \\) -printf '%C@\\n' 2>/dev/null | sort -n | tail -n 1)
    if [ $(($(date +%s) - \${stamp%%.*})) -le "$valid" ] 2>/dev/null; then refresh=false; fi
  fi
  printf '::refreshes %s\\n::merged true\\n::starts false\\n::scripted true\\n' "$refresh"
  case $verb in
    install) word=install ;;
    remove | purge) word=remove; mode=remove ;;
    *) printf '::error\\n%s of all packages is spoken to apt alone\\n' "$verb"; exit 0 ;;
  esac
  # What is there already, itself or as something that another package provides, stays as it is.
  while IFS= read -r name; do
    here=no
    if rpm -q "$name" >/dev/null 2>&1; then here=yes; elif [ "$word" = install ] && rpm -q --whatprovides "$name" >/dev/null 2>&1; then here=yes; fi
    case $mode$here in installyes | removeno) ;; *) printf '%s\\n' "$name" ;; esac
  done <"$d/$word" >"$d/words"
  [ -s "$d/words" ] || exit 0
  mkdir "$d/cache" "$d/persist" "$d/log"
  # shellcheck disable=SC2046
  if [ "$rtp_manager" = dnf ]; then
    # Packages that are in the cache are not needed here.
    (cd "$cache" 2>/dev/null && find . -name packages -prune -o -type f -print | cpio -pdm --quiet "$d/cache" 2>/dev/null || cp -a --reflink=auto "$cache/." "$d/cache/" 2>/dev/null)
    rtp_dnf ask "$d" "$mode" "$refresh" $(cat "$d/words") >"$d/out" 2>"$d/err" || { echo ::error; grep -v '^$' "$d/err" | tail -n 5 | sed 's/^dnf: //'; exit 0; }
  else
    for part in raw solv; do cp -a --reflink=auto "$cache/$part" "$d/cache/" 2>/dev/null; done
    if [ "$refresh" = true ]; then
      rtp_zypper --cache-dir "$d/cache" refresh >"$d/xml" || { echo ::error; rtp_zypper_said "$d/xml"; exit 0; }
    fi
    case "$word $6 " in
      install*' --install-recommends '*) set -- --recommends ;;
      install*' --no-install-recommends '*) set -- --no-recommends ;;
      *) set -- ;;
    esac
    rtp_zypper --cache-dir "$d/cache" "$word" "$@" --dry-run $(cat "$d/words") >"$d/xml" || { echo ::error; rtp_zypper_said "$d/xml"; exit 0; }
    rtp_zypper_changes "$d/xml" >"$d/out"
    set -- $(sed -n 's/^- \\([^ :]*\\).*/\\1/p' "$d/out" | sort -u)
    if [ $# -gt 0 ]; then
      rtp_zypper --cache-dir "$d/cache" search --details --match-exact -t package "$@" >"$d/xml"
      sed -n 's/.* name="\\([^"]*\\)".* edition="\\([^"]*\\)" arch="\\([^"]*\\)" repository="\\([^"]*\\)".*/\\1 \\2 \\3 \\4/p' "$d/xml" | grep -v '(System Packages)' |
        awk -v native="$(uname -m)" 'FILENAME == "-" { k = $3 == native || $3 == "noarch" ? $1 : $1 ":" $3; had[k " " $2] = 1; next }
          $1 == "-" && !(($2 " " $3) in had) { print "!", $2, $3 }' - "$d/out" >"$d/lost"
      cat "$d/lost" >>"$d/out"
    fi
  fi
  awk '$1 == "+" || $1 == "-" { print $2 }' "$d/out" | sort -u >"$d/names"
  echo ::asked
  cat "$d/names"
  [ -s "$d/names" ] || exit 0
  rtp_rpm_list $(cat "$d/names") | sed 's/^version=\\([^ ]*\\) .*/\\1/' | paste -d ' ' "$d/names" - >"$d/have"
  echo ::plan
  awk '
    FILENAME ~ /have$/ { have[$1] = $2; next }
    $1 == "-" { goes[$2] = goes[$2] "," $3 "," }
    $1 == "+" { comes[$2] = comes[$2] (comes[$2] == "" ? "" : ",") $3 }
    END {
      for (name in have) {
        n = split(have[name] (have[name] != "" && comes[name] != "" ? "," : "") comes[name], list, ",")
        # In the order that sort(1) has.
        for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j] "" < list[j - 1] ""; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
        then = ""
        for (i = 1; i <= n; i++) if (index(goes[name], "," list[i] ",") == 0) then = then (then == "" ? "" : ",") list[i]
        old = have[name] == "" ? "" : " [" have[name] "]"
        if (then == "") print "Remv " name old
        else print "Inst " name old " (" then " rpm)"
      }
    }' "$d/have" "$d/out" | sort
  echo ::lost
  sed -n 's/^! \\([^ ]*\\).*/\\1/p' "$d/out"
  echo ::kernels
  sed -n 's/^k //p' "$d/out"
  [ "$look" = true ] || exit 0
  rtp_transaction_rpm_before "$d/out"
  rtp_transaction_rpm_look "$d/out"
)`);
