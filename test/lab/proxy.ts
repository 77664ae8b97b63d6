import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { cloneDir, gatewayAddress, hostAddress, labNames, proxyPort } from './names.js';
import { isAlive, killProcess, type ProcessId, startDetached, waitFor } from './process.js';
import type { ProxyAnswer, ProxyCommand, ProxyStats } from './proxy-protocol.js';
import type { HostState, LabState } from './state.js';

function readPid(id: string): ProcessId | undefined {
  try {
    return JSON.parse(readFileSync(labNames(id).proxyPid, 'utf8')) as ProcessId;
  } catch {
    return undefined;
  }
}

export function proxyRuns(id: string): boolean {
  const pid = readPid(id);
  return pid !== undefined && isAlive(pid);
}

/** Sends one command to a lab's proxy. */
export function tellProxy(id: string, command: ProxyCommand): Promise<ProxyStats> {
  return new Promise((resolve, reject) => {
    const socket = connect(labNames(id).proxySocket);
    socket.once('error', reject);
    createInterface({ input: socket })
      .on('error', reject)
      .once('line', (line) => {
        socket.destroy();
        const answer = JSON.parse(line) as ProxyAnswer;
        if ('error' in answer) reject(new Error(answer.error));
        else resolve(answer.ok);
      });
    socket.write(`${JSON.stringify(command)}\n`);
  });
}

/** Starts a lab's proxy process; hosts are added to it one by one. */
export async function startProxy(id: string): Promise<void> {
  const names = labNames(id);
  if (proxyRuns(id)) return;
  const daemon = fileURLToPath(new URL('proxy-daemon.ts', import.meta.url));
  const log = openSync(names.proxyLog, 'a');
  const pid = startDetached(process.execPath, ['--import', 'tsx', daemon, names.proxySocket], log, cloneDir);
  closeSync(log);
  if (pid === undefined) throw new Error('the proxy could not be started');
  writeFileSync(names.proxyPid, JSON.stringify(pid));
  await waitFor('starting the proxy', 20_000, () => {
    if (!isAlive(pid)) throw new Error(`the proxy ended:\n${readFileSync(names.proxyLog, 'utf8')}`);
    return existsSync(names.proxySocket) ? true : undefined;
  });
}

export async function stopProxy(id: string): Promise<void> {
  const pid = readPid(id);
  if (pid !== undefined) await killProcess(pid);
}

export async function addProxy(state: LabState, host: HostState): Promise<void> {
  await tellProxy(state.id, {
    do: 'add',
    host: host.name,
    listen: { address: gatewayAddress(state.subnet), port: proxyPort(host.index) },
    target: { address: hostAddress(state.subnet, host.index), port: 22 },
    rttMs: state.rttMs,
  });
}
