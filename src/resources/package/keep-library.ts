/**
 * What undo of a package transaction needs beside versions: the old archives, and the files that maintainer scripts
 * write or that a purge deletes. Before a transaction the small system files are kept in a tar, after it the paths
 * that it changed are listed with their digests. Undo turns the transaction back with apt and dpkg, and then
 * puts back each of these paths that nobody has changed since (docs/resources/package.md).
 */
import { raw, type Shell } from '../../shell/shell.js';

export const packageKeepLibrary: Shell = raw(`
# Everything in these places is kept byte for byte, up to 4 MiB a file.
rtp_package_places='/etc /boot /var/lib/alternatives /var/lib/rpm/alternatives /var/lib/dpkg/alternatives /var/lib/dpkg/diversions /var/lib/dpkg/statoverride /var/lib/dpkg/diversions-old /var/lib/dpkg/statoverride-old /var/lib/apt/extended_states /var/lib/ucf /var/cache/debconf /var/lib/systemd/deb-systemd-helper-enabled /var/lib/systemd/deb-systemd-helper-masked /var/lib/systemd/deb-systemd-user-helper-enabled /var/lib/systemd/deb-systemd-user-helper-masked /var/lib/systemd/catalog /var/lib/systemd/timers'
# Path, type, mode, owner, group, size, time, link. Names with line ends are left out.
rtp_package_manifest() (
  set +eu
  LC_ALL=C; export LC_ALL
  {
    find $rtp_package_places ! -name '*
*' -printf '%p\\t%y\\t%m\\t%u\\t%g\\t%s\\t%T@\\t%l\\n'
    # Maintainer scripts give folders other owners and modes.
    find /usr /var -xdev \\( -path /var/lib/rtprov -o -path /var/tmp -o -path /var/cache/apt -o -path '/var/lib/apt/lists' \\) -prune -o -type d ! -name '*
*' -printf '%p\\t%y\\t%m\\t%u\\t%g\\t0\\t0\\t\\n'
    # Elsewhere only what appears is noticed, so that it can go again.
    find / /home /opt /srv -xdev -maxdepth 1 ! -path / ! -path /etc ! -path /boot ! -name '*
*' -printf '%p\\t%y\\t-\\t-\\t-\\t-\\t-\\t-\\n'
    find /var /usr/local /usr/lib/modules /usr/src /usr/share -xdev -maxdepth 3 \\( -path /var/cache/apt -o -path /var/cache/debconf -o -path /var/lib/apt \\
      -o -path /var/lib/dpkg -o -path /var/lib/rpm -o -path /var/lib/dnf -o -path /var/cache/dnf -o -path /var/lib/zypp -o -path /var/cache/zypp -o -path /var/log/zypp -o -path '/var/log/zypper.log*' -o -path '/var/log/dnf*' -o -path '/var/log/hawkey.log*' -o -path /var/lib/rtprov -o -path /var/lib/systemd -o -path /var/lib/ucf -o -path /var/tmp -o -path /var/log/apt -o -path /var/log/dpkg.log -o -path /var/log/alternatives.log -o -path '/usr/share/*/*' \\) -prune -o ! -name '*
*' -printf '%p\\t%y\\t-\\t-\\t-\\t-\\t-\\t-\\n'
  } 2>/dev/null | sort | awk -F '\\t' '!($1 in seen) { seen[$1] = 1; print }'
)
# Active units; with an argument only those whose files are gone. The guard of trial boots may be what undoes: it is not the packages'.
rtp_package_units() { # [not-found]
  systemctl list-units --no-pager --no-legend --plain --all --state=active --type=service,socket,timer,path,target 2>/dev/null |
    awk -v load="$1" '(load == "" || $2 == load) && $1 != "rtprov-boot-guard.service" { print $1 }' | sort
}
rtp_package_before() ( # DIR
  set +eu
  [ -f "$1/before.tar" ] && exit 0
  umask 077
  mkdir -p "$1" || exit 1
  rtp_package_manifest >"$1/before" || exit 1
  rtp_package_units '' >"$1/units"
  if [ "$rtp_manager" = apt ]; then
    cp -p /var/lib/dpkg/status "$1/status" && mkdir -p "$1/lists" || exit 1
    while read -r name _ _ _ _ _ version; do
      for list in "/var/lib/dpkg/info/\${name%%:*}.list" "/var/lib/dpkg/info/\${name%%:*}":*.list; do
        [ -f "$list" ] || continue
        cp -p "$list" "$1/lists/" || exit 1
        # Of a package that was removed and not purged dpkg keeps this script too.
        script=\${list%.list}.postrm
        if [ "$version" = - ] && [ -f "$script" ]; then cp -p "$script" "$1/lists/" || exit 1; fi
      done
    done <"$1/wanted" || exit 1
  fi
  awk -F '\\t' '$3 != "-" && $2 ~ /^[fl]$/ && $6 <= 4194304 { print $1 }' "$1/before" >"$1/list"
  tar -cpf "$1/before.new" --format=posix --no-recursion --numeric-owner -P --warning=none -T "$1/list" 2>/dev/null
  [ $? -le 1 ] || { rtp_complain 'the system files could not be kept before the package change'; exit 1; }
  rm -f "$1/list"
  sync "$1/before.new" 2>/dev/null || sync
  mv "$1/before.new" "$1/before.tar"
)
# Paths that differ between two manifests, with + (new), - (gone) or * (changed). A folder's time and size say nothing.
rtp_package_delta() { # BEFORE AFTER
  awk -F '\\t' '
    { key = $2 == "d" ? $2 " " $3 " " $4 " " $5 : $2 " " $3 " " $4 " " $5 " " $6 " " $7 " " $8 }
    FILENAME ~ /before$/ { old[$1] = key; next }
    !($1 in old) { print "+\\t" $1; next }
    { if (old[$1] != key) print "*\\t" $1; delete old[$1] }
    END { for (p in old) print "-\\t" p }
  ' "$1" "$2" | sort -k 2
}
# What a path holds now: attributes and digest, without its time. Prints path, tab, that.
rtp_package_prints() { # paths on stdin
  while IFS= read -r path; do
    if [ -L "$path" ]; then printf '%s\\tl %s\\n' "$path" "$(readlink -- "$path")"
    elif [ -f "$path" ]; then printf '%s\\t%s\\n' "$path" "$(stat -c 'f %a %u %g' -- "$path") $(sha256sum <"$path")"
    elif [ -e "$path" ]; then printf '%s\\t%s\\n' "$path" "$(stat -c 'o %a %u %g' -- "$path")"
    else printf '%s\\t-\\n' "$path"
    fi
  done
}
rtp_package_after() ( # DIR
  set +eu
  [ -f "$1/prints" ] && exit 0
  LC_ALL=C; export LC_ALL
  umask 077
  rtp_package_manifest >"$1/after" || exit 1
  rtp_package_delta "$1/before" "$1/after" >"$1/delta" || exit 1
  cut -f 2- "$1/delta" | rtp_package_prints >"$1/prints.new" || exit 1
  rtp_package_units '' >"$1/units.after"
  cut -d : -f 1 /etc/passwd | sort >"$1/users"
  cut -d : -f 1 /etc/group | sort >"$1/groups"
  rm -f "$1/after"
  sync "$1/prints.new" 2>/dev/null || sync
  mv "$1/prints.new" "$1/prints"
)
# Whose are the differences that there are before the transaction is turned back? What is no longer as the transaction
# left it was changed by someone else since, and stays.
rtp_package_ours() ( # DIR
  set +eu
  [ -f "$1/theirs" ] && exit 0
  LC_ALL=C; export LC_ALL
  [ -f "$1/prints" ] || rtp_package_after "$1" || exit 1
  rtp_package_manifest >"$1/start" || exit 1
  rtp_package_delta "$1/before" "$1/start" | cut -f 2- | rtp_package_prints >"$1/now" || exit 1
  awk -F '\\t' 'FILENAME ~ /prints$/ { p[$1] = $0; next } p[$1] != $0 { print $1 }' "$1/prints" "$1/now" >"$1/theirs.new" || exit 1
  sync "$1/theirs.new" 2>/dev/null || sync
  mv "$1/theirs.new" "$1/theirs"
)
rtp_package_restore() ( # DIR
  set +eu
  LC_ALL=C; export LC_ALL
  tab=$(printf '\\t')
  rtp_package_manifest >"$1/now" || exit 1
  rtp_package_delta "$1/before" "$1/now" | awk -F '\\t' 'FILENAME != "-" { theirs[$1] = 1; next } !($2 in theirs)' "$1/theirs" - >"$1/todo"
  awk -F '\\t' '$1 != "+" { print $2 }' "$1/todo" >"$1/list"
  printf '%s\\n' /etc/passwd /etc/group >>"$1/list"
  rm -rf "$1/old" && mkdir -p "$1/old" && tar -xpf "$1/before.tar" -C "$1/old" --no-recursion -T "$1/list" 2>/dev/null
  # Users and groups of maintainer scripts go with them, also when someone else has changed the files since.
  if grep -qx /etc/passwd "$1/theirs"; then rtp_package_people "$1" passwd users userdel; fi
  if grep -qx /etc/group "$1/theirs"; then rtp_package_people "$1" group groups groupdel; fi
  # What is new goes, the deepest first; a folder that holds what came later stays.
  sort -r -k 2 "$1/todo" | while IFS=$tab read -r how path; do
    [ "$how" = + ] || continue
    if [ -d "$path" ] && [ ! -L "$path" ]; then
      rtp_file_drop rmdir "$path" 2>/dev/null && continue
      # Folders of the package's own data are cleared when the transaction made them and nothing in them is newer than it.
      case $path in /var/?*|/opt/?*|/srv/?*|/usr/?*/?*) ;; *) continue ;; esac
      cut -f 2- "$1/delta" | grep -qxF -- "$path" && ! cut -f 1 "$1/before" | grep -qxF -- "$path" || continue
      if [ -z "$(find "$path" -type f -newer "$1/prints" -print 2>/dev/null | head -n 1)" ]; then rtp_file_drop all "$path"
      else rtp_complain "$path is kept: it has files that are newer than the packages"
      fi
    else rtp_file_drop rm "$path"
    fi
  done
  # What was there comes back, each in one step.
  sort -k 2 "$1/todo" | while IFS=$tab read -r how path; do
    old=$1/old$path
    [ "$how" != + ] || continue
    if [ -f "$old" ] || [ -L "$old" ]; then
      rtp_file_put "$old" "$path" || exit 1
    else
      awk -F '\\t' -v path="$path" '$1 == path && $2 == "d" && $3 != "-" { print $3, $4 ":" $5; exit }' "$1/before" | while read -r mode owner; do
        rtp_file_folder "$path" "$mode" "$owner" || exit 1
      done || exit 1
    fi
  done || { rtp_complain 'files of the packages could not be restored'; exit 1; }
  # What a package took over from one that stayed went with it.
  if [ -f "$1/replaced.tar" ]; then
    tar -xpf "$1/replaced.tar" -C "$1/old" --no-recursion 2>/dev/null
    tar -tPf "$1/replaced.tar" | while IFS= read -r path; do
      [ -e "$path" ] || [ -L "$path" ] || rtp_file_put "$1/old$path" "$path" || exit 1
    done || { rtp_complain 'files of the packages could not be restored'; exit 1; }
  fi
  # dpkg remembers which configuration files were changed locally, and of a removed package its last version; what was installed meanwhile says otherwise.
  if [ "$rtp_manager" = apt ] && [ "$(rtp_package_triples <"$1/status")" = "$(rtp_package_triples </var/lib/dpkg/status)" ]; then
    # A configuration file that only the newer version has stays with the older one, as obsolete: it is in the list of its files then.
    for list in "$1"/lists/*; do
      [ -f "$list" ] && ! cmp -s "$list" "/var/lib/dpkg/info/\${list##*/}" || continue
      cp -p "$list" /var/lib/dpkg/info/.rtprov-list && mv -f /var/lib/dpkg/info/.rtprov-list "/var/lib/dpkg/info/\${list##*/}" || exit 1
    done
    awk '$2 == "-" && $5 == "true" { print $1 }' "$1/wanted" | while read -r name; do
      for script in "/var/lib/dpkg/info/\${name%%:*}.postrm" "/var/lib/dpkg/info/\${name%%:*}":*.postrm; do
        [ ! -f "$script" ] || [ -f "$1/lists/\${script##*/}" ] || rm -f "$script"
      done
    done
    cmp -s "$1/status" /var/lib/dpkg/status || { cp -p "$1/status" /var/lib/dpkg/.rtprov-status && mv -f /var/lib/dpkg/.rtprov-status /var/lib/dpkg/status; } || exit 1
  fi
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    # What the transaction or its services brought up goes: units without a file, and targets that nothing else was waiting for.
    rtp_package_units '' | comm -13 "$1/units" - >"$1/now"
    { rtp_package_units not-found | comm -12 "$1/now" -; grep '\\.target$' "$1/now" | comm -12 "$1/units.after" -; } | sort -u >"$1/list"
    # shellcheck disable=SC2046
    [ ! -s "$1/list" ] || systemctl stop -- $(cat "$1/list") 2>/dev/null
    # Services that ran before and whose packages came back run again.
    rtp_package_units '' >"$1/now"
    comm -23 "$1/units" "$1/now" | while IFS= read -r unit; do
      case $unit in *@*) continue ;; esac
      if [ "$rtp_manager" = apt ]; then grep -qE "/systemd/system/$unit\\$" /var/lib/dpkg/info/*.list; else rpm -qf "/usr/lib/systemd/system/$unit" >/dev/null 2>&1; fi &&
        systemctl start -- "$unit" 2>/dev/null
    done
  fi
  rm -rf "$1/old"
  rm -f "$1/now" "$1/todo" "$1/theirs" "$1/start" "$1/list"
)
# The version of a package that was removed and not purged is only what dpkg remembers of it: the one that was removed last.
rtp_package_triples() {
  awk '/^Status: / { left = /config-files$/ } /^(Package|Status|Architecture): / || (/^Version: / && !left)' | cksum
}
rtp_package_people() { # DIR FILE LIST TOOL
  [ -f "$1/old/etc/$2" ] || return 0
  cut -d : -f 1 "$1/old/etc/$2" | sort | comm -13 - "$1/$3" | while IFS= read -r name; do
    grep -q "^$name:" "/etc/$2" && $4 -- "$name" 2>/dev/null
  done
  return 0
}
`);
