/** The shell function of `read`: one `stat`, one `sha256sum`, one `cat` and one `getfattr` for all paths. */
import { sh } from '../../../shell/shell.js';
export const readLibrary = sh`
# rtp_file_read DEPTH PATH [DEPTH PATH]...: DEPTH is m(eta) c(ontent) t(ree); the output is read by parse.ts. Its kind is there as
# rtp_file_probe says it, in capitals where something is mounted at the path
rtp_file_read() {
  rtp_file_mounts
  rtp_f_codes= rtp_f_ls= rtp_f_lh= rtp_f_lc= rtp_f_lx= rtp_f_virtual= rtp_f_trees= rtp_f_i=1
  while [ "$rtp_f_i" -lt "$#" ]; do
    rtp_f_j=$((rtp_f_i + 1))
    eval "rtp_f_depth=\$\{$rtp_f_i} rtp_f_path=\$\{$rtp_f_j}"
    rtp_file_probe "$rtp_f_path"
    rtp_f_code=$rtp_f_at
    case $rtp_f_at in
      [fvdo])
        if rtp_file_is_mount "$rtp_f_path"; then
          case $rtp_f_at in f) rtp_f_code=F ;; v) rtp_f_code=V ;; d) rtp_f_code=D ;; o) rtp_f_code=O ;; esac
        fi ;;
    esac
    rtp_f_codes=$rtp_f_codes$rtp_f_code
    rtp_f_word=" \"\$\{$rtp_f_j}\""
    case $rtp_f_at in
      -|!) ;;
      l) rtp_f_ls=$rtp_f_ls$rtp_f_word ;;
      f)
        rtp_f_ls=$rtp_f_ls$rtp_f_word rtp_f_lh=$rtp_f_lh$rtp_f_word rtp_f_lx=$rtp_f_lx$rtp_f_word
        case $rtp_f_depth in c|t) rtp_f_lc=$rtp_f_lc$rtp_f_word ;; esac ;;
      v) rtp_f_ls=$rtp_f_ls$rtp_f_word rtp_f_virtual="$rtp_f_virtual $rtp_f_j" ;;
      d)
        rtp_f_ls=$rtp_f_ls$rtp_f_word rtp_f_lx=$rtp_f_lx$rtp_f_word
        case $rtp_f_depth in t) rtp_f_trees="$rtp_f_trees $rtp_f_j" ;; esac ;;
      o) rtp_f_ls=$rtp_f_ls$rtp_f_word rtp_f_lx=$rtp_f_lx$rtp_f_word ;;
    esac
    rtp_f_i=$((rtp_f_i + 2))
  done
  rtp_f_fmt='%f:%u:%g:%s:%Y:%U:%G:%y|%N' rtp_f_flags=
  if rtp_file_labels; then rtp_f_fmt='%f:%u:%g:%s:%Y:%U:%G:%y|%C|%N' rtp_f_flags=s; fi
  if rtp_file_has_xattrs; then rtp_f_flags=$\{rtp_f_flags}x; fi
  printf 'rtp-file:%s\n%s\n' "$rtp_f_flags" "$rtp_f_codes"
  if [ -n "$rtp_f_ls" ]; then eval "QUOTING_STYLE=literal LC_ALL=C stat -c \"\$rtp_f_fmt\" --$rtp_f_ls" 2>/dev/null || :; fi
  printf '=\n'
  if [ -n "$rtp_f_lh" ]; then
    rtp_file_patience "$(eval "stat -c %s: --$rtp_f_lh" 2>/dev/null)"
    eval "LC_ALL=C $rtp_f_calm sha256sum --$rtp_f_lh" 2>/dev/null || :
  fi
  printf '=\n'
  if [ -n "$rtp_f_lc" ]; then eval "$rtp_f_calm cat --$rtp_f_lc" 2>/dev/null || :; fi
  printf '=\n'
  if [ -n "$rtp_f_lx" ] && rtp_file_has_xattrs; then eval "rtp_file_getfattr$rtp_f_lx"; fi
  printf '=\n'
  # Files of the kernel have no true size: each by itself, and in one gulp.
  for rtp_f_j in $rtp_f_virtual; do
    eval "rtp_f_path=\$\{$rtp_f_j}"
    if base64 -- "$rtp_f_path" 2>/dev/null; then printf '=\n'; else printf '=!\n'; fi
  done
  for rtp_f_j in $rtp_f_trees; do
    eval "rtp_f_path=\$\{$rtp_f_j}"
    if rtp_file_mounted "$rtp_f_path"; then printf '=mounted\n'; continue; fi
    rtp_file_manifest "$rtp_f_path" | base64; printf '=\n'
    rtp_file_times "$rtp_f_path" | base64; printf '=\n'
  done
  printf 'rtp-file-end\n'
}
`;
