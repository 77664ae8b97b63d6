import assert from 'node:assert/strict';
import { delegateOf, placeOf } from '../../src/engine/host-place.js';
import type { PlayHost } from '../../src/engine/play-host.js';
import { Secrets } from '../../src/engine/secrets.js';
import { Target } from '../../src/engine/target.js';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { HostVars } from '../../src/inventory/host-vars.js';
import type { Task } from '../../src/playbook/model.js';
import { MemoryContentStore } from '../../src/resources/content-store.js';
import { OMIT, Templates } from '../../src/template/engine.js';
import { Unknown, type Value } from '../../src/values/value.js';

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

function hostIn(check: boolean, other: Target): PlayHost {
  return {
    name: 'h1',
    gifts: [],
    target: target('h1'),
    context: {
      options: { check },
      templates: new Templates(),
      store,
      secrets: new Secrets(),
      become: { always: false },
      target: () => other,
      varsOf: () => ({ vars: HostVars.empty, inPlay: false }),
    },
  } as unknown as PlayHost;
}

const range = { file: 'p.yaml', line: 3, column: 5 };
const taskTo = (value: Value): Task =>
  ({ range, keywords: { delegateTo: { value, range }, vars: [] } }) as unknown as Task;

describe('engine/host-place', () => {
  const vars = HostVars.empty
    .with('registered', { unsure: new Unknown('a command'), number: 7, list: ['h2'] })
    .with('magic', { omit: OMIT });
  const delegate = (value: Value) => delegateOf(hostIn(false, target('h2')), taskTo(value), vars);

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
