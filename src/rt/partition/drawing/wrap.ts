/** Text in lines of at most 80 columns. */
export const width = 80;

/**
 * Lines after the first begin with `rest`, the first with `first`. They break at blanks, in CPU lists after commas, and where nothing
 * else helps.
 */
export function wrap(text: string, rest: string, first = rest): readonly string[] {
  const room = width - Math.max(rest.length, first.length);
  const pieces = (text.match(/[^ ,]+,? ?|[ ,]/g) ?? []).flatMap(
    (piece) => piece.match(new RegExp(`.{1,${room}}`, 'gu')) ?? [],
  );
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line !== '' && line.length + piece.trimEnd().length > room) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  return [...lines, line.trimEnd()].map((one, index) => (index === 0 ? first : rest) + one);
}
