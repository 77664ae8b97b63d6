/** What tests of one lab host share: the host, a folder for playbooks, and kills that come when something has happened. */
import assert from 'node:assert/strict';
import { Lab, type LabHost } from '../lab/lab.js';
import { Project } from './harness.js';

export class OneHost {
  readonly project = new Project();
  private up: Lab | undefined;

  get lab(): Lab {
    assert.ok(this.up !== undefined, 'the lab is not up');
    return this.up;
  }

  get host(): LabHost {
    return this.lab.host('h1');
  }

  /** Writes a play of these tasks for all hosts; gives its path. */
  play(tasks: readonly unknown[]): string {
    return this.project.write('play.yaml', JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }]));
  }

  /** Runs a command of the host's shell that has to succeed. */
  async inside(command: string): Promise<void> {
    const done = await this.host.inside(['sh', '-c', `export DEBIAN_FRONTEND=noninteractive; ${command}`]);
    assert.equal(done.code, 0, `${command}: ${done.stderr}`);
  }

  async start(): Promise<void> {
    this.up = await Lab.up({ hosts: 1 });
  }

  async stop(): Promise<void> {
    this.project.remove();
    await this.up?.down();
  }
}

/** For a suite: a lab with one host, there before its first test and gone after its last. */
export function oneHost(): OneHost {
  const one = new OneHost();
  before(() => one.start());
  after(() => one.stop());
  return one;
}

/** Shell text that looks from the background, often, and kills the whole session as soon as the condition holds. */
export const killWhen = (condition: string): string =>
  `( until ${condition}; do sleep 0.02; done; kill -9 0 ) >/dev/null 2>&1 &`;
