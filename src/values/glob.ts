import { LimitedRegExp } from './limited-regex.js';

/** A shell glob (`*`, `?`, `[abc]`, `[!abc]`) as a regular expression over the whole text. Throws SyntaxError for a bad range. */
export function glob(text: string): RegExp {
  const source = text.replace(
    /\[(!?)([^\]]+)\]|\*|\?|[\\^$.|+(){}[\]]/g,
    (all, not?: string, set?: string) => {
      if (all === '*') return '.*';
      if (all === '?') return '.';
      if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replace(/[\\^[]/g, '\\$&')}]`;
      return `\\${all}`;
    },
  );
  return new LimitedRegExp(`^(?:${source})$`, 's', text);
}
