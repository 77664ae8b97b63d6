/** What a value has to be and what it is, in words: the messages of the schemas of the inventory's variables. */
import type * as z from 'zod';

/** `, not "three"`: what was given instead. */
export function notThis(value: unknown): string {
  if (value === null) return ', but nothing is given';
  if (Array.isArray(value)) return ', not a list';
  return typeof value === 'object' ? ', not a mapping' : `, not ${JSON.stringify(value)}`;
}

/** An error for a schema: what the value has to be. A variable that is not there at all keeps its usual message. */
export function mustBe(wanted: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => (input === undefined ? 'is missing' : `must be ${wanted}${notThis(input)}`);
}

/** `a`, `a or b`, `a, b or c`. */
function orWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

const typeNames: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

/** The words for what a schema finds, where the schema itself has none. Undefined: it has. */
export function issueWords(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return mustBe(typeNames[issue.expected] ?? issue.expected)({ input });
    case 'invalid_value':
      return mustBe(orWords(issue.values.map(String)))({ input });
    case 'too_small':
      if (issue.origin === 'array') return 'must not be empty';
      return mustBe(
        `${issue.inclusive === false ? 'more than ' : ''}${issue.minimum}${issue.inclusive === false ? '' : ' or more'}`,
      )({ input });
    case 'too_big':
      return mustBe(`${issue.maximum} or less`)({ input });
    case 'unrecognized_keys':
      return 'is not known here';
    default:
      return undefined;
  }
}
