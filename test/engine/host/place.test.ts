import assert from 'node:assert/strict';
import { delegateOf, placeOf } from '../../../src/engine/host/place.js';
import { Secrets } from '../../../src/engine/run/secrets.js';
import { Target } from '../../../src/engine/target/target.js';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.js';
import { HostVars } from '../../../src/inventory/host-vars.js';
import type { Task } from '../../../src/playbook/read/model.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import { OMIT, Templates } from '../../../src/template/engine.js';
import { Unknown } from '../../../src/values/value.js';
import { playOf, removeProjects, tasksOf } from '../../playbook/project.js';

const store = new MemoryContentStore();
const target = (name: string): Target =>
  new Target({
    name,
    run: 'r',
    who: 'test',
    runJson: '',
    store,
    largeFiles: new Map(),
    use: 'look',
    connect: () => Promise.reject(new Error('nobody connects')),
  });

const options = {
  diff: false,
  forks: 1,
  tags: [],
  skipTags: [],
  rollbackOnFailure: false,
  verbosity: 0,
};

const hostIn = (check: boolean, other: Target) => ({
  name: 'h1',
  target: target('h1'),
  context: {
    options: { ...options, check },
    templates: new Templates(),
    store,
    secrets: new Secrets(),
    become: { always: false },
    target: () => other,
    varsOf: () => ({ vars: HostVars.empty, inPlay: false }),
  },
});

function taskTo(delegate: string): Task {
  const text = `- hosts: all\n  tasks:\n    - debug: {}\n      delegate_to: ${JSON.stringify(delegate)}\n`;
  const [task] = tasksOf(playOf(text).body);
  assert.ok(task !== undefined);
  return task;
}

describe('engine/host/place', () => {
  after(removeProjects);

  const vars = HostVars.empty
    .with('registered', { unsure: new Unknown('a command'), number: 7, list: ['h2'] })
    .with('magic', { omit: OMIT });
  const delegate = (value: string) => delegateOf(hostIn(false, target('h2')), taskTo(value), vars);

  it('is the host that is named, in the inventory or not', () => {
    assert.equal(delegate('h2'), 'h2');
    assert.equal(delegate('192.0.2.1'), '192.0.2.1');
    assert.equal(delegate('h1'), undefined);
    assert.equal(delegate('{{ nothing | default(omit) }}'), undefined);
  });

  it('is unknown when its name is', () => {
    assert.ok(delegate('{{ unsure }}') instanceof Unknown);
  });

  it('is never silently the host itself', () => {
    for (const value of ['{{ number }}', '{{ list }}', '{{ "" }}'])
      assert.throws(
        () => delegate(value),
        (error) => error instanceof DiagnosticError && error.diagnostics[0]?.code === 'BAD_DELEGATE',
      );
  });

  it('does not see what waits at the delegate, but in a check what is planned there', () => {
    const other = target('h2');
    for (const check of [false, true]) {
      const place = placeOf(hostIn(check, other), taskTo('h2'), vars, 'h2');
      assert.equal(place.target, other);
      assert.equal(place.view === other.shell().view, check);
    }
    const host = hostIn(false, other);
    assert.equal(placeOf(host, taskTo('h1'), vars, undefined).view, host.target.shell().view);
  });
});
