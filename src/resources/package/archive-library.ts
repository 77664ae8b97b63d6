/**
 * Old versions as archives on the target: from apt's cache, from the sources, and where no source has the version any
 * more, packed again from the installed files (what dpkg-repack does).
 */
import { raw, type Shell } from '../../shell/shell.js';

export const packageArchiveLibrary: Shell = raw(`
# rtp_package_archive NAME VERSION: prints the kept archive, or fails.
rtp_package_archive() {
  rtp_v=$(printf %s "$2" | sed 's/:/%3a/')
  for rtp_f in "$rtp_state/debs/\${1%%:*}_\${rtp_v}_"*.deb; do
    [ -f "$rtp_f" ] || continue
    case $1 in *:*) case $rtp_f in *"_\${1##*:}.deb"|*_all.deb) ;; *) continue ;; esac ;; esac
    printf '%s\\n' "$rtp_f"
    return 0
  done
  return 1
}
# rtp_package_save: lines NAME VERSION on stdin.
rtp_package_save() (
  set +eu
  rtp_package_tool || exit 1
  LC_ALL=C; export LC_ALL
  umask 077
  debs=$rtp_state/debs
  mkdir -p "$debs" && rm -rf "$debs"/.new && mkdir "$debs/.new" && cd "$debs/.new" || exit 1
  if [ "$rtp_manager" != apt ]; then
    while read -r name version; do
      if old=$(rtp_rpm_archive "$name" "$version"); then touch "$old"; else printf '%s %s\\n' "$name" "$version"; fi
    done >fetch
    [ ! -s fetch ] || rtp_rpm_save "$debs/.new" || exit 1
    cd / && rm -rf "$debs/.new"
    sync "$debs" 2>/dev/null || sync
    exit 0
  fi
  : >wanted
  while read -r name version; do
    if old=$(rtp_package_archive "$name" "$version"); then touch "$old"; continue; fi
    v=$(printf %s "$version" | sed 's/:/%3a/')
    cached=
    for f in "/var/cache/apt/archives/\${name%%:*}_\${v}_"*.deb; do
      if TMPDIR=$PWD dpkg-deb --info "$f" control >/dev/null 2>&1; then cached=$f; fi
    done
    if [ -n "$cached" ]; then cp --reflink=auto -- "$cached" . || exit 1
    else printf '%s %s\\n' "$name" "$version" >>wanted
    fi
  done
  if [ -s wanted ]; then
    apt-get -q -o APT::Sandbox::User=root download $(tr ' ' = <wanted) >/dev/null 2>&1 ||
      while read -r name version; do
        apt-get -q -o APT::Sandbox::User=root download "$name=$version" >/dev/null 2>&1 </dev/null
      done <wanted
  fi
  for f in *.deb; do
    if [ -f "$f" ]; then mv -f -- "$f" "$debs/" || exit 1; fi
  done
  while read -r name version; do
    rtp_package_archive "$name" "$version" >/dev/null || rtp_package_repack "$name" "$version" || {
      rtp_complain "$name $version: no source has this version and it cannot be packed again; nothing was changed"; exit 1; }
  done <wanted
  cd / && rm -rf "$debs/.new"
  sync "$debs" 2>/dev/null || sync
)
rtp_package_repack() ( # NAME VERSION, in the folder for new archives
  set +eu
  arch=$(dpkg-query -W -f='\${Architecture} \${Version}\\n' "$1" 2>/dev/null | awk -v v="$2" '$2 == v { print $1; exit }')
  [ -n "$arch" ] || exit 1
  bare=\${1%%:*}
  info=/var/lib/dpkg/info/$bare
  [ -f "$info.list" ] || info=$info:$arch
  [ -f "$info.list" ] || exit 1
  rm -rf pack && mkdir -m 755 pack pack/DEBIAN || exit 1
  dpkg-query -s "$1" 2>/dev/null | awk '/^[^ ]/ { skip = /^(Status|Conffiles|Config-Version):/ } /^Package:/ && n++ { exit } !skip && NF' >pack/DEBIAN/control || exit 1
  for f in preinst postinst prerm postrm config templates triggers shlibs symbols md5sums conffiles; do
    if [ -f "$info.$f" ]; then cp -p "$info.$f" "pack/DEBIAN/$f" || exit 1; fi
  done
  chmod 755 pack/DEBIAN
  while IFS= read -r path; do
    case $path in /.) continue ;; esac
    if [ -L "$path" ]; then
      # A folder that merging /usr made a link of is a folder in the package.
      case $path in /bin|/sbin|/lib|/lib32|/lib64|/libx32) mkdir -p -m 755 "pack$path" ;; *) printf '%s\\n' "$path" ;; esac
    elif [ -d "$path" ]; then
      mkdir -p "pack$path" && chown --reference="$path" "pack$path" && chmod --reference="$path" "pack$path" || exit 1
    elif [ -e "$path" ]; then printf '%s\\n' "$path"
    fi
  done <"$info.list" >pack.list || exit 1
  sed 's,^/,,' pack.list >pack.names
  tar -cf - -C / --no-recursion -T "$PWD/pack.names" | tar -xpf - -C pack || exit 1
  # dpkg-deb needs every configuration file that is named to it.
  if [ -f pack/DEBIAN/conffiles ]; then
    while IFS= read -r path; do if [ -e "pack$path" ]; then printf '%s\\n' "$path"; fi; done <pack/DEBIAN/conffiles >conffiles
    mv conffiles pack/DEBIAN/conffiles
  fi
  v=$(printf %s "$2" | sed 's/:/%3a/')
  dpkg-deb -Znone --build pack "$rtp_state/debs/\${bare}_\${v}_$arch.deb" >/dev/null 2>&1
)
`);
