/**
 * GRUB's defaults as grub-mkconfig(8) would read them: /etc/default/grub, and on Debian the files of /etc/default/grub.d. They are shell
 * programs, and grub-mkconfig stops without a menu where a command in one fails, or one ends the shell. So they are read by a shell
 * of their own in the same way (`sh -e`), and where it does not finish, the file that it was in is reported.
 */
import { library, sh, type Shell } from '../../shell/shell.js';

/** Prints `reading:FILE` before each file and `reading:` at the end; what the files print is thrown away. */
const reader = String.raw`
rtp_shown() { printf "%s" "$2" | sed "s/^/$1:/"; echo; }
# rtp_setter VARIABLE: the last line of rtp_file that names it in an assignment.
rtp_setter() {
  rtp_line=$(grep -nE "(^|[^A-Za-z0-9_])$1[+]?=" "$rtp_file" | tail -n 1 | cut -d: -f1)
  echo "setter:$1 $rtp_line $rtp_file"
}
rtp_late= GRUB_CMDLINE_LINUX= GRUB_CMDLINE_LINUX_DEFAULT=
if [ -f /etc/default/grub ]; then
  echo reading:/etc/default/grub
  rtp_text=$(sed "/^# BEGIN rtprov/,/^# END rtprov/d" /etc/default/grub)
  # A "return" in it ends the file alone, as in one that is sourced.
  rtp_read() { eval "$rtp_text"; }
  rtp_read >/dev/null
fi
rtp_made=$(command -v grub-mkconfig || command -v grub2-mkconfig || :)
# Only Debian's reads the folder.
if [ -z "$rtp_made" ] || grep -q "default/grub[.]d" "$rtp_made"; then
  for rtp_file in /etc/default/grub.d/*.cfg; do
    case $rtp_file in */zz-rtprov.cfg) continue ;; esac
    if [ ! -e "$rtp_file" ]; then continue; fi
    if [ -z "$rtp_late" ] && [ "${'$'}{rtp_file##*/}" \> zz-rtprov.cfg ]; then
      rtp_shown linux "$GRUB_CMDLINE_LINUX"
      rtp_shown default "$GRUB_CMDLINE_LINUX_DEFAULT"
      rtp_late=y GRUB_CMDLINE_LINUX=rtprov-line GRUB_CMDLINE_LINUX_DEFAULT=rtprov-line GRUB_DEFAULT=rtprov-line
    fi
    rtp_was1=$GRUB_CMDLINE_LINUX rtp_was2=$GRUB_CMDLINE_LINUX_DEFAULT rtp_was3=${'$'}{GRUB_DEFAULT-}
    echo "reading:$rtp_file"
    . "$rtp_file" >/dev/null
    if [ -n "$rtp_late" ]; then
      if [ "$rtp_was1" != "$GRUB_CMDLINE_LINUX" ]; then rtp_setter GRUB_CMDLINE_LINUX; fi
      if [ "$rtp_was2" != "$GRUB_CMDLINE_LINUX_DEFAULT" ]; then rtp_setter GRUB_CMDLINE_LINUX_DEFAULT; fi
      if [ "$rtp_was3" != "${'$'}{GRUB_DEFAULT-}" ]; then rtp_setter GRUB_DEFAULT; fi
    fi
  done
fi
if [ -n "$rtp_late" ]; then set -- late; else set -- ""; fi
rtp_shown "$1linux" "$GRUB_CMDLINE_LINUX"
rtp_shown "$1default" "$GRUB_CMDLINE_LINUX_DEFAULT"
if [ -n "$rtp_late" ]; then rtp_shown lateentry "${'$'}{GRUB_DEFAULT-}"; fi
echo reading:
`;

export const defaultsLibrary: Shell = library([
  sh`
# rtp_boot_defaults: GRUB's two lines without rtprov's own file and what has it read, and what files after ours make of them: the word
# rtprov-line stands for what they find. The folder is read in the order of bytes, as Debian's shell does.
rtp_boot_defaults() (
  set +eu
  rtp_said=$(LC_ALL=C sh -ec ${reader} </dev/null 2>/dev/null)
  printf '%s\n' "$rtp_said"
  rtp_file=$(printf '%s\n' "$rtp_said" | sed -n 's/^reading://p' | tail -n 1)
  [ -n "$rtp_file" ] || exit 0
  rtp_said=$(sh -n "$rtp_file" 2>&1 | head -n 1)
  if [ -z "$rtp_said" ]; then
    # No fault of its syntax: the last command. Debian's dash has no line numbers, so there the command's text is looked up.
    rtp_last=$(sh -ec 'PS4="rtp-at:\$LINENO:"; set -x; . "$0"' "$rtp_file" 2>&1 >/dev/null </dev/null | sed -n 's/^r*tp-at://p' | tail -n 1)
    rtp_line=$(printf '%s' "$rtp_last" | cut -d: -f1)
    [ -n "$rtp_line" ] || rtp_line=$(printf '%s' "$rtp_last" | cut -d: -f2- | grep -nF -f - "$rtp_file" | tail -n 1 | cut -d: -f1)
    [ -z "$rtp_line" ] || rtp_said="$rtp_line: "
  fi
  echo "broken:$rtp_file $rtp_said"
)`,
]);
