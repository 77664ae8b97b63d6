import { strict as assert } from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sysctlKind } from '../../../src/resources/sysctl/kind.js';
import { Lab } from '../../lab/lab.js';
import { inHost, KindTarget, shells, type Runner } from '../kind-shell.js';

/** A network namespace has its own net.* parameters: they can be written without touching the machine's. */
const inNamespace =
  (pid: number): Runner =>
  (script, shell) => {
    const [command = 'sh', ...args] = shell.split(' ');
    const done = spawnSync('nsenter', ['-t', String(pid), '-n', command, ...args], { input: script });
    return Promise.resolve({
      status: done.status ?? -1,
      stdout: done.stdout,
      stderr: done.stderr.toString(),
    });
  };

describe('kernel parameters that can be written', () => {
  for (const shell of shells) {
    it(`hold the laws in ${shell}`, async () => {
      const state = mkdtempSync(join(tmpdir(), 'rtprov-sysctl-'));
      const holder = spawn('unshare', ['-n', 'sleep', 'infinity'], { stdio: 'ignore' });
      try {
        const namespace = (pid: number | string): string => readlinkSync(`/proc/${pid}/ns/net`);
        while (namespace(holder.pid ?? 0) === namespace('self')) await sleep(20);
        const target = new KindTarget(sysctlKind, inNamespace(holder.pid ?? 0), shell, state);
        const states = await target.read(
          'net.ipv4.ip_forward',
          'net.ipv4.tcp_rmem',
          'net/ipv4/conf/lo/forwarding',
        );
        assert.ok([...states.values()].every(({ writable }) => writable));
        const from = states.get('net.ipv4.tcp_rmem');
        const forward = states.get('net.ipv4.ip_forward');
        assert.ok(from !== undefined && forward !== undefined);
        await target.holdsLaws(
          target.change('net.ipv4.tcp_rmem', from, { value: '4096\t100000  6291456', writable: true }),
          target.change('net.ipv4.ip_forward', forward, {
            value: forward.value === '1' ? '0' : '1',
            writable: true,
          }),
        );
        const bad = await target.exec(
          sysctlKind.write([
            target.change('net.ipv4.ip_forward', forward, { value: 'many', writable: true }),
          ]),
        );
        assert.equal(bad.status, 1);
        assert.match(bad.stderr, /the kernel does not accept "many"/);
        const none = await target.exec(
          sysctlKind.write([
            target.change('net.no.such', { writable: false }, { value: '1', writable: true }),
          ]),
        );
        assert.match(none.stderr, /the kernel has no such parameter/);
      } finally {
        holder.kill();
        rmSync(state, { recursive: true });
      }
    });
  }
});

describe('kernel parameters of a container', () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.up({ hosts: 1 });
  });
  after(async () => lab.down());

  for (const shell of shells) {
    it(`are read-only and say so in ${shell}`, async () => {
      const [host] = lab.hosts;
      assert.ok(host !== undefined);
      const target = new KindTarget(sysctlKind, inHost(host), shell);
      const state = await target.readOne('vm.swappiness');
      assert.equal(state.writable, false);
      const done = await target.exec(
        sysctlKind.write([target.change('vm.swappiness', state, { value: '11', writable: true })]),
      );
      assert.equal(done.status, 1);
      assert.match(done.stderr, /^rtprov: \/proc\/sys\/vm\/swappiness is read-only here/);
    });
  }
});
