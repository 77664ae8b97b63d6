/**
 * The live part of the screen, drawn by listr2 (https://listr2.kilic.dev): one task a row. listr2 only displays;
 * what a host does and how it ended comes from the events. A list cannot grow, so that another set of rows is
 * another list; all its tasks run until the list is closed.
 */
import type * as listr2Types from 'listr2';
import type { LiveOutput } from './live-output.js';
import type { LiveRow } from './live-rows.js';

type Listr2 = typeof listr2Types;
type Task = ConstructorParameters<typeof listr2Types.DefaultRenderer>[0][number];

/** Time between two pictures. */
const beatMs = 100;

export interface LiveRegion {
  /** Shows this many rows, after what is shown now has gone. */
  open(rows: number): void;
  /** Erases the rows; resolves when the terminal is free. */
  close(): Promise<void>;
}

/** `picture` gives the present rows; rows that it leaves out take no place. */
export function liveRegion(
  listr2: Listr2,
  output: LiveOutput,
  picture: (spinner: string) => readonly LiveRow[],
): LiveRegion {
  let settle: (() => void) | undefined;
  let running: Promise<unknown> = Promise.resolve();
  return {
    open: (rows) => {
      settle?.();
      const closed = new Promise<void>((done) => (settle = done));
      running = running.then(() => makeList(listr2, output, picture, rows, closed).run());
    },
    close: async () => {
      settle?.();
      await running;
    },
  };
}

/** Where listr2 thinks that the terminal is. */
function gateOf(listr2: Listr2, output: LiveOutput): InstanceType<Listr2['ProcessOutput']> {
  class Gate extends listr2.ProcessOutput {
    override get stdout(): NodeJS.WriteStream {
      const stream = {
        write: (chunk: string) => {
          output.draw(chunk);
          return true;
        },
        get columns() {
          return output.columns;
        },
        get rows() {
          return output.rows;
        },
      };
      // listr2 asks no more of it than these three.
      return stream as unknown as NodeJS.WriteStream;
    }
    override hijack(): void {
      output.take();
    }
    override release(): void {
      output.release();
    }
    override toStdout(text: string, eol = true): boolean {
      output.print(eol ? `${text}\n` : text);
      return true;
    }
  }
  return new Gate();
}

function makeList(
  listr2: Listr2,
  output: LiveOutput,
  picture: (spinner: string) => readonly LiveRow[],
  rows: number,
  closed: Promise<void>,
) {
  let shown: readonly LiveRow[] = [];

  /** listr2's clock: rows are brought up to date just before each picture. */
  class Beat extends listr2.Spinner {
    private timer: NodeJS.Timeout | undefined;
    override start(draw?: () => void): void {
      const beat = (): void => {
        this.spin();
        this.update();
        draw?.();
        output.flush();
      };
      this.timer = setInterval(beat, beatMs);
      // A view that nobody ended keeps no process alive.
      this.timer.unref();
      beat();
    }
    override stop(): void {
      clearInterval(this.timer);
    }
    private update(): void {
      shown = picture(this.fetch());
      list.tasks.forEach((task, index) => (task.title = shown[index]?.text ?? ''));
    }
  }

  class Rows extends listr2.DefaultRenderer {
    // Whether there is a terminal was decided before (chooseView).
    static override nonTTY = true;
    // A free line between the results above and the rows.
    override create(...options: Parameters<listr2Types.DefaultRenderer['create']>): string {
      return `\n${super.create(...options)}`;
    }
    // The rows fit; listr2 would measure them by process.stdout.
    protected override format(message: string, icon: string): string[] {
      return message === '' ? [] : [`${icon} ${message}`];
    }
    protected override style(task: Task): string {
      return shown[list.tasks.findIndex((one) => one.id === task.id)]?.icon ?? ' ';
    }
  }

  const list = new listr2.Listr(
    Array.from({ length: rows }, () => ({ title: ' ', task: () => closed })),
    {
      concurrent: true,
      exitOnError: false,
      // Its handler would call process.exit and leave hosts between two steps.
      registerSignalListeners: false,
      renderer: Rows,
      rendererOptions: {
        clearOutput: true,
        spinner: new Beat(),
        logger: new listr2.ListrLogger<listr2Types.ListrDefaultRendererLogLevels>({
          processOutput: gateOf(listr2, output),
        }),
      },
    },
  );
  return list;
}
