/**
 * How much work a regular expression may be, from its text alone: a backtracking engine tries every way to share a text among the
 * repetitions. Only an upper bound; it decides whether an expression may run without a watch over it.
 */

export interface RegexCost {
  /** Repetitions without an upper limit, plus one when a match may begin anywhere. */
  readonly degree: number;
  /** Ways that do not depend on the length of the text: optional parts and bounded repetitions. */
  readonly factor: number;
  /** A repetition within a repetition, a choice within one, or a reference back: no useful bound. */
  readonly exponential: boolean;
}

interface Group {
  /** A repetition or a choice is in it. */
  branches: boolean;
}

const quantifier = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/;

/** `source` is JavaScript's, as `RegExp.prototype.source` gives it. */
export function regexCost(source: string): RegexCost {
  // The start of the text, as Python's "^" and "\\A" are written out.
  let degree = /^\^|^\(\?<!\[\\s\\S\]\)/.test(source) ? 0 : 1;
  let factor = 1;
  let exponential = false;
  const open: Group[] = [{ branches: false }];
  let closed: Group | undefined;
  let classDepth = 0;
  let at = 0;
  while (at < source.length) {
    const char = source.charAt(at);
    const before = closed;
    closed = undefined;
    if (char === '\\') {
      if (classDepth === 0 && /[1-9k]/.test(source.charAt(at + 1))) exponential = true;
      at += 2;
      continue;
    }
    if (char === '[') classDepth += 1;
    else if (char === ']') classDepth = Math.max(0, classDepth - 1);
    else if (classDepth > 0) {
      at += 1;
      continue;
    } else if (char === '(') {
      open.push({ branches: false });
      at += source.startsWith('(?', at) ? 2 : 1;
      continue;
    } else if (char === ')') {
      closed = open.length > 1 ? open.pop() : undefined;
      const outer = open.at(-1);
      if (outer !== undefined && closed?.branches === true) outer.branches = true;
    } else if (char === '|') {
      for (const group of open) group.branches = true;
      factor = Math.min(factor * 2, 1e12);
    } else {
      const found = quantifier.exec(source.slice(at, at + 24));
      if (found !== null) {
        const [text, low, range, high] = found;
        const unbounded =
          text.startsWith('*') || text.startsWith('+') || (range !== undefined && high === '');
        const repeats = unbounded || Number(low ?? 0) > 1 || Number(high ?? 0) > 1;
        if (before?.branches === true && repeats) exponential = true;
        if (unbounded) degree += 1;
        else if (range !== undefined) factor = Math.min(factor * (Number(high) - Number(low) + 1), 1e12);
        else if (text.startsWith('?')) factor = Math.min(factor * 2, 1e12);
        const inner = open.at(-1);
        if (inner !== undefined) inner.branches = true;
        at += text.length;
        continue;
      }
    }
    at += 1;
  }
  return { degree, factor, exponential };
}

/** The most steps that a match over a text of this length can take, give or take the engine's own. */
export function mostSteps(cost: RegexCost, length: number): number {
  if (cost.exponential) return 2 ** Math.min(length, 100) * length;
  return cost.factor * Math.max(1, length) ** cost.degree;
}
