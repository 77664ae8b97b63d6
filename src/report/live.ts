/** The view for a terminal: results scroll by, and below them is what every host is doing now. */
import { visible } from '../diagnostics/printable.js';
import type { RunEvent } from '../engine/run/events.js';
import { EventText } from './event-text.js';
import { Hold } from './hold.js';
import { LiveModel } from './live-model.js';
import { LiveOutput, type TerminalStream } from './live-output.js';
import type { LiveRegion } from './live-region.js';
import { liveRows, rowLimit } from './live-rows.js';
import type { TextOptions, View } from './view.js';

export interface LiveTerminal {
  readonly stream: TerminalStream;
  /** Further streams to the same terminal (stderr, when it is one): what is written to them stays readable. */
  readonly others: readonly TerminalStream[];
}

export interface LiveViewOptions extends TextOptions {
  readonly terminal: LiveTerminal;
  /** Milliseconds; for tests. */
  readonly now?: () => number;
}

class Live implements View {
  private readonly text: EventText;
  private readonly model = new LiveModel();
  private readonly hold = new Hold();
  private readonly output: LiveOutput;
  private readonly now: () => number;
  private readonly loading: Promise<void>;
  /** Undefined until listr2 is loaded: lines are printed meanwhile. */
  private region: LiveRegion | undefined;
  private wanted = false;
  private open = false;

  constructor(private readonly options: LiveViewOptions) {
    this.output = new LiveOutput(options.terminal.stream, options.terminal.others);
    this.text = new EventText({ ...options, quiet: true, columns: () => this.output.columns });
    this.now = options.now ?? (() => performance.now());
    this.loading = this.load();
  }

  event(event: RunEvent): void {
    this.hold.run(() => this.show(event));
  }

  note(text: string): void {
    this.hold.run(() => this.output.print(`${visible(text)}\n`));
  }

  async suspend(): Promise<void> {
    this.hold.suspend();
    await this.close();
  }

  resume(): void {
    if (this.hold.resume()) this.reopen();
  }

  async end(): Promise<void> {
    this.hold.release();
    this.wanted = false;
    await this.loading;
    await this.close();
  }

  private async load(): Promise<void> {
    const [listr2, { liveRegion }] = await Promise.all([import('listr2'), import('./live-region.js')]);
    this.region = liveRegion(listr2, this.output, (spinner) =>
      liveRows(this.model.hosts, {
        columns: this.output.columns,
        rows: this.output.rows,
        paint: this.options.paint,
        now: this.now(),
        spinner,
      }),
    );
    this.hold.run(() => this.reopen());
  }

  private show(event: RunEvent): void {
    const isOther = this.model.apply(event, this.now());
    const lines = this.text.lines(event);
    if (event.type === 'run_finished') {
      this.wanted = false;
      void this.close();
    }
    if (lines.length > 0) this.output.print(`${lines.join('\n')}\n`);
    if (!isOther) return;
    this.wanted = this.model.hosts.length > 0;
    this.open = false;
    this.reopen();
  }

  /** Shows the live part when there is one to show and it is not there. */
  private reopen(): void {
    if (!this.wanted || this.open || this.region === undefined) return;
    this.open = true;
    this.region.open(Math.min(this.model.hosts.length, rowLimit(Infinity)) + 1);
  }

  private async close(): Promise<void> {
    this.open = false;
    await this.region?.close();
  }
}

export function liveView(options: LiveViewOptions): View {
  return new Live(options);
}
