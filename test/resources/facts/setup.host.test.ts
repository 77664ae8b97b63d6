import { strict as assert } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import { factsProbe, parseFacts } from '../../../src/resources/facts/facts.js';
import { run } from '../../lab/process.js';
import { onThisMachine, shells } from '../kind-shell.js';

/** What changes between two readings, or depends on who reads. */
const volatile = new Set([
  'date_time',
  'env',
  'loadavg',
  'memfree_mb',
  'memory_mb',
  'swapfree_mb',
  'uptime_seconds',
  'mounts',
  'fqdn',
  'interfaces',
  'all_ipv4_addresses',
  'all_ipv6_addresses',
]);

/** Ansible's facts that rtprov does not gather: they are about Python, or need tools that are rarely there. */
const notGathered =
  /^(python|python_version|selinux_python_present|module_setup|lvm|fibre_channel_wwn|hostnqn|form_factor|system_capabilities.*|device_links|distribution_file_.*)$/;

/** ansible-core is among what scripts/prepare.sh installs. */
type Facts = Readonly<Record<string, unknown>>;

async function ansibleFacts(): Promise<Facts> {
  const output = await run('ansible', ['localhost', '-i', 'localhost,', '-c', 'local', '-m', 'setup'], {
    env: { ANSIBLE_NOCOLOR: '1', ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3' },
  });
  const json = JSON.parse(output.slice(output.indexOf('{'))) as { ansible_facts: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(json.ansible_facts).map(([name, value]) => [name.replace(/^ansible_/, ''), value]),
  );
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? [...value].sort() : value;

describe("facts beside Ansible's setup on the same machine", () => {
  let theirs: Facts;
  before(async () => {
    theirs = await ansibleFacts();
  });

  for (const shell of shells) {
    it(`are equal in ${shell}`, async () => {
      const done = await onThisMachine(factsProbe.text, shell);
      const ours = parseFacts(done.stdout) as Readonly<Record<string, unknown>>;
      const names = Object.keys(theirs).filter((name) => !notGathered.test(name));
      // Interfaces of other tests' labs come and go.
      const passing = (name: string): boolean => /^rtl/.test(name) || volatile.has(name);
      assert.deepEqual(
        names.filter((name) => !(name in ours) && !passing(name)),
        [],
      );
      const compared = names.filter((name) => !passing(name) && name !== 'devices');
      const different = compared.filter(
        (name) => !isDeepStrictEqual(sorted(ours[name]), sorted(theirs[name])),
      );
      assert.deepEqual(
        different.map((name) => [name, ours[name], theirs[name]]),
        [],
      );
      assert.ok(compared.length >= 60, `${compared.length} facts compared`);
    });
  }

  it('have the same names inside mounts, memory, clock and devices', async () => {
    const ours = parseFacts((await onThisMachine(factsProbe.text, 'dash')).stdout);
    const keys = (facts: Facts, ...path: (string | number)[]): string[] => {
      let value: unknown = facts;
      for (const step of path) value = (value as Readonly<Record<string | number, unknown>>)[step];
      return Object.keys(value as object).sort();
    };
    // Later versions of Ansible have these two as well.
    const later = (key: string): boolean => key === 'dump' || key === 'passno';
    assert.deepEqual(
      keys(ours, 'mounts', 0).filter((key) => !later(key)),
      keys(theirs, 'mounts', 0).filter((key) => !later(key)),
    );
    assert.deepEqual(keys(ours, 'date_time'), keys(theirs, 'date_time'));
    assert.deepEqual(keys(ours, 'memory_mb'), keys(theirs, 'memory_mb'));
    const [device = ''] = keys(theirs, 'devices');
    const known = keys(ours, 'devices', device);
    const rare = ['sas_address', 'sas_device_handle', 'support_discard'];
    assert.deepEqual(
      keys(theirs, 'devices', device).filter((key) => !known.includes(key) && !rare.includes(key)),
      [],
    );
  });
});
