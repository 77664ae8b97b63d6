/**
 * A target in a folder whose windows a shell on this machine writes, as a run does: staged, journalled, written and read back. Its own
 * undo.sh undoes them. Nothing of it goes through a run or a connection.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { batch, parseBatch } from '../../../src/engine/window/batch.js';
import { parseReads, readParts } from '../../../src/engine/window/reads.js';
import {
  buildWindow,
  driftedBy,
  seenStates,
  rememberStates,
  type WindowOutcome,
} from '../../../src/engine/window/script.js';
import type { WindowStep } from '../../../src/engine/window/steps.js';
import { lockLibrary } from '../../../src/journal/lock.js';
import { entriesScript, parseEntries, type Journal } from '../../../src/journal/read-journal.js';
import type { FileState } from '../../../src/resources/file/state.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import type { ReadRequest, State } from '../../../src/resources/resource.js';
import type { Shell } from '../../../src/shell/shell.js';
import { PretendedTarget, run } from '../../journal/pretended-target.js';

const nonce = 'a1b2c3d4e5f6';

export interface Undone {
  readonly status: number | null;
  /** `VERDICT WINDOW INDEX`, in the order in which it was done. */
  readonly lines: readonly string[];
}

export class WindowTarget {
  readonly store = new MemoryContentStore();
  private readonly target: PretendedTarget;
  private readonly earlier = new Map<string, readonly string[]>();
  private windows = 0;

  constructor() {
    this.target = new PretendedTarget('dash', () => lockLibrary);
  }

  /** The journal's folder of the run. */
  get rundir(): string {
    return this.target.rundir;
  }

  path(name: string): string {
    return join(this.target.world, name);
  }

  put(name: string, content: string): void {
    writeFileSync(this.path(name), content);
  }

  /** What a file of the world holds; undefined when it is not there. */
  content(name: string): string | undefined {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : undefined;
  }

  text(content: string): FileState {
    const sha256 = this.store.put(Buffer.from(content));
    return { type: 'file', sha256, size: content.length, mode: '0644', owner: 'root', group: 'root' };
  }

  read(name: string): State {
    const requests: readonly ReadRequest[] = [{ kind: 'file', name: this.path(name) }];
    const parts = parseBatch(this.answers(batch(readParts(requests, 'r', true), nonce)), nonce);
    const [found] = parseReads(requests, 'r', parts, this.store, (kind) => new Error(`${kind} was not read`));
    assert.ok(found !== undefined);
    return found.state;
  }

  /** A step that brings a file from its present state, or from the one that is given, to another. */
  change(name: string, to: FileState, from: State = this.read(name)): WindowStep['step'] {
    return { type: 'change', change: { id: { kind: 'file', name: this.path(name) }, from, to } };
  }

  /** Writes one window. `meanwhile`: what somebody else does after it was planned. */
  write(
    steps: readonly WindowStep[],
    options: { readonly mergeTasks?: boolean; readonly meanwhile?: () => void } = {},
  ): WindowOutcome {
    this.windows += 1;
    const window = buildWindow(steps, {
      seq: String(this.windows).padStart(5, '0'),
      nonce,
      store: this.store,
      earlier: this.earlier,
      owed: [],
      mergeTasks: options.mergeTasks ?? true,
      ...(this.windows === 1 ? { first: { runJson: `{"format":1,"run":"${run}"}\n` } } : {}),
    });
    options.meanwhile?.();
    const parts = parseBatch(this.answers(window.script), nonce);
    const failed = (kind: string): Error => new Error(`${kind} was not read`);
    const readBack = parseReads(window.readBack, 'b', parts, this.store, failed);
    const seen = seenStates(window, parts, this.store, failed);
    rememberStates(window, this.earlier);
    return { window, parts, readBack, seen, drifted: driftedBy({ window, parts, readBack }) };
  }

  private answers(script: Shell): { readonly stdout: Buffer; readonly stderr: Buffer } {
    const { status, stdout, stderr } = this.target.execute([script]);
    assert.equal(status, 0, stderr);
    return { stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
  }

  journal(): Journal {
    return parseEntries(this.answers(entriesScript(run)).stdout.toString(), run);
  }

  undo(...options: readonly string[]): Undone {
    const [command, args] = this.target.reading(join(this.target.state, 'undo.sh'));
    const done = spawnSync(command, [...args, run, ...options], { encoding: 'utf8' });
    assert.equal(done.stderr, '');
    return { status: done.status, lines: done.stdout.split('\n').filter((line) => line !== '') };
  }

  remove(): void {
    this.target.remove();
  }
}

/** Steps of tasks, each a list of its items' steps. */
export function stepsOf(
  ...tasks: readonly (readonly (readonly WindowStep['step'][])[])[]
): readonly WindowStep[] {
  return tasks.flatMap((items, task) =>
    items.flatMap((steps, item) =>
      steps.map((step) => ({ of: { task, item }, taskId: `t${task}`, taskName: `task ${task}`, step })),
    ),
  );
}

/** A command that is in the journal. */
export function commandStep(script: Shell, more: { readonly undo?: Shell } = {}): WindowStep['step'] {
  return {
    type: 'command',
    script,
    shown: 'a command',
    environment: {},
    touches: [],
    journalled: true,
    pauseSeconds: 0,
    ...more,
  };
}
