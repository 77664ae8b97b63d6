/**
 * The check of a new menu before it takes the old one's place, as a program for awk(1): whether the usual entries have the arguments that
 * were promised (menu-promise.ts), and whether the default is the saved entry. Arguments are judged in what 10_linux and its local versions
 * write, and where there is no such part in all but what os-prober and people wrote. Works in mawk, gawk and busybox awk.
 *
 * Reads three files: the promise, the menu, custom.cfg. Prints one line for each fault, at most five, and ends with 1 if there is any.
 */
export const menuCheck = String.raw`
function told(text) { faults++; if (faults <= 5) print "rtprov: " text }
# The words of a line in GRUB's shell, without quotes and backslashes.
function cut(line,   at, char, word, open, quote) {
  count = 0; word = ""; open = 0; quote = ""
  for (at = 1; at <= length(line); at++) {
    char = substr(line, at, 1)
    if (quote == "" && (char == " " || char == "\t")) { if (open) words[++count] = word; word = ""; open = 0; continue }
    open = 1
    if (char == "\\" && quote != "'") { at++; word = word substr(line, at, 1); continue }
    if (quote == "" && (char == "'" || char == "\"")) { quote = char; continue }
    if (char == quote) { quote = ""; continue }
    word = word char
  }
  if (open) words[++count] = word
}
function named(word,   name) { name = word; sub(/=.*/, "", name); gsub(/-/, "_", name); return name }
function canonical(word) { return named(word) (index(word, "=") ? substr(word, index(word, "=")) : "") }
# A word that is a variable of the menu stands for its words: tuned's are put into the menu so.
function opened(line,   i, name) {
  cut(line)
  for (i = 3; i <= count; i++) {
    name = words[i]; gsub(/[{}$]/, "", name)
    if (words[i] ~ /^[$]/ && name in variable) line = line " " variable[name]
  }
  cut(line)
}
function judge(where,   at, i, name, word, last, there) {
  split("", last); split("", there)
  for (i = 3; i <= count && words[i] != "--"; i++) { word = canonical(words[i]); last[named(word)] = word; there[word] = 1 }
  for (at = 1; at <= wants; at++) {
    name = want_name[at]; word = want_word[at]
    if (want[at] == "lacks") {
      for (i in there) if ((i == word || (word == name && named(i) == name)) && !(i in promised)) told(where " has " i)
    } else if (!(name in last)) told(where " lacks " word)
    else if (want[at] == "last" && last[name] != word) told(where " has " last[name] " and not " word)
    else if (!(word in there)) told(where " lacks " word)
  }
}
FNR == 1 { file++; section = "" }
file == 1 && $1 == "saved" { saved = 1; next }
file == 1 { split($0, part, "\t"); wants++; want[wants] = part[1]; want_name[wants] = part[2]; want_word[wants] = part[3]
  if (part[1] != "lacks") promised[part[3]] = 1
  next }
/^### BEGIN / { section = $3 }
/^### END / { section = "" }
{ sub(/^[ \t]+/, "") }
/^(set[ \t]+|export[ \t]+)?default=/ {
  value = $0; sub(/^[^=]*=/, "", value); gsub(/["{}; \t]/, "", value)
  where = (file == 3 ? custom : menu) ":" FNR ": " (section == "" ? "" : section " ")
  if (value == "$saved_entry") isSaved = 1
  else if (value != "$next_entry" && value != "$prev_saved_entry" && section !~ /_fallback_counting$/) {
    if (section ~ /\/00_header$/) { isSaved = 0; literal = where "says " $0 }
    else if (saved) told(where "says " $0 ", so that the known-good entry would not be the default")
  }
}
file == 2 && /^set[ \t]+[A-Za-z_0-9]+=/ { value = $0; sub(/^set[ \t]+/, "", value); name = value; sub(/=.*/, "", name); sub(/^[^=]*=/, "", value); gsub(/^"|"$/, "", value); variable[name] = value }
/^(source|\.)[ \t].*custom\.cfg/ { reads = 1 }
file == 3 && /^menuentry .*rtprov-known-good/ { known = 1 }
file == 2 && /^menuentry[ \t]/ { recovery = /-recovery-/; title = $0; sub(/^menuentry[ \t]+./, "", title); sub(/['"].*/, "", title) }
file == 2 && /^linux(16|efi)?[ \t]/ && !recovery {
  if (section ~ /(os-prober|custom|memtest|uefi-firmware|_xen)/) next
  cut($0)
  for (i = 3; i <= count; i++) if (words[i] ~ /^(single|recovery|emergency|rescue)$/) next
  main = section ~ /_linux[^\/]*$/
  if (main) mains++
  n++; kept[n] = $0; at_line[n] = FNR; is_main[n] = main; of_title[n] = title
}
END {
  for (at = 1; at <= n; at++) {
    if (mains && !is_main[at]) continue
    opened(kept[at]); judge(menu ":" at_line[at] ": the entry \"" of_title[at] "\"")
  }
  if (saved && !isSaved) told(literal == "" ? menu " boots its first entry and not the saved one" : literal ", so that the saved entry would not be the default")
  if (saved && entry == "rtprov-known-good" && !(reads && known)) told(menu " shows no known-good entry: " (known ? "it does not read " custom : custom " has none"))
  if (faults > 5) print "rtprov: and " faults - 5 " more"
  exit faults > 0
}
`;
