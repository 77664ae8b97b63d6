/** Programs on an SSH connection: exec channels, few at a time (sshd's MaxSessions is 10), always closed. */
import type { Client, ClientChannel } from 'ssh2';
import { quietSleep, sleep, withDeadline } from '../deadline.js';
import { messageOf, transportError } from '../errors.js';
import { END_GRACE_MS, type ProcessEnd, type RemoteProcess } from '../process.js';
import { execAtOnce } from './pipelining.js';
import type { LiveClient } from './client.js';

const OPEN_MS = 15_000;
const OPEN_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 50;

/** Opens a channel and starts a command. A refused channel is tried again: slots come free only after a close has been seen. */
export async function spawnRemote(live: LiveClient, command: string, at: string): Promise<RemoteProcess> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withDeadline(
        openExec(live, command),
        OPEN_MS,
        () => new Error(`no channel within ${OPEN_MS} ms`),
      );
    } catch (error) {
      const lost = await Promise.race([live.lost, Promise.resolve(undefined)]);
      if (lost !== undefined) throw lost;
      const isRefusal = (error as { reason?: unknown }).reason !== undefined;
      if (!isRefusal || attempt >= OPEN_ATTEMPTS) {
        throw transportError('CHANNEL_FAILED', `cannot open a channel to ${at}: ${messageOf(error)}`, {
          cause: error,
          hint: 'sshd limits the channels of a connection (MaxSessions in sshd_config, 10 by default).',
        });
      }
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

function openExec(live: LiveClient, command: string): Promise<RemoteProcess> {
  return new Promise((resolve, reject) => {
    let early: ClientChannel | undefined;
    try {
      execAtOnce(
        live.client,
        command,
        (channel) => {
          early = channel;
          resolve(processOf(live, channel));
        },
        (error, channel) => {
          // After an early start a refused exec closes the channel, which ends the process.
          if (error !== undefined && early !== undefined) early.close();
          else if (error !== undefined) reject(error);
          else if (early === undefined && channel !== undefined) resolve(processOf(live, channel));
        },
      );
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function processOf(live: LiveClient, channel: ClientChannel): RemoteProcess {
  let exit: ProcessEnd = {};
  const ended = new Promise<ProcessEnd>((resolve) => {
    channel.on('exit', (code: number | null, signal?: string) => {
      exit = { ...(code === null ? {} : { code }), ...(signal === undefined ? {} : { signal }) };
      void quietSleep(END_GRACE_MS).then(() => resolve(exit));
    });
    channel.on('close', () => {
      // The connection's own end is reported in the same turn; it is the better reason.
      setImmediate(() => resolve(exit));
    });
    void live.lost.then((lost) => resolve({ lost }));
  });
  channel.on('error', () => undefined);
  channel.stderr.on('error', () => undefined);
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    ended,
    close: () => closeChannel(channel),
  };
}

function closeChannel(channel: ClientChannel): void {
  channel.end();
  channel.close();
  channel.resume();
  channel.stderr.resume();
}

/** A TCP connection from the target: true when accepted, false when the target could not make it. */
export async function probeThrough(
  client: Client,
  host: string,
  port: number,
  timeoutMs: number,
  at: string,
): Promise<boolean> {
  const opened = new Promise<boolean>((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
      if (error === undefined) {
        channel.on('error', () => undefined);
        channel.resume();
        channel.end();
        channel.close();
        resolve(true);
        return;
      }
      const { reason } = error as { reason?: unknown };
      if (reason === CONNECT_FAILED) resolve(false);
      else
        reject(
          transportError('CHANNEL_FAILED', `cannot probe ${host}:${port} from ${at}: ${error.message}`, {
            cause: error,
            hint: 'sshd must allow TCP forwarding for this (AllowTcpForwarding in sshd_config).',
          }),
        );
    });
  });
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), timeoutMs).unref());
  return await Promise.race([opened, late]);
}

/** RFC 4254, section 5.1. */
const CONNECT_FAILED = 2;
