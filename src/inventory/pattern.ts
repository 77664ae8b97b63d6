/** Host patterns: which hosts `hosts:` and `--limit` mean. */

import type { Diagnostics, SourceRange } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/nearest.js';
import { glob } from '../values/glob.js';
import { pythonRegex } from '../values/python-regex.js';
import { PythonRegexError } from '../values/regex-error.js';
import { hostsBelow } from './group-walk.js';
import type { Inventory } from './inventory.js';
import type { Group, Host } from './model.js';
import { splitPattern, type Term } from './pattern-terms.js';

/** Throws PythonRegexError for a faulty expression; its tests do when they take too long. */
function matcher(text: string): { test(name: string): boolean } {
  if (!text.startsWith('~')) return glob(text);
  // As in Ansible, an expression has to match from the beginning of the name.
  const regex = pythonRegex(text.slice(1), {}, 'y');
  return {
    test: (name) => {
      regex.lastIndex = 0;
      return regex.test(name);
    },
  };
}

interface Matched {
  readonly hosts: readonly Host[];
  readonly groups: readonly Group[];
}

function enumerate(inventory: Inventory, text: string): Matched {
  if (text === 'all' || text === '*') return { hosts: inventory.hosts, groups: [] };
  const wanted = matcher(text);
  const groups = inventory.groups.filter((group) => wanted.test(group.name));
  const hosts = new Set(groups.flatMap((g) => (g.name === 'all' ? inventory.hosts : hostsBelow(g))));
  // A plain name that is a group's does not also mean a host.
  if (groups.length === 0 || /^~|[.?*[]/.test(text)) {
    for (const host of inventory.hosts) if (wanted.test(host.name)) hosts.add(host);
  }
  if (hosts.size === 0 && groups.length === 0) {
    const implicit = inventory.host(text);
    if (implicit !== undefined) hosts.add(implicit);
  }
  return { hosts: [...hosts], groups };
}

const NOTHING = 'Host pattern selects no host';

/** Evaluates one pattern; every term that means nothing is reported at its column. */
class Evaluation {
  /** A declared group without hosts was named: an empty result is not a slip then. */
  private emptyGroup = false;

  constructor(
    private readonly inventory: Inventory,
    private readonly diagnostics: Diagnostics,
    private readonly pattern: string,
    private readonly where: SourceRange | undefined,
  ) {}

  private place(at: number): SourceRange | undefined {
    const { where, pattern } = this;
    if (where === undefined) return { file: '(pattern)', line: 1, column: at + 1, text: pattern };
    // The range may start at a quote; a folded text has no columns of its own.
    const start = where.text?.indexOf(pattern, where.column - 1) ?? -1;
    return start < 0 ? where : { ...where, column: start + at + 1, endColumn: start + pattern.length + 1 };
  }

  private fault(code: string, summary: string, detail: string, at: number, hint: string): readonly Host[] {
    this.diagnostics.error(code, summary, detail, this.place(at), hint);
    return [];
  }

  private term(term: Term): readonly Host[] {
    // A plain name that is both means the host; after & and ! it means the group. So says Ansible.
    const exact =
      term.kind === 'plain' ? this.inventory.hosts.find((host) => host.name === term.text) : undefined;
    if (exact !== undefined && term.subscript === undefined) return [exact];
    let found: Matched;
    try {
      found = enumerate(this.inventory, term.text);
    } catch (error) {
      if (!(error instanceof PythonRegexError) && !(error instanceof SyntaxError)) throw error;
      const hint = 'Correct the regular expression or the glob.';
      return this.fault(
        'PATTERN_SYNTAX',
        'Bad host pattern',
        `"${term.text}" cannot be used: ${error.message}.`,
        term.at,
        hint,
      );
    }
    if (found.hosts.length === 0 && found.groups.length === 0) return this.unmatched(term);
    if (found.hosts.length === 0) this.emptyGroup = true;
    return term.subscript === undefined ? found.hosts : this.subscript(found.hosts, term, term.subscript);
  }

  private unmatched({ text, at }: Term): readonly Host[] {
    if (text === 'all' || text === '*') {
      const { sources } = this.inventory;
      return this.fault(
        'PATTERN_NO_MATCH',
        'No hosts',
        'The inventory has no hosts.',
        at,
        sources.length === 0
          ? 'Name an inventory with -i.'
          : `Write hosts into ${sources.join(', ')}, one per line, or name another inventory with -i.`,
      );
    }
    const names = [...this.inventory.groups, ...this.inventory.hosts].map((item) => item.name);
    const hint = didYouMean(text, names) ?? 'List all with: rtprov inventory --graph.';
    return this.fault(
      'PATTERN_NO_MATCH',
      'Host pattern matches nothing',
      `The inventory has no host and no group for "${text}".`,
      at,
      hint,
    );
  }

  private subscript(
    hosts: readonly Host[],
    term: Term,
    range: NonNullable<Term['subscript']>,
  ): readonly Host[] {
    const from = range.first < 0 ? hosts.length + range.first : range.first;
    const to =
      range.last === 'end' ? hosts.length - 1 : range.last < 0 ? hosts.length + range.last : range.last;
    const chosen = from < 0 ? [] : hosts.slice(from, to + 1);
    if (chosen.length > 0 || hosts.length === 0) return chosen;
    const detail = `"${term.text}" has ${hosts.length} hosts, numbered from 0.`;
    return this.fault('PATTERN_INDEX', 'Index is out of range', detail, term.at, 'Correct the number.');
  }

  evaluate(): readonly Host[] {
    const terms = splitPattern(this.pattern);
    if (terms.length === 0)
      return this.fault('PATTERN_EMPTY', NOTHING, 'The pattern is empty.', 0, 'Write all.');
    const before = this.diagnostics.all.length;
    const of = (kind: Term['kind']): readonly (readonly Host[])[] =>
      terms.filter((each) => each.kind === kind).map((each) => this.term(each));
    const plain = of('plain');
    let hosts = [...new Set(plain.length === 0 ? this.inventory.hosts : plain.flat())];
    const named = hosts.length;
    for (const wanted of of('and').map((list) => new Set(list)))
      hosts = hosts.filter((host) => wanted.has(host));
    for (const unwanted of of('not').map((list) => new Set(list))) {
      hosts = hosts.filter((host) => !unwanted.has(host));
    }
    if (hosts.length === 0 && this.diagnostics.all.length === before) this.empty(named);
    return hosts;
  }

  private empty(named: number): void {
    const place = this.place(0);
    if (named === 0 && this.emptyGroup) {
      this.diagnostics.warning('PATTERN_EMPTY', NOTHING, 'The groups it names have no hosts.', place);
    } else {
      const detail = 'Each of its terms matches hosts, but no host is left after & and ! are applied.';
      this.diagnostics.error('PATTERN_EMPTY', NOTHING, detail, place, 'Check the terms with & and !.');
    }
  }
}

/**
 * The hosts of a pattern: plain terms are united, then each `&` term keeps, then each `!` term removes,
 * in whatever order they are written. What matches nothing is reported.
 */
export function selectHosts(
  inventory: Inventory,
  pattern: string,
  diagnostics: Diagnostics,
  where?: SourceRange,
): readonly Host[] {
  return new Evaluation(inventory, diagnostics, pattern, where).evaluate();
}
