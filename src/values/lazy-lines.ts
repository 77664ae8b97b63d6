/**
 * The lines of a long text, as a list that is made when somebody first looks into it. An output of 32 MiB can have so many lines that
 * their list is many times as large as the text, and few playbooks ever look at it. Pure.
 */

/** In UTF-16 units: the lists of shorter texts are made at once. */
const shortest = 1 << 20;

const texts = new WeakMap<object, string>();

/** Gives each line without its end to `take`, until that says false. A newline at the end of the text begins no further line. */
function walkLines(text: string, take: (line: string) => boolean): void {
  if (text === '') return;
  let from = 0;
  for (;;) {
    const found = text.indexOf('\n', from);
    const end = found === -1 ? text.length : found;
    const line = text.slice(from, found !== -1 && end > from && text[end - 1] === '\r' ? end - 1 : end);
    if (!take(line) || found === -1 || found === text.length - 1) return;
    from = found + 1;
  }
}

function lines(text: string, most = Number.POSITIVE_INFINITY): string[] {
  const made: string[] = [];
  walkLines(text, (line) => made.push(line) < most);
  return made;
}

/** The lines of a text: `''` has none, and a newline at the end makes no further line. */
export function linesOf(text: string): readonly string[] {
  if (text.length < shortest) return lines(text);
  const target: string[] = [];
  let isMade = false;
  const make = (): void => {
    if (isMade) return;
    isMade = true;
    walkLines(text, (line) => target.push(line) > 0);
    // From now on it is as quick as any list.
    for (const trap of Object.keys(handler)) Reflect.deleteProperty(handler, trap);
  };
  const handler: ProxyHandler<string[]> = {
    get: (list, key) => (make(), Reflect.get(list, key) as unknown),
    has: (list, key) => (make(), Reflect.has(list, key)),
    ownKeys: (list) => (make(), Reflect.ownKeys(list)),
    getOwnPropertyDescriptor: (list, key) => (make(), Reflect.getOwnPropertyDescriptor(list, key)),
  };
  const list = new Proxy(target, handler);
  texts.set(list, text);
  return list;
}

/** Is it a list of `linesOf` whose text is long? */
export function isLongLines(list: object): boolean {
  return texts.has(list);
}

/** The first items of a list, and how many it has; a list of `linesOf` is not made for it. */
export function beginningOf<T>(
  list: readonly T[],
  most: number,
): { readonly first: readonly T[]; readonly count: number } {
  const text = texts.get(list);
  if (text === undefined)
    return { first: list.length > most ? list.slice(0, most) : list, count: list.length };
  let count = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return { first: lines(text, most) as readonly unknown[] as readonly T[], count };
}

/** The last lines of a text, and how many lines it has. */
export function lastLinesOf(
  text: string,
  most: number,
): { readonly last: readonly string[]; readonly count: number } {
  const { count } = beginningOf(linesOf(text), 0);
  // The newline that ends the last line begins none.
  let from = text.endsWith('\n') ? text.length - 1 : text.length;
  for (let found = 0; found < most && from >= 0; found += 1)
    from = from === 0 ? -1 : text.lastIndexOf('\n', from - 1);
  return { last: lines(text.slice(from + 1)), count };
}
