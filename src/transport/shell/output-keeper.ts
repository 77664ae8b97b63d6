/**
 * Keeps what a script prints up to a limit and counts the rest, so that a target cannot fill the memory of the controller. A script
 * that answers in parts (engine/window/batch.ts) names what is before each of their marks: the limit then holds for each part, and
 * marks are never lost.
 */

export interface Cut {
  /** Where in the kept output bytes are missing. */
  readonly at: number;
  readonly bytes: number;
}

/** All parts together may have so many times the limit of one. */
const timesInAll = 4;
const smallest = 4 << 10;
/** From here on, room is made for the whole limit at once: memory that nobody writes into takes no room, and nothing is copied again. */
const large = 1 << 20;

export class OutputKeeper {
  private buffer: Buffer = Buffer.alloc(0);
  private kept = 0;
  private inPart = 0;
  private held: Buffer = Buffer.alloc(0);
  private readonly found: Cut[] = [];
  private open: { at: number; bytes: number } | undefined;
  private readonly mark: Buffer | undefined;

  constructor(
    private readonly most: number,
    mark?: string,
    private readonly onCut?: () => void,
  ) {
    this.mark = mark === undefined ? undefined : Buffer.from(mark);
  }

  push(piece: Buffer): void {
    const { mark } = this;
    if (mark === undefined) {
      this.take(piece);
      return;
    }
    let rest = this.held.length === 0 ? piece : Buffer.concat([this.held, piece]);
    for (let at = rest.indexOf(mark); at >= 0; at = rest.indexOf(mark)) {
      this.take(rest.subarray(0, at));
      this.inPart = 0;
      this.open = undefined;
      this.keep(rest.subarray(at, at + mark.length));
      rest = rest.subarray(at + mark.length);
    }
    // What could be the beginning of a mark waits for the next piece.
    const whole = Math.max(0, rest.length - mark.length + 1);
    this.take(rest.subarray(0, whole));
    this.held = Buffer.from(rest.subarray(whole));
  }

  /** All that was kept. */
  get output(): Buffer {
    const { kept, held } = this;
    this.append(held);
    // What is held may still become a mark.
    this.kept = kept;
    return this.buffer.subarray(0, kept + held.length);
  }

  get cuts(): readonly Cut[] {
    return this.found;
  }

  private take(piece: Buffer): void {
    const room = Math.max(0, Math.min(this.most - this.inPart, this.most * timesInAll - this.kept));
    this.keep(piece.subarray(0, room));
    const over = piece.length - room;
    if (over <= 0) return;
    if (this.open === undefined) {
      this.open = { at: this.kept, bytes: 0 };
      this.found.push(this.open);
      this.onCut?.();
    }
    this.open.bytes += over;
  }

  private keep(piece: Buffer): void {
    this.append(piece);
    this.inPart += piece.length;
  }

  /** Copied, because each piece keeps the whole block alive that was read from the connection. */
  private append(piece: Buffer): void {
    const length = this.kept + piece.length;
    if (length > this.buffer.length) {
      const room = Math.max(
        smallest,
        2 * length,
        length > large && this.most < large * 1024 ? this.most + large : 0,
      );
      const larger = Buffer.allocUnsafeSlow(room);
      this.buffer.copy(larger, 0, 0, this.kept);
      this.buffer = larger;
    }
    piece.copy(this.buffer, this.kept);
    this.kept = length;
  }
}
