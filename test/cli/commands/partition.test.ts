/** `rtprov partition` on recorded machines: each option, what is refused, and the exit codes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { planJsonSchema } from '../../../src/rt/partition/json/schema.js';
import { examples } from '../partition/written.js';
import { partition, write, writeMachine } from '../partition/made-up.js';

const guest = (rt: number): string => `rt_guest:\n  vcpus: {rt: ${rt}}\n`;
const hosts = (...guests: readonly string[]): string =>
  `rt_hosts:\n  hosts:\n    kvm1:\n    kvm2:\nrt_guests:\n  hosts:\n${guests.map((name) => `    ${name}: {rt_host: kvm1}\n`).join('')}`;

interface Plan {
  readonly housekeeping: string;
  readonly isolated: string;
  readonly guests: Readonly<Record<string, { readonly vcpus: readonly number[]; readonly kept: boolean }>>;
  readonly diagnostics: readonly { readonly code: string; readonly severity: string }[];
}

const validate = new Ajv({ strict: false }).compile(planJsonSchema());

function planOf(text: string): Plan {
  const plan = JSON.parse(text) as Plan;
  assert.ok(validate(plan), JSON.stringify(validate.errors));
  return plan;
}

describe('rtprov partition', function () {
  this.timeout(240_000);
  let folder: string;
  let topology: string;
  let inventory: readonly string[];
  let kvm1: {
    readonly inventory: readonly string[];
    readonly hosts: readonly string[];
    readonly topology: string;
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-partition-'));
    topology = writeMachine(folder);
    inventory = [join(folder, 'inventory')];
    kvm1 = { inventory, hosts: ['kvm1'], topology };
    write(join(folder, 'inventory'), {
      'hosts.yaml': hosts('plc1', 'plc2'),
      'host_vars/plc1.yaml': guest(2),
      'host_vars/plc2.yaml': guest(1),
    });
  });
  after(() => rmSync(folder, { recursive: true }));

  describe('--topology', () => {
    it('draws the plan of a machine in a folder, without colours where nobody looks', async () => {
      const { code, stdout, stderr } = await partition(kvm1);
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, /^kvm1: 2 packages, 2 NUMA nodes, 8 cores, 16 CPUs, 16 GiB$/m);
      assert.match(stdout, /^ {2}a {2}guest plc1: vCPU 0-2 on CPU 1-3; emulator on 0,8$/m);
      assert.ok(!stdout.includes('\u001b'));
    });

    it('draws the same from a .tar.bz2', async () => {
      const archive = join(folder, 'machine.tar.bz2');
      execFileSync('tar', ['-cjf', archive, '-C', folder, 'machine']);
      assert.deepEqual(await partition({ ...kvm1, topology: archive }), await partition(kvm1));
    });

    it('needs neither an inventory nor a name', async () => {
      const { code, stdout, stderr } = await partition({ topology });
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, /housekeeping: CPU 0,4,8,12$/m);
      assert.doesNotMatch(stdout, /guest/);
    });

    it('is one machine', async () => {
      const { code, stderr } = await partition({ ...kvm1, hosts: ['kvm1', 'kvm2'] });
      assert.equal(code, 2);
      assert.match(
        stderr,
        /^error BAD_OPTION: --topology is one machine, and 2 hosts are named\n {2}Name one host\.$/m,
      );
    });

    it('says what is wrong with what is given', async () => {
      const nothing = await partition({ ...kvm1, topology: join(folder, 'nothing') });
      assert.equal(nothing.code, 2);
      assert.match(
        nothing.stderr,
        /^error BAD_TOPOLOGY: .*\/nothing cannot be read as a machine's topology: /,
      );
      mkdirSync(join(folder, 'empty'), { recursive: true });
      const empty = await partition({ ...kvm1, topology: join(folder, 'empty') });
      assert.equal(empty.code, 2);
      assert.match(empty.stderr, /^error BAD_TOPOLOGY: .*\/empty cannot be read/);
      const text = await partition({ ...kvm1, topology: join(folder, 'inventory', 'hosts.yaml') });
      assert.equal(text.code, 2);
      assert.match(text.stderr, /^error BAD_TOPOLOGY: .*hosts\.yaml cannot be read/);
    });
  });

  describe('names', () => {
    it('that the inventory does not have are refused', async () => {
      const { code, stdout, stderr } = await partition({ ...kvm1, hosts: ['kvm9'] });
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /kvm9/);
    });

    it('are wanted where the inventory has no group rt_hosts', async () => {
      const { code, stderr } = await partition({ inventory: ['a,b,'] });
      assert.equal(code, 2);
      assert.match(
        stderr,
        /no host is named, and the inventory has no group rt_hosts\n {2}Name a host: rtprov partition HOST$/m,
      );
    });

    it('may be a guest, whose own CPUs are shared out', async () => {
      const small = writeMachine(join(folder, 'small'), {
        packages: 1,
        cores: 3,
        threads: 1,
        siblings: 'near',
      });
      const { code, stdout } = await partition({ inventory, hosts: ['plc1'], topology: small, json: true });
      assert.equal(code, 0);
      assert.deepEqual([planOf(stdout).housekeeping, planOf(stdout).isolated], ['0', '1-2']);
    });
  });

  describe('--former and --replan', () => {
    /** The plan of plc2 alone; with plc1 beside it, plc2 would be elsewhere. */
    async function former(): Promise<string> {
      const alone = join(folder, 'alone');
      write(alone, { 'hosts.yaml': hosts('plc2'), 'host_vars/plc2.yaml': guest(1) });
      const { code, stdout } = await partition({ inventory: [alone], hosts: ['kvm1'], topology, json: true });
      assert.equal(code, 0);
      write(folder, { 'former.json': stdout });
      return join(folder, 'former.json');
    }
    const vcpus = (text: string): unknown =>
      Object.fromEntries(
        Object.entries(planOf(text).guests).map(([name, one]) => [name, [one.kept, ...one.vcpus]]),
      );

    it('leave guests where they are, or place them again', async () => {
      const given = { ...kvm1, former: await former(), json: true };
      const kept = await partition(given);
      const replanned = await partition({ ...given, replan: true });
      const fresh = await partition({ ...kvm1, json: true });
      assert.deepEqual([kept.code, replanned.code, fresh.code], [0, 0, 0]);
      assert.deepEqual(vcpus(kept.stdout), { plc1: [false, 5, 6, 7], plc2: [true, 1, 2] });
      assert.deepEqual(vcpus(replanned.stdout), vcpus(fresh.stdout));
      assert.deepEqual(vcpus(fresh.stdout), { plc1: [false, 1, 2, 3], plc2: [false, 5, 6] });
    });

    it('warn of a former plan that is damaged, and plan without it', async () => {
      write(folder, { 'damaged.json': '{"guests": ' });
      const { code, stdout, stderr } = await partition({ ...kvm1, former: join(folder, 'damaged.json') });
      assert.equal(code, 0);
      assert.match(stdout, /guest plc1: vCPU 0-2 on CPU 1-3/);
      assert.match(stderr, /^Warning: .*\[PLAN_FORMER\]$/m);
    });

    it('say that a former plan cannot be read', async () => {
      const { code, stderr } = await partition({ ...kvm1, former: join(folder, 'no.json') });
      assert.equal(code, 2);
      assert.match(stderr, /^error BAD_OPTION: the former plan cannot be read: .*no\.json/);
    });

    it('refuse --former for a host, which keeps its plan itself', async () => {
      const { code, stderr } = await partition({ inventory, hosts: ['kvm1'], former: 'x' });
      assert.equal(code, 2);
      assert.match(stderr, /^error BAD_OPTION: --former is only for --topology$/m);
    });
  });

  it('--explain says why each CPU is where it is', async () => {
    const { code, stdout } = await partition({ ...kvm1, explain: true });
    const plain = await partition(kvm1);
    assert.equal(code, 0);
    const [drawing = '', reasons = ''] = stdout.split('\nCores\n');
    assert.ok(plain.stdout.startsWith(drawing), drawing);
    assert.match(reasons, /^ {2}core of CPU 0: housekeeping: the core of the boot CPU/m);
    assert.match(reasons, /^ {2}core of CPU 1-3,5-7: isolated: /m);
    assert.match(reasons, /^Guests\n {2}plc1\n {4}node 0 .*\n/m);
    assert.match(reasons, /^Kernel arguments\n {2}isolcpus=managed_irq,domain,1-3,5-7,9-11,13-15$/m);
  });

  it('--json prints the documented plan, and no drawing', async () => {
    const { code, stdout, stderr } = await partition({ ...kvm1, json: true });
    assert.deepEqual([code, stderr], [0, '']);
    const plan = planOf(stdout);
    assert.deepEqual([plan.housekeeping, plan.isolated], ['0,4,8,12', '1-3,5-7,9-11,13-15']);
    const both = await partition({ ...kvm1, json: true, explain: true });
    assert.equal(both.code, 2);
    assert.match(both.stderr, /--json and --explain exclude each other\n {2}The JSON holds every reason\./);
  });

  describe('--svg', () => {
    it('writes the drawing, beside the text', async () => {
      const svg = join(folder, 'kvm1.svg');
      const { code, stdout } = await partition({ ...kvm1, svg });
      assert.equal(code, 0);
      assert.match(stdout, /^kvm1: 2 packages/);
      assert.match(readFileSync(svg, 'utf8'), /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*<\/svg>\n$/s);
    });

    it('says that the file cannot be written', async () => {
      const { code, stdout, stderr } = await partition({ ...kvm1, svg: join(folder, 'no', 'kvm1.svg') });
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^error BAD_OPTION: the drawing cannot be written: .*no\/kvm1\.svg/);
      assert.match(stderr, /^ {2}Give --svg a file that can be written\.$/m);
    });

    it('is for one host, and nobody is asked before that is known', async () => {
      const svg = join(folder, 'two.svg');
      const { code, stderr } = await partition({ inventory, hosts: ['kvm1', 'kvm2'], svg });
      assert.equal(code, 2);
      assert.match(stderr, /--svg draws one host, and 2 are named/);
      assert.equal(existsSync(svg), false);
    });
  });

  describe('what is refused', () => {
    const refused = (files: Readonly<Record<string, string>>) => {
      const own = join(folder, 'refused');
      write(own, { 'hosts.yaml': hosts('plc1', 'plc2'), 'host_vars/kvm1.yaml': '', ...files });
      return { inventory: [own], hosts: ['kvm1'], topology };
    };

    it('is reported with its place, below the rest of the plan, with exit code 2', async () => {
      const given = refused({ 'host_vars/plc1.yaml': guest(20), 'host_vars/plc2.yaml': guest(1) });
      const { code, stdout, stderr } = await partition(given);
      assert.equal(code, 2);
      assert.match(stdout, /guest plc2: vCPU 0-1 on CPU 1-2/);
      assert.doesNotMatch(stdout, /guest plc1/);
      assert.match(stderr, /\[PLAN_NO_ROOM\]\n .*host_vars\/plc1\.yaml:1:1\n/);
      const json = await partition({ ...given, json: true });
      assert.equal(json.code, 2);
      const plan = planOf(json.stdout);
      assert.deepEqual(Object.keys(plan.guests), ['plc2']);
      assert.ok(plan.diagnostics.some((one) => one.code === 'PLAN_NO_ROOM' && one.severity === 'error'));
    });

    it('leaves the other guests where one is written wrongly', async () => {
      const given = refused({ 'host_vars/plc1.yaml': 'rt_guest: {}\n', 'host_vars/plc2.yaml': guest(1) });
      const { code, stdout, stderr } = await partition(given);
      assert.equal(code, 2);
      assert.match(stdout, /guest plc2: vCPU 0-1/);
      assert.match(stderr, /rt_guest\.vcpus of plc1: is missing/);
    });

    it("is all there is where the host's own variables are wrong", async () => {
      const given = refused({
        'host_vars/kvm1.yaml': 'rt_partition: {smt: on}\n',
        'host_vars/plc1.yaml': guest(1),
        'host_vars/plc2.yaml': guest(1),
      });
      const text = await partition(given);
      assert.deepEqual([text.code, text.stdout], [2, '']);
      assert.match(text.stderr, /must be whole_core or off, not true/);
      const json = await partition({ ...given, json: true });
      assert.equal(json.code, 2);
      const plan = planOf(json.stdout);
      assert.deepEqual(Object.keys(plan), ['version', 'diagnostics']);
      assert.deepEqual(
        plan.diagnostics.map(({ code }) => code),
        ['PLAN_INPUT'],
      );
    });

    for (const [title, host, words] of [
      ['a host that is not there', 'kvm7', 'is "kvm7", and the inventory does not have that host'],
      ['itself as its host', 'plc1', 'is plc1 itself'],
    ] as const)
      it(`is also a guest with ${title}`, async () => {
        const own = join(folder, host);
        write(own, {
          'hosts.yaml': `rt_hosts: {hosts: {kvm1: }}\nrt_guests:\n  hosts:\n    plc1: {rt_host: ${host}}\n`,
          'host_vars/plc1.yaml': guest(1),
        });
        const { code, stderr } = await partition({ inventory: [own], hosts: ['kvm1'], topology });
        assert.equal(code, 2);
        assert.match(stderr, /hosts\.yaml:4:12\n/);
        assert.ok(stderr.includes(`rt_host of plc1 ${words}`), stderr);
      });

    it('is not a warning', async () => {
      const given = refused({
        'host_vars/plc1.yaml': `${guest(1)}  devices: [balloon]\n`,
        'host_vars/plc2.yaml': guest(1),
      });
      const warned = await partition(given);
      assert.equal(warned.code, 0);
      assert.match(warned.stderr, /^Warning: .*\[DEV_LINT\]\n .*host_vars\/plc1\.yaml:3:/m);
      const strict = await partition({ ...given, extraVars: ['rt_strict_devices=yes'] });
      assert.equal(strict.code, 2);
      assert.match(strict.stderr, /^Error: .*\[DEV_LINT\]$/m);
    });
  });

  it('plans the machines of the example inventory', async () => {
    const { code, stdout } = await partition({
      inventory: ['inventory'],
      hosts: ['kvm3'],
      topology: examples.kvm3,
      json: true,
    });
    assert.equal(code, 0);
    assert.equal(planOf(stdout).isolated, '5-9,15-19');
  });
});
