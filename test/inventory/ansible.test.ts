import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import { parseExtraVars } from '../../src/inventory/extra-vars.js';
import type { Inventory } from '../../src/inventory/inventory.js';
import { loadInventory } from '../../src/inventory/inventory.js';
import { selectHosts } from '../../src/inventory/pattern.js';
import { graphView, listView } from '../../src/inventory/view.js';
import { differences, OTHER_PATTERNS } from './differences.js';

interface Meta {
  readonly sources?: readonly string[];
  readonly extra?: readonly string[];
  readonly playbookDir?: string;
}

interface Recorded {
  readonly list?: Readonly<Record<string, unknown>>;
  readonly graph: Readonly<Record<string, string>>;
  readonly patterns: Readonly<Record<string, readonly string[] | 'error'>>;
}

const { cases } = JSON.parse(readFileSync(new URL('fixtures/ansible.json', import.meta.url), 'utf8')) as {
  readonly cases: Readonly<Record<string, Recorded>>;
};

const CORPUS = fileURLToPath(new URL('fixtures/corpus/', import.meta.url));

function metaOf(directory: string): Meta {
  const path = `${directory}/case.json`;
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Meta) : {};
}

/** Lazy and read-only values as JSON sees them. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function load(name: string, diagnostics: Diagnostics): { inventory: Inventory; meta: Meta } {
  const directory = `${CORPUS}${name}`;
  const meta = metaOf(directory);
  const sources = meta.sources ?? [existsSync(`${directory}/hosts.yml`) ? 'hosts.yml' : 'hosts'];
  const paths = sources.map((source) => (source.includes(',') ? source : resolve(directory, source)));
  const loaded = loadInventory(paths, diagnostics);
  if (meta.playbookDir === undefined) return { inventory: loaded, meta };
  return { inventory: loaded.withPlaybookDir(resolve(directory, meta.playbookDir), diagnostics), meta };
}

describe('inventories against what ansible-inventory said', () => {
  for (const [name, recorded] of Object.entries(cases)) {
    describe(name, () => {
      const diagnostics = new Diagnostics();
      const { inventory, meta } = load(name, diagnostics);
      const extras = (meta.extra ?? []).map((extra) =>
        extra.startsWith('@') ? `@${CORPUS}${name}/${extra.slice(1)}` : extra,
      );

      it('--list', () => {
        const extra = extras.length === 0 ? undefined : parseExtraVars(extras, diagnostics);
        assert.deepEqual(
          diagnostics.all.filter((d) => d.severity === 'error'),
          [],
        );
        const ours = plain(listView(inventory, extra));
        assert.deepEqual(ours, differences(name, recorded.list));
      });
      for (const [group, text] of Object.entries(recorded.graph)) {
        it(`--graph ${group}`, () => assert.equal(graphView(inventory, group), text));
      }
      for (const [pattern, hosts] of Object.entries(recorded.patterns)) {
        it(`pattern ${pattern}`, () => {
          const faults = new Diagnostics();
          const selected = selectHosts(inventory, pattern, faults).map((host) => host.name);
          if (hosts === 'error' || hosts.length === 0) assert.equal(faults.all.length, 1);
          else if (OTHER_PATTERNS.has(`${name} ${pattern}`)) assert.notDeepEqual(selected, hosts);
          else assert.deepEqual([selected.sort(), faults.all], [hosts, []]);
        });
      }
    });
  }
});
