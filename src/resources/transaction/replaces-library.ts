/**
 * Packages that dpkg takes for gone because another one brings all of their files (dpkg(1), "disappear"): apt knows nothing of it. The
 * plan removes them in the same transaction, which has the same result, and can be undone.
 */
import { raw, type Shell } from '../../shell/shell.js';

export const replacesLibrary: Shell = raw(`
# Lines NEW OLD: installed packages, outside of the plan, of which a new one may take files over (deb-control(5), Replaces).
rtp_transaction_replaces() { # OUT
  awk '/^Inst / { v = $3 ~ /^\\[/ ? $4 : $3; sub(/^\\(/, "", v); print $2 "=" v }' "$1" >"$d/incoming"
  [ -s "$d/incoming" ] || return 0
  # shellcheck disable=SC2046
  rtp_transaction_apt apt-cache show --no-all-versions $(cat "$d/incoming") 2>/dev/null |
    awk '/^Package: / { name = $2 } /^Replaces: / { sub(/^Replaces: /, ""); n = split($0, list, / *, */); for (i = 1; i <= n; i++) { gsub(/[()]/, " ", list[i]); print name, list[i] } }' >"$d/claims"
  awk '/^(Inst|Remv|Purg) / { sub(/:.*/, "", $2); print $2 }' "$1" >"$d/planned"
  while read -r new old relation version; do
    old=\${old%%:*}
    if grep -qxF -- "$old" "$d/planned"; then continue; fi
    have=$(dpkg-query -W -f='\${db:Status-Status} \${Essential} \${Version}\\n' "$old" 2>/dev/null | sed -n 's/^installed  *no  *//p' | head -n 1)
    [ -n "$have" ] || continue
    case $relation in '<<') relation=lt ;; '<=') relation=le ;; '=') relation=eq ;; '>=') relation=ge ;; '>>') relation=gt ;; esac
    if [ -z "$relation" ] || dpkg --compare-versions "$have" "$relation" "$version"; then printf '%s %s\\n' "$new" "$old"; fi
  done <"$d/claims" | sort -u
}
# Names of packages that would disappear.
rtp_transaction_gone() ( # OUT
  rtp_transaction_replaces "$1" >"$d/pairs"
  [ -s "$d/pairs" ] || exit 0
  mkdir -p "$d/replaces" && cd "$d/replaces" || exit 0
  # shellcheck disable=SC2046
  rtp_transaction_apt apt-get download $(awk 'FNR == NR { new[$1] = 1; next } { split($0, w, "="); if (w[1] in new) print }' "$d/pairs" "$d/incoming") >/dev/null 2>&1
  for deb in *.deb; do
    [ -f "$deb" ] || continue
    new=$(dpkg-deb -f "$deb" Package) || continue
    dpkg-deb --fsys-tarfile "$deb" | tar -tf - | sed 's,^\\.,,; s,/$,,' | sort >brought
    awk -v new="$new" '$1 == new { print $2 }' "$d/pairs" | while read -r old; do
      if [ -z "$(dpkg-query -L "$old" 2>/dev/null | grep -vxF /. | sort | comm -23 - brought)" ]; then printf '%s\\n' "$old"; fi
    done
    rm -f "$deb"
  done | sort -u
)
`);
