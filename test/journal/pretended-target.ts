/**
 * A target in a folder, with the journal of one run: the journal and the rollback program are the real ones, and what resources are read
 * and written with can be replaced by stand-ins, which change the files of a pretended world.
 */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalLibrary } from '../../src/journal/target.js';
import { resourceLibrary } from '../../src/journal/window-journal.js';
import { lines, sh, type Shell } from '../../src/shell/shell.js';
import type { ShellName } from '../resources/kind-shell.js';

export const run = '20261129T000000.000Z-abcdef';

export class PretendedTarget {
  readonly dir = mkdtempSync(join(tmpdir(), 'rtprov-journal-'));
  readonly world = join(this.dir, 'world');
  readonly state = join(this.dir, 'state');
  readonly rundir = join(this.state, 'runs', run);
  private readonly standIns: Shell;

  constructor(
    readonly shell: ShellName,
    standIns: (world: string) => Shell,
  ) {
    mkdirSync(this.world);
    this.standIns = standIns(this.world);
  }

  /** The command and arguments by which the shell reads a script from that file. */
  reading(path: string): readonly [string, readonly string[]] {
    const [command = 'sh', ...args] = this.shell.split(' ');
    return [command, [...args, path]];
  }

  /** Runs script text as a run does, with the journal's and the resources' functions before it. */
  execute(script: readonly Shell[]): SpawnSyncReturns<string> {
    const all = [journalLibrary, resourceLibrary, this.standIns, sh`rtp_open ${run}`, ...script];
    const path = join(this.dir, 'script');
    writeFileSync(path, lines(all).text.replaceAll('/var/lib/rtprov', this.state));
    const [command, args] = this.reading(path);
    return spawnSync(command, args, { encoding: 'utf8' });
  }

  /** Once the journal is written: the rollback program uses the stand-ins too. */
  undoWithStandIns(): void {
    const library = join(this.rundir, 'lib.sh');
    writeFileSync(library, `${readFileSync(library, 'utf8')}${this.standIns.text}`);
  }

  /** The names of what is in the world. */
  get left(): readonly string[] {
    return readdirSync(this.world).sort();
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
