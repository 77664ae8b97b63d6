/**
 * GRUB's environment block (info grub, "Environment block"), as GRUB itself reads it at boot. grub-editenv empties the file before it
 * writes, so a power cut may leave no block and with it another default; here a copy is edited, and its bytes are written over the old ones in one
 * piece, as GRUB does at boot. A rename would be seen too late: GRUB replays no file system's journal, and after a power cut reads
 * the folder as it was. So what a variable names has to be on disk before it.
 */
import { library, raw, type Shell } from '../../shell/shell.js';
import { keepLibrary } from '../lib/keep.js';

export const bootEntryLibrary: Shell = library([
  keepLibrary,
  raw(`
# rtp_boot_env: the environment block's path in rtp_env; fails where there is no GRUB.
rtp_boot_env() {
  for rtp_env in /boot/grub/grubenv /boot/grub2/grubenv; do
    [ -d "\${rtp_env%/*}" ] || continue
    # Fedora and RHEL keep it on the EFI partition and have a link to it.
    if [ -L "$rtp_env" ]; then rtp_env=$(readlink -f "$rtp_env") || return 1; fi
    rtp_editenv=$(command -v grub-editenv || command -v grub2-editenv) || return 1
    return 0
  done
  return 1
}
# rtp_boot_entry_get VARIABLE
rtp_boot_entry_get() (
  set +eu
  rtp_boot_env && [ -f "$rtp_env" ] || exit 0
  "$rtp_editenv" "$rtp_env" list 2>/dev/null | sed -n "s/^$1=//p"
)
rtp_boot_entry_show() ( # VARIABLE
  set +eu
  if rtp_boot_env; then printf 'entry=%s\\n' "$(rtp_boot_entry_get "$1")"; else echo none; fi
)
# rtp_boot_entry_save KEY: an environment block that is not there yet is to go again.
rtp_boot_entry_save() (
  set +eu
  rtp_boot_env || exit 1
  [ -e "$rtp_env" ] && exit 0
  umask 077
  dir=$(rtp_keep "$1")
  mkdir -p "$dir" && : >"$dir/made"
)
# rtp_boot_reach_disk: what was renamed before is where GRUB looks for it. fsync(2) only reaches a journal, and GRUB replays none: sync(2) has ext4
# write its folders in their places. XFS does so when it is frozen (xfs_freeze(8)), which is for a /boot of its own only.
rtp_boot_reach_disk() (
  trap '' HUP INT TERM
  sync
  [ "$(stat -f -c %T /boot)" = xfs ] && mountpoint -q /boot && fsfreeze -f /boot && fsfreeze -u /boot
  :
)
rtp_boot_entry_write() ( # VARIABLE VALUE KEY
  set +eu
  rtp_boot_env || { rtp_complain 'there is no GRUB whose environment could be written'; exit 1; }
  # GRUB leaves an empty next_entry after the boot that it was for: that has to go too.
  if [ -f "$rtp_env" ] && [ "$(rtp_boot_entry_get "$1")" = "$2" ]; then
    [ -z "$2" ] && "$rtp_editenv" "$rtp_env" list 2>/dev/null | grep -q "^$1=" || exit 0
  fi
  new=$rtp_state/.grubenv.new
  if [ -f "$rtp_env" ]; then
    (umask 077; cp "$rtp_env" "$new")
  else
    new=\${rtp_env%/*}/.rtprov-grubenv
    "$rtp_editenv" "$new" create
  fi || exit 1
  if [ -n "$2" ]; then said=$("$rtp_editenv" "$new" set "$1=$2" 2>&1); else said=$("$rtp_editenv" "$new" unset "$1" 2>&1); fi || {
    rm -f "$new"; rtp_complain "grub-editenv: $said"; exit 1; }
  if [ -z "$2" ] && [ -e "$(rtp_keep "$3")/made" ] && [ -z "$("$rtp_editenv" "$new" list)" ]; then
    rm -f "$new" "$rtp_env"
  elif [ -f "$rtp_env" ]; then
    # The entry that is named may have been written just now, and GRUB boots the first of all where it finds none of that name.
    rtp_boot_reach_disk
    dd if="$new" of="$rtp_env" bs=4096 conv=notrunc,fsync 2>/dev/null || exit 1
    rm -f "$new"
  else
    sync "$new" 2>/dev/null || sync
    mv -f "$new" "$rtp_env" || exit 1
  fi
  sync "\${rtp_env%/*}" 2>/dev/null || sync
)`),
]);
