/** The way to a host: its settings, its jump hosts, and an authenticated client at the end, with retries. */
import type { Duplex } from 'node:stream';
import { homedir } from 'node:os';
import { Socket } from 'node:net';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { sleep } from '../deadline.js';
import { dialCommand, dialTcp, dialThrough } from './dial.js';
import { transportError, where } from '../errors.js';
import { type Hop, parseJumps } from './jump.js';
import { parseSshArgs } from './args.js';
import { type LiveClient, openClient } from './client.js';
import { type SshSettings, sshSettings } from './config.js';
import { expandTokens } from './tokens.js';
import type { ConnectOptions } from '../types.js';

export interface Route extends LiveClient {
  /** The TCP socket of the first hop, for counting; undefined with a ProxyCommand. */
  readonly socket: Socket | undefined;
  /** Drops the connection and those of its jump hosts. */
  close(): void;
}

interface Leg {
  readonly name: string;
  readonly settings: SshSettings;
  readonly args: readonly string[];
  readonly at: string;
}

const CONNECT_MS = 10_000;
const KEEPALIVE_MS = 5000;
const RETRIES = 2;
const FIRST_PAUSE_MS = 300;
const MAX_HOPS = 8;

export async function targetSettings(options: ConnectOptions): Promise<SshSettings> {
  const { address, hostName, port, user, sshCommonArgs = '', sshConfigFile } = options;
  return await sshSettings({
    host: address ?? hostName,
    port,
    user,
    args: parseSshArgs(sshCommonArgs),
    configFile: sshConfigFile,
  });
}

/** Makes the connection. Only faults of reaching the host are retried: a refused key or password never is. */
export async function openRoute(options: ConnectOptions): Promise<Route> {
  // Loaded while ssh -G and TCP take their time; whoever needs it waits for it.
  void import('ssh2');
  const settings = await targetSettings(options);
  const attempts = 1 + (options.retries ?? Math.max(RETRIES, settings.connectionAttempts - 1));
  for (let attempt = 1; ; attempt += 1) {
    try {
      const leg = {
        name: options.address ?? options.hostName,
        settings,
        args: parseSshArgs(options.sshCommonArgs ?? ''),
        at: where(settings),
      };
      return await openLeg(leg, options, undefined, 0);
    } catch (error) {
      if (attempt >= attempts || !mayRetry(error)) throw error;
      await sleep(FIRST_PAUSE_MS * 3 ** (attempt - 1) * (0.75 + Math.random() / 2));
    }
  }
}

/** TCP has repeated its SYN for the whole deadline already, and unknown names stay unknown: those are not retried. */
function mayRetry(error: unknown): boolean {
  if (!(error instanceof RtprovError) || error.code !== 'UNREACHABLE') return false;
  return !/no TCP connection within|not known to DNS/.test(error.message);
}

/** `jumps` undefined: those of the settings. Options of the target (key, password, arguments) do not hold for its jump hosts. */
async function openLeg(
  leg: Leg,
  options: ConnectOptions,
  jumps: readonly Hop[] | undefined,
  depth: number,
): Promise<Route> {
  const { settings, at } = leg;
  if (depth > MAX_HOPS)
    throw transportError('SSH_CONFIG', `ProxyJump to ${at} goes through more than ${MAX_HOPS} hosts`);
  const timeoutMs = options.connectTimeoutMs ?? settings.connectTimeoutMs ?? CONNECT_MS;
  const via = jumps ?? (settings.proxyJump === undefined ? [] : parseJumps(settings.proxyJump));
  const target = { host: settings.host, port: settings.port, family: settings.family, at, timeoutMs };
  const last = via.at(-1);
  let before: Route | undefined;
  let stream: Duplex;
  if (last !== undefined) {
    before = await openLeg(
      await hopLeg(last, leg, options),
      options,
      via.length > 1 ? via.slice(0, -1) : undefined,
      depth + 1,
    );
    stream = await dialThrough(before.client, target).catch((error: unknown) => {
      before?.close();
      throw error;
    });
  } else if (settings.proxyCommand !== undefined) {
    stream = dialCommand(expandTokens(settings.proxyCommand, { ...settings, originalHost: leg.name }));
  } else {
    stream = await dialTcp(target);
  }
  const isTarget = depth === 0;
  try {
    const live = await openClient({
      stream,
      at,
      auth: {
        settings,
        ...(isTarget
          ? {
              password: options.password,
              privateKeyFile: options.privateKeyFile?.replace(/^~(?=\/)/, homedir()),
            }
          : {}),
        askPassphrase: options.askPassphrase,
      },
      hostKeys: {
        host: settings.host,
        port: settings.port,
        ...(settings.hostKeyAlias === undefined ? {} : { alias: settings.hostKeyAlias }),
        userFiles: settings.userKnownHostsFiles,
        globalFiles: settings.globalKnownHostsFiles,
        checking: settings.acceptNew ? 'accept-new' : options.hostKeyChecking,
        hashNames: settings.hashKnownHosts,
        at,
      },
      handshakeMs: timeoutMs,
      keepaliveMs: options.keepaliveIntervalMs ?? settings.keepaliveMs ?? KEEPALIVE_MS,
      keepaliveCount: settings.keepaliveCount,
    });
    const route = { ...live, socket: before?.socket ?? (stream instanceof Socket ? stream : undefined) };
    const close = () => {
      live.client.end();
      stream.destroy();
      before?.close();
    };
    void live.lost.then(close);
    return { ...route, close };
  } catch (error) {
    stream.destroy();
    before?.close();
    throw error;
  }
}

/** As ssh does for -J: the same -F, nothing else of the target's command line. */
async function hopLeg(hop: Hop, towards: Leg, options: ConnectOptions): Promise<Leg> {
  const at = towards.args.indexOf('-F');
  const args = at < 0 ? [] : towards.args.slice(at, at + 2);
  const settings = await sshSettings({
    host: hop.host,
    port: hop.port,
    user: hop.user,
    args,
    configFile: options.sshConfigFile,
  });
  return { name: hop.host, settings, args, at: `${where(settings)} (jump host to ${towards.settings.host})` };
}
