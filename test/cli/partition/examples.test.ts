/** The example inventory on three recorded machines: drawings and rendered templates, as golden files. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { partitionCommand } from '../../../src/cli/commands/partition.js';
import { allTemplates, examples, noContact, written } from './written.js';

const golden = (name: string): string => readFileSync(join(import.meta.dirname, 'golden', name), 'utf8');

describe('cli: the example inventory', function () {
  // Each call unpacks a recorded machine.
  this.timeout(240_000);

  for (const [host, topology] of Object.entries(examples)) {
    it(`is planned for ${host} without a fault`, async () => {
      const { code, stdout, stderr } = await written(() =>
        partitionCommand({
          ...noContact,
          inventory: ['inventory'],
          hosts: [host],
          topology,
          replan: false,
          explain: true,
          json: false,
        }),
      );
      assert.deepEqual([code, stderr], [0, '']);
      assert.equal(stdout, golden(`${host}.txt`));
    });

    it(`has every template rendered for ${host}`, async () => {
      assert.equal(await allTemplates(['inventory'], host, topology), golden(`${host}-templates.txt`));
    });
  }
});
