/** Forms of English that readers stumble over, each with a better one. Used by test/words.test.ts. */

interface Form {
  readonly form: RegExp;
  readonly better: string;
}

/** Each is tried on one line of text, in lower and upper case. */
const forms: readonly Form[] = [
  {
    form: /\b(?<!there )(is|was) no (?!longer\b|more\b|less\b|other\b|such\b|one\b)[a-z`"]/i,
    better: '"is not a ..."',
  },
  { form: /\b(has|have|had) not(?=[,.;:"]|$)/i, better: '"does not have"' },
  { form: /\bknows? no\b/i, better: '"does not know", "has no"' },
  {
    form: /\b(undo|undone|ends?|and all|runs?|step|window|failed) (this run and all )?behind\b/i,
    better: '"after", "later"',
  },
  {
    form: /\bbehind (it\b|a condition|one\b|the (step|task|run|window)|links)/i,
    better: '"after", "with", "later"',
  },
  { form: /\b(is|are|was|were|be|been) told\b(?! apart)/i, better: '"is reported"' },
  { form: /\btells? (of|nothing|itself|apart)\b/i, better: '"reports", "shows"' },
  { form: /\btells? [a-z ]+ apart\b/i, better: '"distinguish"' },
  { form: /\bsaid nothing\b/i, better: '"no error output"' },
  { form: /\btakes? [^.;:,()'"`]{1,50} ?\baway\b/i, better: '"remove"' },
  { form: /\btak(en|ing|es?) away\b/i, better: '"remove"' },
  { form: /\banew\b/i, better: '"again", "rebuild"' },
  { form: /\bpass(ed|es|ing)? over\b(?! (one|an?) )/i, better: '"skip", "ignore"' },
  {
    form: /\b(homeless|strangers? (?:to|may)|gifts?\b|blur(s|red)?\b)/i,
    better: '"missing parent", "unknown owner", "delegated facts", "mark uncertain"',
  },
  { form: /\bat rest\b/i, better: '"no longer changing"' },
  { form: /\bwhether or not it\b/i, better: '"whether it"' },
  { form: /\bit was not reached\b/i, better: '"not executed"' },
  { form: /\bwas to be \S+ and reads\b/i, better: '"expected ..., found ..."' },
  { form: /\bto what is no\b/i, better: 'say what it names' },
  { form: /\bno faults\b/i, better: '"No problems found."' },
  { form: /\botherwise than\b/i, better: '"in a different way than", "has changed since"' },
  { form: /\bproving who\b/i, better: '"Authentication"' },
  { form: /\bseldom\b/i, better: '"less often"' },
  { form: /\bstands? still\b/i, better: '"pauses"' },
  { form: /\b(comes?|came|coming) to (its|their) end\b/i, better: '"ends", "finishes"' },
  { form: /\bwhich (the|a|an) \w+ has not\b/i, better: '"that the ... does not have"' },
  { form: /\bbefore \w+ is known,? and\b.*\bbehind\b/i, better: '"after"' },
  { form: /\bis the truth\b.*\bplan\b|\bplan that is the truth\b/i, better: 'say what the plan lists' },
  { form: /\ball is (files|as)\b/i, better: '"everything ... is"' },
  { form: /\bas the playbook wants\b/i, better: '"as the playbook describes"' },
  { form: /\bwhat .{1,20} author made of it\b/i, better: '"whatever ... implemented"' },
  { form: /\bset-up\b/i, better: '"setup"' },
  {
    form: /\b(conditions|options|names) (add up and all must hold)\b/i,
    better: '"conditions are combined with AND"',
  },
  { form: /\bmakes the difference to\b/i, better: '"distinguishes it from"' },
  { form: /\bhowever far\b/i, better: '"at that moment"' },
  { form: /\bwhat was wanted\b.*\bwhat came\b/i, better: '"targets and results"' },
  {
    form: /\bmodules that .* that .* run in both\b|\bthat `rtprov` has run in both\b/i,
    better: 'a plain relative clause',
  },
  { form: /\bas long as any of them is\b/i, better: '"while any ... is"' },
  { form: /\bin the midst\b/i, better: '"in the middle", "interrupted"' },
  { form: /\bneeds? hands\b/i, better: '"has to be reset (or repaired) by hand"' },
  { form: /\bkeep(s|ing)? house\b/i, better: '"is for housekeeping"' },
  { form: /\bhangs on (what|the)\b/i, better: '"depends on"' },
  { form: /, for (a|the|it|they) [a-z ]+ (must|is being)\b/i, better: '"because"' },
];

/** What is wrong with one line; empty when nothing is. */
export function badForms(line: string): readonly string[] {
  return forms.flatMap(({ form, better }) => {
    const found = form.exec(line);
    return found === null ? [] : [`"${found[0]}": write ${better}`];
  });
}
