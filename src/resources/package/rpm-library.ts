/**
 * Packages of RPM distributions: read with rpm(8), changed by one transaction of dnf(8) or zypper(8) that is held to exactly what was
 * planned. Lines of packages are SIGN NAME VERSION [ARCHIVE], where NAME has an architecture (`name:i686`) unless it is the
 * machine's own or noarch, and VERSION is [EPOCH:]VERSION-RELEASE. What is installed of a name is a list with commas: kernels of
 * several versions are side by side. Neither rpm nor zypper marks dependencies, so `auto` and `held` are always no.
 */
import { library, raw, sh, type Shell } from '../../shell/shell.js';
import { bootEntryLibrary } from '../boot-entry/library.js';
import { dnfProgram } from './dnf-program.js';

export const rpmLibrary: Shell = library([
  bootEntryLibrary,
  sh`rtp_dnf() { # TASK DIR ARGUMENT...
  rtp_python=$(sed -n '1s/^#! *//p;1q' "$(readlink -f "$(command -v dnf)")")
  case $rtp_python in *python*) ;; *) rtp_complain "packages: dnf is not a Python program here, and rtprov does not support it"; return 1 ;; esac
  mkdir -p "$2/tmp" || return 1
  printf '%s' ${dnfProgram} | TMPDIR=$2/tmp $rtp_python - "$@"
}`,
  raw(`
rtp_zypper() { ZYPP_LOCK_TIMEOUT=60 LC_ALL=C zypper --xmlout --non-interactive "$@" </dev/null; }
# rtp_zypper_said XML: what went wrong, without the marks around it.
rtp_zypper_said() {
  grep -vE '<(progress|option|prompt|/prompt|stream|/stream|[?]xml|download)|type="info"' "$1" | sed 's/<[^>]*>//g; s/&apos;/'"'"'/g; s/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\\&/g; /^ *$/d; s/^/zypper: /' | head -n 8
}
# rtp_zypper_changes XML: what its summary says of packages (zypper's xml schema, install-summary).
rtp_zypper_changes() {
  awk -v native="$(uname -m)" '
    function of(name) { return match($0, " " name "=\\"[^\\"]*\\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
    function key(arch) { return arch == native || arch == "noarch" ? of("name") : of("name") ":" arch }
    /^<to-/ { section = $1 }
    /^<solvable type="package"/ {
      if (section == "<to-remove>") { print "-", key(of("arch")), of("edition"); next }
      if (section ~ /reinstall/) next
      print "+", key(of("arch")), of("edition")
      if (of("edition-old") != "") print "-", key(of("arch-old")), of("edition-old")
    }' "$1" | sort -u
}
# rtp_rpm_list NAME...: lines as rtp_package_list prints them.
rtp_rpm_list() (
  set +eu
  LC_ALL=C; export LC_ALL
  for name; do printf '%s\\n' "\${name%%:*}"; done | sort -u | xargs rpm -q --qf '%{NAME}\\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\n' 2>/dev/null |
    awk -F '\\t' 'NF == 3 { sub(/\\t0:/, "\\t"); print }' | sort |
    awk -F '\\t' -v native="$(uname -m)" 'BEGIN {
        for (i = 2; i < ARGC; i++) { name[i] = ARGV[i]; ARGV[i] = "" }
        n = ARGC
      }
      {
        key = $3 == native || $3 == "noarch" ? $1 : $1 ":" $3
        have[key] = have[key] (have[key] == "" ? "" : ",") $2
      }
      END { for (i = 2; i < n; i++) print "version=" have[name[i]] " auto=false held=false config=false state=" (have[name[i]] == "" ? "not-installed" : "installed") }' - "$@"
)
# rtp_rpm_archive NAME VERSION: prints the kept archive, or fails.
rtp_rpm_archive() {
  case $1 in *:*) rtp_archs=\${1##*:} ;; *) rtp_archs="$(uname -m) noarch" ;; esac
  for rtp_arch in $rtp_archs; do
    rtp_f=$rtp_state/debs/\${1%%:*}-\${2#*:}.$rtp_arch.rpm
    if [ -f "$rtp_f" ]; then printf '%s\\n' "$rtp_f"; return 0; fi
  done
  return 1
}
# rtp_rpm_fetch DIR [CACHE]: brings the archives of the packages on DIR/fetch, lines NAME VERSION, into DIR.
rtp_rpm_fetch() {
  if [ "$rtp_manager" = dnf ]; then rtp_dnf fetch "$@"; return; fi
  while read -r name version; do
    case $name in *:*) word=\${name%%:*}.\${name##*:} ;; *) word=$name ;; esac
    rtp_zypper \${2:+--cache-dir "$2"} --pkg-cache-dir "$1/cache" download "$word=$version" >"$1/said" || { rtp_zypper_said "$1/said" >&2; return 1; }
  done <"$1/fetch"
  find "$1/cache" -name '*.rpm' -exec mv -f {} "$1/" \\;
}
# rtp_rpm_save DIR: keeps the archives of the packages on DIR/fetch.
rtp_rpm_save() {
  rtp_rpm_fetch "$1" || return 1
  for rtp_f in "$1"/*.rpm; do if [ -f "$rtp_f" ]; then mv -f -- "$rtp_f" "$rtp_state/debs/" || return 1; fi; done
  while read -r name version; do
    rtp_rpm_archive "$name" "$version" >/dev/null || { rtp_complain "$name $version: no repository has this version any more; nothing was changed"; return 1; }
  done <"$1/fetch"
}
# rtp_rpm_steps DIR LIST: what has to come and go for the wanted states on DIR/LIST, into DIR/steps.
rtp_rpm_steps() {
  rtp_rpm_list $(cut -d ' ' -f 1 "$1/$2") >"$1/states" || return 1
  paste -d ' ' "$1/$2" "$1/states" | awk '
    function print_missing(sign, all, some,   i, n, list) {
      n = split(all, list, ",")
      for (i = 1; i <= n; i++) if (index("," some ",", "," list[i] ",") == 0) print sign, $1, list[i]
    }
    { have = substr($8, 9); want = $2 == "-" ? "" : $2; print_missing("-", have, want); print_missing("+", want, have) }' |
    while read -r sign name version; do
      if [ "$sign" = + ] && archive=$(rtp_rpm_archive "$name" "$version"); then printf '%s %s %s %s\\n' + "$name" "$version" "$archive"
      else printf '%s %s %s\\n' "$sign" "$name" "$version"
      fi
    done >"$1/steps"
}
# zypper takes what is to go as -NAME; where an installed version is only replaced it finds that by itself.
rtp_rpm_zypper() ( # DIR
  set --  "$1" $(awk 'FNR == NR { if ($1 == "+") comes[$2] = 1; next }
    { w = $2; sub(/:/, ".", w) }
    $1 == "+" { print $4 != "" ? $4 : w "=" $3 }
    $1 == "-" && !($2 in comes) { print "-" w "=" $3 }' "$1/steps" "$1/steps")
  dir=$1
  shift
  off=
  grep -q '^+ [^ ]* [^ ]*$' "$dir/steps" || off=--no-refresh
  rtp_zypper $off install --dry-run --no-recommends --oldpackage --allow-unsigned-rpm --auto-agree-with-licenses -- "$@" >"$dir/log" || { rtp_zypper_said "$dir/log" >&2; exit 1; }
  more=$(rtp_zypper_changes "$dir/log" | awk 'FNR == NR { planned[$1 " " $2 " " $3] = 1; next } !($0 in planned)' "$dir/steps" - | tr '\\n' ' ')
  [ -z "$more" ] || { rtp_complain "zypper would do more than was planned, so nothing was done: $more"; exit 1; }
  rtp_zypper $off install --no-recommends --oldpackage --allow-unsigned-rpm --auto-agree-with-licenses -- "$@" >"$dir/log"
  case $? in 0 | 10[0-36]) ;; *) rtp_zypper_said "$dir/log" >&2; exit 1 ;; esac
)
rtp_rpm_bring() { # DIR LIST
  rtp_rpm_steps "$1" "$2" || return 1
  [ -s "$1/steps" ] || return 0
  if [ "$rtp_manager" = zypper ]; then rtp_rpm_zypper "$1" || return 1
  else rtp_dnf do "$1" >"$1/log" 2>&1 || { grep -v '^$' "$1/log" | tail -n 5 | sed 's/^/rtprov: /' >&2; return 1; }
  fi
  rtp_rpm_steps "$1" "$2" || return 1
  [ -s "$1/steps" ] || return 0
  rtp_complain "packages are not in the expected state: $(tr '\\n' ' ' <"$1/steps")"
  return 1
}
# rtp_rpm_write DIR: brings what DIR/wanted says; first what DIR/forward says, a transaction that was cut off and is to be undone: rpm
# knows nothing of files that it had laid out.
rtp_rpm_write() {
  rtp_default=$(rtp_boot_entry_get saved_entry)
  if [ -f "$1/forward" ]; then rtp_rpm_bring "$1" forward || :; fi
  rtp_rpm_bring "$1" wanted || return 1
  # A kernel's scripts may make it the default, and have SUSE clear away others at the next boot: it comes on trial, with a way back.
  [ "$(rtp_boot_entry_get saved_entry)" = "$rtp_default" ] || rtp_boot_entry_write saved_entry "$rtp_default" '' || return 1
  cut -f 1 "$1/before" | grep -qxF /boot/do_purge_kernels || rm -f /boot/do_purge_kernels
}
`),
]);
