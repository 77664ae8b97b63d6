/** Shell for a file that grub-mkconfig reads: the twin of menu-line.ts. */
import { quote } from '../../shell/shell.js';
import type { Removal } from '../args/arg-sets.js';
import { canonicalName } from '../args/kernel-args.js';

/** The words that are taken out, as the shell's patterns. */
function patternsOf({ name, value, goesOn, bare }: Removal): readonly string[] {
  const own = canonicalName(name);
  if (bare) return [quote(own)];
  if (value === undefined) return [quote(own), `${quote(`${own}=`)}*`];
  const same = quote(`${own}=${value}`);
  return goesOn === undefined ? [same] : [same, `${quote(`${own}=${value}${goesOn}`)}*`];
}

/**
 * The shell that takes words out of a line and puts ours in: before a \`--\`, after which init's words begin, or at the
 * end. Words as GRUB's shell has them (grubWords): text in quotes and after a backslash does not end a word. \`word\`
 * is its text, \`said\` what it says. A subshell, so that no name is left over.
 */
export function wordsFunction(removals: readonly Removal[]): string {
  const pools = removals.flatMap(({ sizes = [] }) => sizes);
  const patterns = removals.filter(({ sizes }) => sizes === undefined).flatMap(patternsOf);
  const sized = pools.flatMap((size) =>
    size === '' ? ["'hugepages'"] : ['hugepagesz', 'hugepages'].map((name) => quote(`${name}=${size}`)),
  );
  // hugepages= counts pages of the size before it, so that name and size together say which it is.
  const stays = sized.length === 0 ? '' : `case $name$pool in ${sized.join(' | ')}) ;; *) `;
  const [size, end] =
    stays === '' ? ['', ''] : ['case $name$more in hugepagesz=*) pool=$more ;; esac\n      ', ' ;; esac'];
  return String.raw`rtprov_words() (
  set +eu
  LC_ALL=C
  nl='
'
  tab=$(printf '\t')
  rest=$1 added=$2 out= word= said= ended= pool=
  while [ -n "$rest$word" ]; do
    run=${'$'}{rest%%[" $tab$nl\\\"'"]*}
    word=$word$run said=$said$run rest=${'$'}{rest#"$run"}
    case $rest in
      \\"$nl"*) word=$word\\$nl rest=${'$'}{rest#??}; continue ;;
      \\?*) run=${'$'}{rest#?} rest=${'$'}{rest#??} run=${'$'}{run%"$rest"} word=$word\\$run said=$said$run; continue ;;
      \\) word=$word\\ rest=; continue ;;
      \'*\'*) run=${'$'}{rest#?} run=${'$'}{run%%\'*} word=$word\'$run\' said=$said$run rest=${'$'}{rest#?"$run"?}; continue ;;
      \'*) run=${'$'}{rest#?} word=$word$rest said=$said$run rest=; continue ;;
      \"*)
        word=$word\" rest=${'$'}{rest#?}
        while [ -n "$rest" ]; do
          run=${'$'}{rest%%[\\\"]*}
          word=$word$run said=$said$run rest=${'$'}{rest#"$run"}
          case $rest in
            \"*) word=$word\" rest=${'$'}{rest#?}; break ;;
            \\[\"\\\$]*) run=${'$'}{rest#?} rest=${'$'}{rest#??} run=${'$'}{run%"$rest"} word=$word\\$run said=$said$run ;;
            \\*) word=$word\\ said=$said\\ rest=${'$'}{rest#?} ;;
          esac
        done
        continue
        ;;
    esac
    rest=${'$'}{rest#?}
    [ -n "$word" ] || continue
    name=${'$'}{said%%=*}
    more=${'$'}{said#"$name"}
    while :; do
      case $name in *-*) name=${'$'}{name%%-*}_${'$'}{name#*-} ;; *) break ;; esac
    done
    if [ -n "$ended" ]; then
      out="$out $word"
    elif [ "$said" = -- ]; then
      ended=y out="$out${'$'}{added:+ $added} $word"
    else
      ${size}case $name$more in
        ${patterns.length === 0 ? '' : `${patterns.join(' | ')}) ;;\n        `}*) ${stays}out="$out $word"${end} ;;
      esac
    fi
    word= said=
  done
  [ -n "$ended" ] || out="$out${'$'}{added:+ $added}"
  printf '%s\n' "${'$'}{out# }"
)
`;
}
