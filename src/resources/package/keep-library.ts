/**
 * What undo of a package transaction needs beside versions: the old archives, and the files that maintainer scripts
 * write or that a purge deletes. Before a transaction the small system files are kept in a tar, after it the paths
 * that it changed are listed with their digests. Undo turns the transaction back with apt and dpkg, and then
 * puts back each of these paths that nobody has changed since (docs/resources/package.md).
 */
import { raw, type Shell } from '../../shell/shell.js';

export const packageKeepLibrary: Shell = raw(`
# Everything in these places is kept byte for byte, up to 4 MiB a file.
rtp_package_places='/etc /boot /var/lib/dpkg/alternatives /var/lib/dpkg/diversions /var/lib/dpkg/statoverride /var/lib/apt/extended_states /var/lib/ucf /var/cache/debconf /var/lib/systemd/deb-systemd-helper-enabled /var/lib/systemd/deb-systemd-helper-masked /var/lib/systemd/deb-systemd-user-helper-enabled /var/lib/systemd/deb-systemd-user-helper-masked /var/lib/systemd/catalog'
# In these, only what appears is noticed, so that it can go again.
rtp_package_homes='/var/lib /var/log /var/cache /var/spool /var/mail /opt /srv /usr/local /usr/lib/modules /usr/src /usr/share'
# Path, type, mode, owner, group, size, time, link. Names with line ends are left out.
rtp_package_manifest() (
  LC_ALL=C; export LC_ALL
  {
    find $rtp_package_places ! -name '*
*' -printf '%p\\t%y\\t%m\\t%u\\t%g\\t%s\\t%T@\\t%l\\n'
    find $rtp_package_homes -maxdepth 2 ! -path '/var/cache/apt*' ! -path '/var/cache/debconf*' ! -path '/var/lib/apt/*' ! -path '/var/lib/dpkg/*' ! -path '/var/lib/rtprov*' ! -path '/var/lib/systemd/*' ! -path '/var/lib/ucf*' ! -name '*
*' -printf '%p\\t%y\\t-\\t-\\t-\\t-\\t-\\t-\\n'
  } 2>/dev/null | sort -u
)
rtp_package_units() {
  systemctl list-units --no-pager --no-legend --plain --state=active --type=service,socket,timer,path 2>/dev/null | awk '{ print $1 }' | sort
}
rtp_package_before() ( # DIR
  [ -f "$1/before.tar" ] && exit 0
  umask 077
  mkdir -p "$1" || exit 1
  rtp_package_manifest >"$1/before" || exit 1
  rtp_package_units >"$1/units"
  awk -F '\\t' '$3 != "-" && $2 ~ /^[fld]$/ && $6 <= 4194304 { print $1 }' "$1/before" >"$1/list"
  tar -cpf "$1/before.new" --no-recursion --numeric-owner -P --warning=none -T "$1/list" 2>/dev/null
  [ $? -le 1 ] || { rtp_complain 'the system files could not be kept before the package change'; exit 1; }
  rm -f "$1/list"
  sync "$1/before.new" 2>/dev/null || sync
  mv "$1/before.new" "$1/before.tar"
)
# Paths that differ between two manifests, with + (new), - (gone) or * (changed). A folder's time and size say nothing.
rtp_package_delta() { # BEFORE AFTER
  awk -F '\\t' '
    { key = $2 == "d" ? $2 " " $3 " " $4 " " $5 : $2 " " $3 " " $4 " " $5 " " $6 " " $7 " " $8 }
    FNR == 1 { file++ }
    file == 1 { old[$1] = key; next }
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
  [ -f "$1/prints" ] && exit 0
  LC_ALL=C; export LC_ALL
  umask 077
  rtp_package_manifest >"$1/after" || exit 1
  rtp_package_delta "$1/before" "$1/after" >"$1/delta" || exit 1
  cut -f 2- "$1/delta" | rtp_package_prints >"$1/prints.new" || exit 1
  cut -d : -f 1 /etc/passwd | sort >"$1/users"
  cut -d : -f 1 /etc/group | sort >"$1/groups"
  # Of the tar only what was changed is still needed.
  awk -F '\\t' '$1 != "+" { print $2 }' "$1/delta" >"$1/list"
  mkdir -p "$1/old" && tar -xpPf "$1/before.tar" --no-recursion -T "$1/list" --transform 's,^,'"$1"'/old,' --warning=none 2>/dev/null
  rm -f "$1/list" "$1/after"
  sync "$1/prints.new" 2>/dev/null || sync
  mv "$1/prints.new" "$1/prints"
)
# Which of the changed paths are still as the transaction left them? Asked before it is turned back.
rtp_package_ours() ( # DIR
  [ -f "$1/ours" ] && exit 0
  LC_ALL=C; export LC_ALL
  [ -f "$1/prints" ] || rtp_package_after "$1" || exit 1
  cut -f 2- "$1/delta" | rtp_package_prints >"$1/now" || exit 1
  awk -F '\\t' 'FNR == 1 { file++ } file == 1 { p[$1] = $0; next } file == 2 { if (p[$1] == $0) same[$1] = 1; next } $2 in same' \\
    "$1/prints" "$1/now" "$1/delta" >"$1/ours.new" && mv "$1/ours.new" "$1/ours"
)
rtp_package_restore() ( # DIR
  LC_ALL=C; export LC_ALL
  tab=$(printf '\\t')
  rtp_package_manifest >"$1/now" || exit 1
  # Users and groups of maintainer scripts go with them, also when someone else has changed the files since.
  if ! grep -q "$tab/etc/passwd\\$" "$1/ours"; then rtp_package_people "$1" passwd users userdel; fi
  if ! grep -q "$tab/etc/group\\$" "$1/ours"; then rtp_package_people "$1" group groups groupdel; fi
  rtp_package_delta "$1/before" "$1/now" | awk -F '\\t' 'FNR == 1 { file++ } file == 1 { ours[$2] = 1; next } $2 in ours' "$1/ours" - >"$1/todo"
  # What is new goes, the deepest first; a folder that holds what came later stays.
  sort -r -k 2 "$1/todo" | while IFS=$tab read -r how path; do
    [ "$how" = + ] || continue
    if [ -d "$path" ] && [ ! -L "$path" ]; then
      rmdir -- "$path" 2>/dev/null && continue
      # Folders of the package's own data are cleared when nothing in them is newer than the transaction.
      case $path in /etc/*|/boot/*) continue ;; esac
      if [ -z "$(find "$path" -type f -newer "$1/prints" -print 2>/dev/null | head -n 1)" ]; then rm -rf -- "$path"
      else rtp_complain "$path stays: it holds files that are newer than the packages"
      fi
    else rm -f -- "$path"
    fi
  done
  # What was there comes back, each in one step.
  sort -k 2 "$1/todo" | while IFS=$tab read -r how path; do
    old=$1/old$path
    case $how in
      +) ;;
      *) [ -e "$old" ] || [ -L "$old" ] || continue
        if [ -d "$old" ] && [ ! -L "$old" ]; then
          mkdir -p -- "$path" && chown --reference="$old" -- "$path" && chmod --reference="$old" -- "$path" || exit 1
        else
          mkdir -p -- "\${path%/*}" && cp -a -- "$old" "\${path%/*}/.rtprov-old" && mv -Tf -- "\${path%/*}/.rtprov-old" "$path" || exit 1
        fi ;;
    esac
  done || { rtp_complain 'files of the packages could not be put back'; exit 1; }
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    # Services that ran before and whose packages came back run again.
    rtp_package_units >"$1/now"
    comm -23 "$1/units" "$1/now" | while IFS= read -r unit; do
      case $unit in *@*) continue ;; esac
      grep -qE "/systemd/system/$unit\\$" /var/lib/dpkg/info/*.list && systemctl start -- "$unit" 2>/dev/null
    done
  fi
  rm -f "$1/now" "$1/todo" "$1/ours"
)
rtp_package_people() { # DIR FILE LIST TOOL
  [ -f "$1/old/etc/$2" ] || return 0
  cut -d : -f 1 "$1/old/etc/$2" | sort | comm -13 - "$1/$3" | while IFS= read -r name; do
    grep -q "^$name:" "/etc/$2" && $4 -- "$name" 2>/dev/null
  done
  return 0
}
`);
