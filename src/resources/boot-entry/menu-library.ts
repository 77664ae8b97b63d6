/**
 * GRUB's menu rebuilt without a moment in which there is none: grub-mkconfig(8) copies its result over the old file, and a power
 * cut there leaves a machine that asks for commands. The same program replaces update-grub(8) while packages
 * are changed, since a kernel's maintainer scripts call that.
 *
 * What RHEL's grub2-mkconfig does besides is left out, because nothing would undo it: RHEL 8's writes GRUB_CMDLINE_LINUX into the
 * environment block, that of 9.0 and 9.1 into every kernel's entry (10_linux, where GRUB_GRUBENV_UPDATE is yes). SUSE's looks at the
 * saved entry after it (grub2-check-default), and rtprov's are not in grub.cfg: the default is put back as it was.
 */
import { raw, sh, type Shell } from '../../shell/shell.js';
import { menuCheck } from './menu-check.js';

const updateGrub = `#!/bin/sh
# rtprov: update-grub(8) whose menu takes the old one's place in one step.
set -e
for mkconfig in grub-mkconfig grub2-mkconfig; do
  command -v "$mkconfig" >/dev/null && break
done
dir=/boot/grub
[ -d "$dir" ] || dir=/boot/grub2
# RHEL 8 that UEFI starts has its menu on the EFI partition. Later a grub.cfg there only leads to /boot/grub2.
if [ -d /sys/firmware/efi ] && [ -f /etc/redhat-release ]; then
  vendor=$(sed -n 's/^ID="*\\([^"]*\\)"*$/\\1/p' /etc/os-release)
  case $vendor in rhel | ol) vendor=redhat ;; esac
  if grep -q -e '^blscfg' -e '^menuentry ' "/boot/efi/EFI/$vendor/grub.cfg" 2>/dev/null; then dir=/boot/efi/EFI/$vendor; fi
fi
case $("$mkconfig" --help 2>/dev/null) in *--no-grubenv-update*) set -- --no-grubenv-update "$@" ;; esac
new=$dir/.rtprov-grub.cfg
rm -f "$new" "$new.new"
# grub-mkconfig leaves its own unfinished file where it fails.
trap 'rm -f "$new" "$new.new"' EXIT
"$mkconfig" -o "$new" "$@"
# What was promised of it, where somebody asks: a menu that does not keep it never takes the old one's place.
if [ -n "\${RTPROV_PROMISE-}" ]; then
  custom=$dir/custom.cfg
  [ -f "$custom" ] || custom=/dev/null
  awk -v menu="$dir/grub.cfg" -v custom="$dir/custom.cfg" -v entry="\${RTPROV_ENTRY-}" -f "\${0%/*}/menu-check.awk" "$RTPROV_PROMISE" "$new" "$custom" || exit 93
fi
if [ -e "$dir/grub.cfg" ]; then
  chown --reference="$dir/grub.cfg" "$new"
  chmod --reference="$dir/grub.cfg" "$new"
  if [ -e /sys/fs/selinux/enforce ]; then chcon --reference="$dir/grub.cfg" "$new"; fi
  if cmp -s "$new" "$dir/grub.cfg"; then exit 0; fi
fi
sync "$new"
mv -f "$new" "$dir/grub.cfg"
# Of all, for GRUB replays no journal: it would read the old file until its folder is written in its place.
sync
`;

export const menuLibrary: Shell = sh`
rtp_grub_menus() { cat /boot/grub/grub.cfg /boot/grub2/grub.cfg /boot/efi/EFI/*/grub.cfg 2>/dev/null; }
# rtp_grub_tidy: removes what a menu leaves that was being made when the power went.
rtp_grub_tidy() { for rtp_dir in /boot/grub /boot/grub2 /boot/efi/EFI/*; do rm -f "$rtp_dir/.rtprov-grub.cfg" "$rtp_dir/.rtprov-grub.cfg.new" || return 1; done; }
# rtp_grub_safe: from here on update-grub is the program above. Does nothing where there is no GRUB.
rtp_grub_safe() {
  for rtp_menu in /boot/grub/grub.cfg /boot/grub2/grub.cfg /boot/efi/EFI/*/grub.cfg; do [ ! -f "$rtp_menu" ] || break; done
  [ -f "$rtp_menu" ] || return 0
  (umask 077; mkdir -p "$rtp_state/bin") || return 1
  printf '%s' ${menuCheck} >"$rtp_state/bin/menu-check.awk" || return 1
  printf '%s' ${updateGrub} >"$rtp_state/bin/.update-grub.new" && chmod 700 "$rtp_state/bin/.update-grub.new" &&
    mv -f "$rtp_state/bin/.update-grub.new" "$rtp_state/bin/update-grub" || return 1
  case :$PATH: in *":$rtp_state/bin:"*) ;; *) PATH=$rtp_state/bin:$PATH; export PATH ;; esac
}
# rtp_grub_menu [PROMISE]: rebuilds the menu; says "changed" when it is another one. One that does not keep the promise (menu-promise.ts) is not
# put in place. The comments in it are in the caller's language.
${raw(`rtp_grub_menu() (
  set +eu
  rtp_grub_safe || exit 1
  [ -x "$rtp_state/bin/update-grub" ] || { rtp_complain 'there is no GRUB whose menu could be made'; exit 1; }
  old=$(rtp_grub_menus | sha256sum)
  default=$(rtp_boot_entry_get saved_entry)
  promise=
  if [ -n "\${1-}" ]; then promise=$rtp_state/bin/promise; printf '%s' "$1" >"$promise" || exit 1; fi
  said=$(env -u LANG -u LANGUAGE -u LC_MESSAGES LC_ALL=C RTPROV_PROMISE="$promise" RTPROV_ENTRY="$default" "$rtp_state/bin/update-grub" 2>&1)
  status=$?
  if [ "$status" = 93 ]; then
    rtp_complain "the menu that was made does not have what was promised, and the old one stays: $(printf '%s\\n' "$said" | sed -n 's/^rtprov: //p')"
    echo 'Look at what has a say in it: files in /etc/default/grub.d, scripts in /etc/grub.d, custom.cfg.' >&2; exit 1
  fi
  if [ "$status" != 0 ]; then rtp_complain "update-grub: $(printf '%s\\n' "$said" | tail -n 3)"; exit 1; fi
  [ "$(rtp_boot_entry_get saved_entry)" = "$default" ] || rtp_boot_entry_write saved_entry "$default" '' || exit 1
  printf '%s\\n' "$said" >&2
  [ "$old" = "$(rtp_grub_menus | sha256sum)" ] || echo changed
)`)}`;
