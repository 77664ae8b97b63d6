/** Ansible's regular expression filters. */
import { toText } from '../runtime/arguments.js';
import { TemplateFault } from '../fault.js';
import { str } from '../python/format.js';
import { own, truth, tuple } from '../python/values.js';
import { allMatches, expand, pattern } from '../runtime/regex.js';
import { define, type Definitions } from '../runtime/toolbox.js';

const isSet = (value: unknown): boolean => value !== undefined && truth(value);

/** What a group argument of `regex_search` names: `\\1` or `\\g<name>`. */
function groupOf(argument: unknown, match: RegExpExecArray): unknown {
  const text = toText(argument, 'regex_search');
  const name = /^\\g<(\S+)>$/.exec(text)?.[1] ?? /^\\(\d+)$/.exec(text)?.[1];
  if (name === undefined) {
    throw new TemplateFault(
      'TEMPLATE_FILTER_FAILED',
      `"${text}" is not a group of "regex_search".`,
      "Write '\\1' or '\\g<name>'.",
    );
  }
  const value = /^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name];
  const exists = /^\d+$/.test(name)
    ? Number(name) < match.length
    : match.groups !== undefined && name in match.groups;
  if (!exists) throw new TemplateFault('TEMPLATE_FILTER_FAILED', `The pattern has no group "${name}".`);
  return value ?? null;
}

export const regexFilters: Definitions = {
  regex_replace: define(
    ['pattern', 'replacement', 'ignorecase', 'multiline'],
    (_, value, [source, replacement, ignoreCase, multiline]) => {
      const flags = { ignoreCase: isSet(ignoreCase), multiline: isSet(multiline) };
      const regex = pattern(source === undefined ? '' : toText(source, 'regex_replace'), flags);
      const by = replacement === undefined ? '' : toText(replacement, 'regex_replace');
      const text = str(value);
      let made = '';
      let end = 0;
      for (const match of allMatches(regex, text)) {
        const start = match.index ?? 0;
        made += text.slice(end, start) + expand(by, match);
        end = start + match[0].length;
      }
      return made + text.slice(end);
    },
  ),
  regex_search: define(
    ['pattern!', '*', 'ignorecase', 'multiline'],
    (_, value, [source, groups, ignoreCase, multiline]) => {
      const flags = { ignoreCase: isSet(ignoreCase), multiline: isSet(multiline) };
      const match = pattern(toText(source, 'regex_search'), flags).exec(str(value));
      if (match === null) return null;
      const asked = groups as readonly unknown[];
      return asked.length === 0 ? match[0] : own(asked.map((group) => groupOf(group, match)));
    },
  ),
  regex_findall: define(
    ['pattern!', 'multiline', 'ignorecase'],
    (_, value, [source, multiline, ignoreCase]) => {
      const flags = { ignoreCase: isSet(ignoreCase), multiline: isSet(multiline) };
      const found = allMatches(pattern(toText(source, 'regex_findall'), flags), str(value));
      return own(
        found.map((match) => {
          const groups = match.slice(1).map((group) => (group as string | undefined) ?? '');
          if (groups.length === 0) return match[0];
          return groups.length === 1 ? groups[0] : tuple(...groups);
        }),
      );
    },
  ),
  regex_escape: define(['re_type'], (_, value, [type]) => {
    const kind = type === undefined ? 'python' : toText(type, 'regex_escape');
    if (kind === 'python') return str(value).replace(/[\s()[\]{}?*+\-|^$\\.&~#]/g, '\\$&');
    if (kind === 'posix_basic') return str(value).replace(/[\].[^$*\\]/g, '\\$&');
    throw new TemplateFault('TEMPLATE_FILTER_FAILED', `"regex_escape" has no type "${kind}".`);
  }),
};
