/**
 * What a package manager that was killed leaves beside the files that it writes: apt, dpkg and the programs that maintainer scripts call
 * write a new file under another name and then move it over the old one, and a kill between the two leaves the new one for ever.
 *
 * Names as in apt's FileFd::OpenDescriptor (Atomic: mkstemp with `.XXXXXX`), dpkg's lib/dpkg/atomic-file.c (`-new`), trigdeferred.c
 * (`Unincorp.new`) and CONTROLDIRTMP, update-alternatives (`.dpkg-tmp`), debconf's DbDriver::File (`-new`), ucf, ucfr (`.tmp`) and
 * deb-systemd-helper (`.stateXXXXX`); in /tmp, where nobody can exchange root's folders, those of apt and of `dpkg-deb --info`.
 * `updates/tmp.i` is the business of `dpkg --configure -a`.
 */
import { raw, type Shell } from '../../shell/shell.js';

export const packageSweepLibrary: Shell = raw(`
# rtp_package_cut_off DIR: lines of paths, the lists that transactions of ours began with that were cut off since anybody swept up after them.
# DIR is that of the transaction that is about to be tried.
rtp_package_cut_off() {
  for rtp_f in "$rtp_state"/runs/*/keep/*/began; do
    rtp_cut=\${rtp_f%/began}
    [ -f "$rtp_cut/before" ] || continue
    if [ "$rtp_cut" != "$1" ] && [ "$rtp_cut/swept" -nt "$rtp_f" ]; then continue; fi
    printf '%s\\n' "$rtp_cut/before"
  done
}
# rtp_package_locked COMMAND...: with the locks of dpkg, for which it waits a minute. They are those of fcntl(2), which no shell can take; perl
# is there where dpkg is (Debian Policy, "Essential packages"). All other fields of struct flock are 0: the whole file.
rtp_package_locked() {
  perl -MFcntl -e '
    for my $path ("/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock") {
      open(my $lock, "+<", $path) or exit 1;
      my $whole = pack("s x62", F_WRLCK);
      for (my $try = 0; !fcntl($lock, F_SETLK, $whole); $try++) {
        exit 1 if $try >= 60;
        sleep 1;
      }
      push @held, $lock;
    }
    exit(system(@ARGV) == 0 ? 0 : 1);' "$@" 2>/dev/null
}
# rtp_package_sweep DIR, on stdin what rtp_package_cut_off printed before this try began. What somebody wrote before the first of them, or
# after this try began, is not theirs; what was written under a lock that is ours now is nobody's any more.
rtp_package_sweep() (
  set +eu
  rm -f "$1/cut"
  since=
  while IFS= read -r before; do
    [ -n "$before" ] || continue
    printf '%s\\n' "\${before%/before}" >>"$1/cut"
    if [ -z "$since" ] || [ "$before" -ot "$since" ]; then since=$before; fi
  done
  [ -n "$since" ] || exit 0
  cat >"$1/sweep" <<'RTP_SWEEP'
LC_ALL=C; export LC_ALL
since=$1 began=$2 one='[A-Za-z0-9_]'
# rtp_sweep FOLDER PATTERN...: only where nobody but root can put a name. Files have the time that they were made with: archives carry others.
rtp_sweep() {
  folder=$1
  shift
  [ -n "$(find "$folder" -maxdepth 0 -type d -user 0 ! -perm /022 2>/dev/null)" ] || return 0
  for pattern; do
    find "$folder" -mindepth 1 -maxdepth 1 -user 0 ! -type d -name "$pattern" -newercm "$since" ! -newercm "$began"
  done
}
{
  rtp_sweep /var/lib/apt "extended_states.$one$one$one$one$one$one"
  rtp_sweep /var/cache/apt "pkgcache.bin.$one$one$one$one$one$one" "srcpkgcache.bin.$one$one$one$one$one$one"
  rtp_sweep /var/lib/dpkg status-new available-new arch-new diversions-new statoverride-new
  rtp_sweep /var/lib/dpkg/info format-new '*.list-new' '*.md5sums-new'
  rtp_sweep /var/lib/dpkg/triggers Unincorp.new
  # A trigger may have such a name itself; then a package says so.
  rtp_sweep /var/lib/dpkg/triggers '*-new' | while IFS= read -r file; do
    cat /var/lib/dpkg/info/*.triggers 2>/dev/null | awk -v name="\${file##*/}" '/^interest/ && $2 == name { found = 1 } END { exit !found }' || printf '%s\\n' "$file"
  done
  rtp_sweep /var/lib/dpkg/alternatives '*.dpkg-tmp'
  rtp_sweep /etc/alternatives '*.dpkg-tmp'
  rtp_sweep /var/cache/debconf config.dat-new templates.dat-new passwords.dat-new
  rtp_sweep /var/cache/debconf/tmp.ci '*'
  rtp_sweep /var/lib/ucf hashfile.tmp registry.tmp
  for folder in helper-enabled helper-masked user-helper-enabled user-helper-masked; do
    rtp_sweep "/var/lib/systemd/deb-systemd-$folder" ".state$one$one$one$one$one"
  done
} | while IFS= read -r file; do rm -f -- "$file"; done
find /var/lib/dpkg -mindepth 1 -maxdepth 1 -user 0 -type d -name tmp.ci -newercm "$since" ! -newercm "$began" -exec rm -rf {} +
find /tmp /var/tmp -mindepth 1 -maxdepth 1 -user 0 -type d \\( -name 'apt-dpkg-install-??????' -o -name 'dpkg-deb.??????' \\) -newercm "$since" ! -newercm "$began" -exec rm -rf {} +
RTP_SWEEP
  rtp_package_locked sh "$1/sweep" "$since" "$1/began" &&
    while IFS= read -r cut; do : >"$cut/swept"; done <"$1/cut"
  rm -f "$1/cut" "$1/sweep"
)
`);
