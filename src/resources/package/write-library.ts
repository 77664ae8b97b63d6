/** Changing packages in one transaction. That of apt-get is held to exactly what was planned by a hook in front of dpkg. */
import { raw, type Shell } from '../../shell/shell.js';

export const packageWriteLibrary: Shell = raw(`
# dpkg has no lock timeout of its own.
rtp_package_dpkg() {
  rtp_try=0
  while :; do
    rtp_said=$(dpkg --force-confdef --force-confold "$@" 2>&1) && return 0
    case $rtp_said in *'frontend lock'*|*'database lock'*|*'is locked by another'*) ;; *) return 1 ;; esac
    rtp_try=$((rtp_try + 1))
    [ "$rtp_try" -lt 60 ] || return 1
    sleep 1
  done
}
# After a killed dpkg: what was unpacked is configured.
rtp_package_repair() {
  rtp_half=$(dpkg-query -W -f='\${db:Status-Status}\\n' 2>/dev/null | grep -cE '^(half-configured|unpacked|triggers-pending|triggers-awaited)$')
  set -- /var/lib/dpkg/updates/[0-9]*
  # Its own unfinished file goes with it.
  [ -e "$1" ] || [ -e /var/lib/dpkg/updates/tmp.i ] || [ "$rtp_half" != 0 ] || return 0
  # What cannot be configured for want of another package is the transaction's own matter.
  rtp_package_dpkg --configure -a || :
}
# A package that was killed while its files were laid out has no list of them yet, so its removal would leave them. It is
# unpacked once more, from the archive that apt fetched for it.
rtp_package_unpack() ( # DIR
  set +eu
  mkdir -p "$1/fetch" && cd "$1/fetch" || exit 1
  paste -d ' ' "$1/wanted" "$1/states" | awk '/state=half-installed$/ && $7 != "-" { print $1, $7 }' | while read -r name version; do
    v=$(printf %s "$version" | sed 's/:/%3a/')
    deb=$(rtp_package_archive "$name" "$version") || deb=
    for f in "/var/cache/apt/archives/\${name%%:*}_\${v}_"*.deb; do
      if [ -z "$deb" ] && [ -f "$f" ]; then deb=$f; fi
    done
    if [ -z "$deb" ]; then
      apt-get -q -o APT::Sandbox::User=root download "$name=$version" >/dev/null 2>&1 </dev/null
      for f in *.deb; do if [ -f "$f" ]; then deb=$PWD/$f; fi; done
    fi
    if [ -n "$deb" ]; then rtp_package_dpkg --force-depends --unpack "$deb" </dev/null || :; fi
    rm -f ./*.deb
  done
  cd / && rm -rf "$1/fetch"
)
rtp_package_fail() { # LOG
  grep -E '^(E:|dpkg: error|rtprov:|Err:)' "$1" | sed 's/^E: /rtprov: apt: /' | head -n 8 >&2
  grep -qE '^(E:|dpkg: error|rtprov:)' "$1" || tail -n 5 "$1" >&2
}
# Of the caller: dir, undo.
rtp_package_apt_write() (
  set +eu
  rtp_package_repair
  names=$(cut -d ' ' -f 1 "$dir/wanted")
  rtp_package_list $names >"$dir/states" || exit 1
  if [ -n "$undo" ] && grep -q 'state=half-installed$' "$dir/states"; then
    rtp_package_unpack "$dir"
    rtp_package_list $names >"$dir/states" || exit 1
  fi
  # words: for apt-get; purges: for dpkg; marks: which must change is asked after the transaction.
  paste -d ' ' "$dir/wanted" "$dir/states" | awk '
    { split($8, v, "="); split($11, c, "="); split($12, s, "="); now = v[2]; half = s[2] ~ /^half|^unpacked/ }
    $2 != "-" { if (now != $2 || half) print "install", $1, $2; next }
    now != "" { print ($5 == "true" ? "remove" : "purge"), $1, "-"; next }
    c[2] == "true" && $5 == "false" { print "clear", $1, "-" }' >"$dir/steps" || exit 1
  flags=; words=; purges=; removes=
  kept=$dir
  if [ -n "$undo" ] || [ -f "$dir/replaced.tar" ]; then kept=; fi
  while read -r step name version; do
    case $step in
      install) if deb=$(rtp_package_archive "$name" "$version"); then words="$words $deb"; else words="$words $name=$version"; fi ;;
      remove) words="$words $name-"; removes=1 ;;
      purge) words="$words $name-"; purges="$purges $name" ;;
      clear) purges="$purges $name" ;;
    esac
  done <"$dir/steps"
  if cut -d ' ' -f 6 "$dir/wanted" | grep -q true; then flags="$flags --allow-change-held-packages"; fi
  # apt takes a version that dpkg began to unpack for installed.
  if grep -q '^install ' "$dir/steps" && grep -qE 'state=(half-installed|unpacked)$' "$dir/states"; then flags="$flags --reinstall"; fi
  # apt purges all it removes or none; where both are wanted dpkg purges afterwards.
  if [ -n "$purges" ] && [ -z "$removes" ]; then flags="$flags --purge"; fi
  if [ -n "$words" ]; then
    cat >"$dir/check" <<'RTP_CHECK'
# apt.conf(5), DPkg::Pre-Install-Pkgs, protocol 3: nothing that was not planned.
cat >"$1.hook"
awk 'FNR == NR { plan[$2] = $1 == "install" ? $3 : "-"; next }
  !body { if ($0 == "") body = 1; next }
  $NF == "**CONFIGURE**" { next }
  {
    name = ($1 in plan) ? $1 : $1 ":" $3
    if (!(name in plan)) name = $1 ":" $7
    want = $NF == "**REMOVE**" ? "-" : $6
    if (!(name in plan)) extra = extra " " $1 (want == "-" ? " (removal)" : " " want)
    else if (plan[name] != want) extra = extra " " $1 " " want
  }
  END { if (extra != "") { print "rtprov: apt would do more than was planned, so nothing was done:" extra > "/dev/stderr"; exit 1 } }' "$1" "$1.hook" || exit 1
# Files that a new package takes over from one that stays (deb-control(5), Replaces): undo has to bring them back.
sed -n 's,^.* \\(/.*\\.deb\\)$,\\1,p' "$1.hook" | while IFS= read -r deb; do
  names=$(dpkg-deb -f "$deb" Replaces | sed 's/([^)]*)//g; s/:[a-z0-9]*//g' | tr -s ', ' '\\n\\n')
  [ -n "$names" ] || continue
  dpkg-deb --fsys-tarfile "$deb" | tar -tf - | sed -n 's,^\\.\\(.*[^/]\\)$,\\1,p' | sort >"$1.brings"
  for name in $names; do
    grep -qE "^[a-z]+ $name(:[a-z0-9]+)? " "$1" && continue
    for list in "/var/lib/dpkg/info/$name.list" "/var/lib/dpkg/info/$name":*.list; do
      [ -f "$list" ] || continue
      sort "$list" | comm -12 - "$1.brings" >"$1.taken"
      [ -s "$1.taken" ] || continue
      cat "$1.taken" >>"$1.replaced"
      [ -z "$2" ] || cp -p "$list" "$2/lists/" || exit 1
    done
  done
done || exit 1
if [ -n "$2" ] && [ -s "$1.replaced" ]; then
  tar -cpf "$2/replaced.new" --format=posix --no-recursion --numeric-owner -P --warning=none -T "$1.replaced" || exit 1
  sync "$2/replaced.new" 2>/dev/null || sync
  mv "$2/replaced.new" "$2/replaced.tar"
fi
RTP_CHECK
    # shellcheck disable=SC2086
    apt-get -y -q -o DPkg::Lock::Timeout=60 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-remove-reinstreq \\
      -o Dpkg::Use-Pty=0 -o APT::Sandbox::User=root -o APT::Get::AutomaticRemove=false -o APT::Keep-Downloaded-Packages=false \\
      -o "DPkg::Pre-Install-Pkgs::=/bin/sh $dir/check $dir/steps $kept" -o DPkg::Tools::Options::/bin/sh::Version=3 \\
      --no-install-recommends --allow-downgrades $flags install $words >"$dir/log" 2>&1 </dev/null || {
      rtp_package_fail "$dir/log"; exit 1; }
  fi
  left=
  for name in $purges; do
    case $(rtp_package_list "$name") in *state=not-installed) ;; *) left="$left $name" ;; esac
  done
  if [ -n "$left" ]; then
    # shellcheck disable=SC2086
    rtp_package_dpkg --force-remove-reinstreq --purge $left || { rtp_complain "dpkg: $(printf '%s\\n' "$rtp_said" | tail -n 3)"; exit 1; }
  fi
  rtp_package_list $names >"$dir/states" || exit 1
  paste -d ' ' "$dir/wanted" "$dir/states" | awk '
    { split($9, a, "="); split($10, h, "="); split($8, v, "=") }
    v[2] != "" && a[2] != $3 { print ($3 == "true" ? "auto" : "manual"), $1 }
    h[2] != $4 && (v[2] != "" || $4 == "true") { print ($4 == "true" ? "hold" : "unhold"), $1 }' >"$dir/steps" || exit 1
  for mark in auto manual hold unhold; do
    set -- $(sed -n "s/^$mark //p" "$dir/steps")
    [ $# = 0 ] || apt-mark "$mark" "$@" >"$dir/log" 2>&1 || { rtp_package_fail "$dir/log"; exit 1; }
  done
)
# rtp_package_write KEY REVERSEKEY; on stdin the wanted states: NAME VERSION(or -) AUTO HELD CONFIG HADHELD HADVERSION(or -)
rtp_package_write() (
  set +eu
  rtp_package_tool || exit 1
  LC_ALL=C DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical APT_LISTCHANGES_FRONTEND=none UCF_FORCE_CONFFOLD=1 NEEDRESTART_SUSPEND=1
  export LC_ALL DEBIAN_FRONTEND DEBIAN_PRIORITY APT_LISTCHANGES_FRONTEND UCF_FORCE_CONFFOLD NEEDRESTART_SUSPEND
  rtp_grub_safe || exit 1
  umask 022
  undo=$(rtp_keep "$2")
  dir=$(rtp_keep "$1")
  if [ -f "$undo/before.tar" ]; then dir=$undo; else undo=; fi
  (umask 077; mkdir -p "$dir") || exit 1
  rm -f "$dir/forward"
  cut=$(rtp_package_cut_off "$dir")
  if [ -n "$undo" ] && [ -e "$dir/began" ] && [ -f "$dir/wanted" ]; then mv -f "$dir/wanted" "$dir/forward"; fi
  cat >"$dir/wanted"
  : >"$dir/began"
  if [ "$rtp_manager" = apt ]; then printf '%s\\n' "$cut" | rtp_package_sweep "$dir"; fi
  if [ -n "$undo" ]; then rtp_package_ours "$dir" || exit 1; else rtp_package_before "$dir" || exit 1; fi
  if [ "$rtp_manager" = apt ]; then rtp_package_apt_write || exit 1; else rtp_rpm_write "$dir" || exit 1; fi
  if [ -n "$undo" ]; then rtp_package_restore "$dir" || exit 1; else rtp_package_after "$dir" || exit 1; fi
  # What zypper or rpm that was killed left: made since the transaction was first tried, and before this try, which held the lock.
  find /tmp /var/tmp -maxdepth 1 -user 0 \\( -name 'zypp.??????' -o -name 'rpm-tmp.??????' \\) -newer "$dir/before" ! -newer "$dir/began" -exec rm -rf {} +
  rm -rf "$dir/tmp"
  rm -f "$dir/began" "$dir/wanted" "$dir/forward" "$dir/states" "$dir/steps" "$dir/log" "$dir/check" "$dir/swept"
  rm -f "$dir"/steps.*
)
`);
