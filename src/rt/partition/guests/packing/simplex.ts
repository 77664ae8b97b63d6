/**
 * The first phase of the revised simplex method, for equations with 0 and right sides that are not negative: how little has to be
 * missing from them (Dantzig, "Linear Programming and Extensions", 1963). Numbers are floating; who asks checks the answer.
 */

const tiny = 1e-7;

export class Simplex {
  /** The inverse of the basis, row by row. */
  private readonly inverse: Float64Array[];
  private readonly value: Float64Array;
  /** The column that is basic in a row; undefined: what is missing from the equation. */
  private readonly basic: (number | undefined)[];

  constructor(right: readonly number[]) {
    this.inverse = right.map((_, row) => Float64Array.from(right, (_right, at) => (at === row ? 1 : 0)));
    this.value = Float64Array.from(right);
    this.basic = right.map(() => undefined);
  }

  /** What the equations are short of, all together. */
  missing(): number {
    return this.basic.reduce<number>(
      (total, column, row) => total + (column === undefined ? (this.value[row] ?? 0) : 0),
      0,
    );
  }

  /** What one more on the right side of each equation adds to what is missing. */
  prices(): readonly number[] {
    const prices = this.basic.map(() => 0);
    for (const [row, column] of this.basic.entries()) {
      const missing = this.inverse[row];
      if (column !== undefined || missing === undefined) continue;
      for (let at = 0; at < missing.length; at += 1) prices[at] = (prices[at] ?? 0) + (missing[at] ?? 0);
    }
    return prices;
  }

  /** Takes a column in. False: it changes nothing. */
  enter(column: number, entries: readonly number[]): boolean {
    const used = entries.flatMap((entry, at) => (entry === 0 ? [] : [{ entry, at }]));
    const change = this.inverse.map((row) =>
      used.reduce((total, { entry, at }) => total + entry * (row[at] ?? 0), 0),
    );
    let leaving = -1;
    let least = Infinity;
    for (const [row, one] of change.entries()) {
      if (one <= tiny) continue;
      const ratio = (this.value[row] ?? 0) / one;
      if (ratio < least - tiny || (ratio < least + tiny && this.basic[row] === undefined)) {
        [leaving, least] = [row, Math.min(ratio, least)];
      }
    }
    if (leaving < 0) return false;
    this.pivot(leaving, change);
    this.basic[leaving] = column;
    return true;
  }

  private pivot(leaving: number, change: readonly number[]): void {
    const by = change[leaving] ?? 1;
    const pivotRow = (this.inverse[leaving] ?? new Float64Array()).map((one) => one / by);
    const amount = (this.value[leaving] ?? 0) / by;
    for (const [row, factor] of change.entries()) {
      const target = this.inverse[row];
      if (row === leaving || factor === 0 || target === undefined) continue;
      for (let at = 0; at < target.length; at += 1) {
        target[at] = (target[at] ?? 0) - factor * (pivotRow[at] ?? 0);
      }
      this.value[row] = Math.max(0, (this.value[row] ?? 0) - factor * amount);
    }
    this.inverse[leaving] = pivotRow;
    this.value[leaving] = amount;
  }

  /** How much of each basic column is used. */
  solution(): ReadonlyMap<number, number> {
    return new Map(
      this.basic.flatMap((column, row) =>
        column === undefined ? [] : [[column, this.value[row] ?? 0] as const],
      ),
    );
  }
}
