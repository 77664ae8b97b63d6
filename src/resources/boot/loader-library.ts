/**
 * By what boot loaders are known, as lines for src/rt/boot/boot-loader.ts. The variables of the firmware have four bytes of attributes in front of
 * their text, which is UTF-16 (Documentation/filesystems/efivarfs.rst).
 */
import { library, raw, type Shell } from '../../shell/shell.js';
import { loaderFiles } from './loader-files.js';

export const loaderLibrary: Shell = library([
  raw(`
rtp_boot_efivar() { tail -c +5 "/sys/firmware/efi/efivars/$1" 2>/dev/null | tr -d '\\000' | tr -c '[:print:]' ' '; }
rtp_boot_loaders() (
  set +eu
  for rtp_file in ${Object.values(loaderFiles).flat().join(' ')}; do
    if [ -s "$rtp_file" ]; then echo "loaderfile $rtp_file"; fi
  done
  for rtp_name in LoaderInfo StubInfo; do
    rtp_said=$(rtp_boot_efivar $rtp_name-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f)
    if [ -n "$rtp_said" ]; then echo "loader$rtp_name $rtp_said"; fi
  done
  rtp_number=$(od -An -v -tx1 -j4 -N2 /sys/firmware/efi/efivars/BootCurrent-8be4df61-93ca-11d2-aa0d-00e098032b8c 2>/dev/null | sed 's/^ *\\(..\\) \\(..\\).*/\\2\\1/' | tr a-f A-F)
  if [ -n "$rtp_number" ]; then
    rtp_boot_efivar "Boot$rtp_number-8be4df61-93ca-11d2-aa0d-00e098032b8c" | grep -aio '\\\\[^ ]*[.]efi' | head -n 1 | sed 's/^/loaderprogram /'
  fi
  sed -n 's/^LOADER_TYPE="*\\([^"]*\\)"*$/loadertype \\1/p' /etc/sysconfig/bootloader 2>/dev/null
  for rtp_file in /boot/efi/EFI/*/grub.cfg /efi/EFI/*/grub.cfg; do
    [ -f "$rtp_file" ] || continue
    if grep -Eq '^[[:space:]]*(menuentry|blscfg)' "$rtp_file"; then echo "loadermenu $rtp_file"
    else sed -n "s/^[[:space:]]*set prefix=([^)]*)//p" "$rtp_file" | tail -n 1 | tr -d "\\"'" | sed "s|^|loaderlead $rtp_file |"; fi
  done
) 2>/dev/null </dev/null`),
]);
