/** The examples of the pages are read without a problem. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Diagnostics } from '../src/diagnostics/diagnostic.js';
import { InventoryBuilder } from '../src/inventory/builder.js';
import { readIni } from '../src/inventory/ini.js';
import { readYamlInventory } from '../src/inventory/yaml-source.js';
import { modules } from '../src/modules/core/registry.js';
import { load, removeProjects } from './playbook/project.js';

const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'inventory.md'), 'utf8');

/** The block of a section of the page that is indented by four spaces. */
function example(heading: string): string {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const [block = ''] = /(?:^ {4}.*\n|^\n(?= {4}))+/m.exec(section) ?? [];
  return block.replaceAll(/^ {4}/gm, '');
}

describe('examples of docs/inventory.md', () => {
  for (const [heading, read, hosts] of [
    ['INI', readIni, 9],
    ['YAML', readYamlInventory, 5],
  ] as const)
    it(`that in ${heading} is read`, () => {
      const diagnostics = new Diagnostics();
      const builder = new InventoryBuilder(diagnostics);
      read(example(heading), 'hosts', builder);
      assert.deepEqual(diagnostics.all, []);
      assert.equal(builder.hosts.size, hosts);
    });
});

describe('examples of modules', () => {
  afterEach(removeProjects);

  /** What the examples name and do not bring. */
  const around = { 'files/motd': '', 'files/measure.sh': '', 'templates/tuned.conf.j2': '' };
  const handlers = '  handlers: [{name: Make the boot menu, grub_menu: {}}]';

  for (const { name, doc } of modules.values())
    it(`those of ${name} are tasks without a fault`, () => {
      const tasks = doc.examples.join('\n').replaceAll(/^(?=.)/gm, '    ');
      load({ 'site.yml': `- hosts: all\n${handlers}\n  tasks:\n${tasks}\n`, ...around });
    });
});
