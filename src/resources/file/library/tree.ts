/**
 * Shell functions over everything below a directory. A manifest has four parts: the paths (each ends with
 * NUL, and so does the part), then for each path its type, mode and owners, for each link its target, for
 * each regular file its sha256, and extended attributes where the target has the tools. It names no place
 * and no time, so that a copy elsewhere has the same manifest. Order is that of bytes.
 */
import { sh } from '../../../shell/shell.js';

export const treeLibrary = sh`
rtp_file_find() { { LC_ALL=C find . ! -name . "$@" -print0 2>/dev/null || printf '/rtp-unreadable\0'; } | LC_ALL=C sort -z; }
rtp_file_manifest() (
  set +eu
  cd -- "$1" 2>/dev/null || { printf '/rtp-unreadable\0'; exit 1; }
  rtp_f_fmt='%f:%u:%g:%t:%T:%U:%G'
  if rtp_file_labels; then rtp_f_fmt=$rtp_f_fmt:%C; fi
  rtp_file_find
  printf '\0'
  rtp_file_find | LC_ALL=C xargs -0 -r stat -c "$rtp_f_fmt" 2>/dev/null || :
  printf '\n'
  rtp_file_find -type l | QUOTING_STYLE=literal LC_ALL=C xargs -0 -r stat -c %N 2>/dev/null || :
  printf '\n'
  rtp_f_size=$(du -sk . 2>/dev/null) || :
  rtp_file_patience "$\{rtp_f_size%%[!0-9]*}000:"
  rtp_file_find -type f | LC_ALL=C xargs -0 -r $rtp_f_calm sha256sum 2>/dev/null || :
  printf '\n'
  if rtp_file_has_xattrs; then
    rtp_file_find ! -type l | LC_ALL=C xargs -0 -r getfattr -h -d -m '^(user\.|trusted\.|system\.|security\.capability)' -e base64 2>/dev/null || :
  fi
  exit 0
)
# What is apart from the manifest: device and times of the directory and of all below
rtp_file_times() ( cd -- "$1" 2>/dev/null && { printf '.\0'; rtp_file_find; } | LC_ALL=C xargs -0 -r stat -c '%d:%Y:%y' 2>/dev/null )
  set +eu
rtp_file_digest() { rtp_f_sum=$(rtp_file_manifest "$1" | sha256sum); rtp_f_sum=$\{rtp_f_sum%% *}; }
`;
