/** The byte stream under an SSH connection: TCP with a deadline, a ProxyCommand, or a channel of a jump host. */
import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { RtprovError } from '../../diagnostics/diagnostic.js';
import { messageOf, transportError } from '../errors.js';

interface DialTarget {
  readonly host: string;
  readonly port: number;
  readonly family: 0 | 4 | 6;
  /** `host:port as user`, for messages. */
  readonly at: string;
  readonly timeoutMs: number;
}

export function unreachable(at: string, why: string, cause?: unknown): RtprovError {
  return transportError('UNREACHABLE', `cannot reach ${at}: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
    hint: 'Check that the host is up, the address and port, and that sshd listens there: ssh -v to the same host shows details.',
  });
}

export function dialTcp(target: DialTarget): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: target.host,
      port: target.port,
      noDelay: true,
      ...(target.family === 0 ? {} : { family: target.family }),
    });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(unreachable(target.at, `no TCP connection within ${target.timeoutMs} ms`));
    }, target.timeoutMs);
    const onError = (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(unreachable(target.at, reason(cause), cause));
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      // Until the client listens, and after it let go: a peer that dies then must not end this process.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

function reason(error: NodeJS.ErrnoException): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const { code } = first instanceof Error ? (first as NodeJS.ErrnoException) : error;
  switch (code) {
    case 'ECONNREFUSED':
      return 'the connection was refused';
    case 'ENOTFOUND':
      return 'the name is not known to DNS';
    case 'EAI_AGAIN':
      return 'DNS does not answer';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no route to it';
    default:
      return messageOf(error);
  }
}

/** A TCP connection made by an SSH server that is already connected to. */
export function dialThrough(client: Client, target: DialTarget): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(unreachable(target.at, `the jump host made no connection within ${target.timeoutMs} ms`)),
      target.timeoutMs,
    );
    client.forwardOut('127.0.0.1', 0, target.host, target.port, (error, channel) => {
      clearTimeout(timer);
      if (error !== undefined)
        reject(unreachable(target.at, `the jump host cannot connect to it (${error.message})`, error));
      else resolve(channel);
    });
  });
}

/** A ProxyCommand's stdin and stdout. The command is the user's own, from OpenSSH's configuration. */
export function dialCommand(command: string): Duplex {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.on('error', (error) => stream.destroy(error));
  child.stdin.on('error', () => undefined);
  stream.on('close', () => child.kill());
  return stream;
}
