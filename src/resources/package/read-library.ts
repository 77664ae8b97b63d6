/**
 * Reading packages, here those of dpkg: dpkg-query and one awk, however many names. Only the state of the native architecture (or `all`)
 * answers for a bare name, as for apt. Marks are in apt's extended_states, holds in dpkg's selections.
 */
import { library, raw, type Shell } from '../../shell/shell.js';
import { rpmLibrary } from './rpm-library.js';

export const packageReadLibrary: Shell = library([
  rpmLibrary,
  raw(`
# rtp_package_tool: the package manager in rtp_manager. Debian may have the others as well.
rtp_package_tool() {
  if command -v apt-get >/dev/null 2>&1; then rtp_manager=apt
  elif command -v dnf >/dev/null 2>&1; then rtp_manager=dnf
  elif command -v zypper >/dev/null 2>&1; then rtp_manager=zypper
  else rtp_complain 'packages: this host has none of the supported package managers (apt, dnf, zypper)'; return 1
  fi
}
# rtp_package_list NAME...: one line each: version=... auto=... held=... config=... state=...
rtp_package_list() (
  set +eu
  rtp_package_tool || exit 1
  if [ "$rtp_manager" != apt ]; then rtp_rpm_list "$@"; exit; fi
  LC_ALL=C; export LC_ALL
  marks=/var/lib/apt/extended_states
  [ -r "$marks" ] || marks=/dev/null
  dpkg-query -W -f='\${Package}\\t\${Architecture}\\t\${db:Status-Want}\\t\${db:Status-Status}\\t\${Version}\\n' dpkg "$@" 2>/dev/null |
    awk -F '\\t' 'BEGIN {
        for (i = 3; i < ARGC; i++) { name[i] = ARGV[i]; ARGV[i] = "" }
        n = ARGC
      }
      # The marks come first: blocks of Package, Architecture and Auto-Installed.
      FILENAME != "-" {
        if (/^Package: /) { p = substr($0, 10); a = "" }
        else if (/^Architecture: /) a = substr($0, 15)
        else if (/^Auto-Installed: 1/) auto[p ":" a] = 1
        next
      }
      native == "" && $1 == "dpkg" && $4 != "not-installed" { native = $2 }
      { want[$1, $2] = $3; status[$1, $2] = $4; version[$1, $2] = $5; seen[$1, $2] = 1 }
      END {
        for (i = 3; i < n; i++) {
          p = name[i]
          if (split(name[i], part, ":") > 1 && part[2] != "any") { p = part[1]; a = part[2] == "native" ? native : part[2] }
          else { p = part[1]; a = native }
          if (!((p, a) in seen) && (a == native) && ((p, "all") in seen)) a = "all"
          s = ((p, a) in seen) ? status[p, a] : "not-installed"
          v = (s == "not-installed" || s == "config-files") ? "" : version[p, a]
          # apt writes marks of all-architecture packages under the native one.
          m = ((p ":" a) in auto) || (a == "all" && ((p ":" native) in auto))
          print "version=" v " auto=" (v != "" && m ? "true" : "false") \\
            " held=" (((p, a) in want) && want[p, a] == "hold" ? "true" : "false") \\
            " config=" (s == "config-files" ? "true" : "false") " state=" s
        }
      }' "$marks" - "$@"
)
# The canonical lines of packages as a plan sees them (parse.ts): half done is not installed.
rtp_package_seen() {
  rtp_package_list "$@" | sed -E 's/^version=[^ ]+ auto=[a-z]+ (held=[a-z]+) .* state=(unpacked|half-.*)$/version= auto=false \\1 config=true half=true/; s/ state=.*//'
}
# A package that a killed dpkg left half done shows as what it will be once dpkg is repaired, which \`write\` does first.
rtp_package_show() (
  set +eu
  line=$(rtp_package_list "$1") || exit 1
  printf '%s\\n' "\${line%% state=*}"
)
`),
]);
