/** One authenticated SSH connection over a byte stream: key exchange, host key, authentication, keepalive. */
import type { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import type { Client } from 'ssh2';
import type { RtprovError } from '../../diagnostics/diagnostic.js';
import { authenticator, type AuthRequest } from './auth.js';
import { PausableDeadline } from '../deadline.js';
import { unreachable } from './dial.js';
import { messageOf, transportError } from '../errors.js';
import { checkHostKey, entriesFor, type HostKeyPolicy, preferredAlgorithms } from './host-keys.js';
import { authenticateAtOnce, peerLives, signAtOnce } from './pipelining.js';

interface ClientRequest {
  readonly stream: Duplex;
  readonly auth: AuthRequest;
  readonly hostKeys: HostKeyPolicy;
  /** `host:port as user`, for messages. */
  readonly at: string;
  /** Deadline for key exchange and host key. */
  readonly handshakeMs: number;
  readonly keepaliveMs: number;
  readonly keepaliveCount: number;
}

export interface LiveClient {
  readonly client: Client;
  /** Resolves when the connection is gone, with the reason. */
  readonly lost: Promise<RtprovError>;
}

/** Authentication may take its time: PAM, directory services, hardware keys. sshd's own LoginGraceTime is 120 s. */
const AUTH_MS = 60_000;

export async function openClient(request: ClientRequest): Promise<LiveClient> {
  const { stream, at } = request;
  const [{ default: ssh2 }, entries] = await Promise.all([import('ssh2'), entriesFor(request.hostKeys)]);
  if (stream.destroyed) throw unreachable(at, 'the connection was closed before the SSH handshake');
  const client = new ssh2.Client();
  let lastError: Error | undefined;
  let onLost: (error: RtprovError) => void = () => undefined;
  const lost = new Promise<RtprovError>((resolve) => (onLost = resolve));
  return await new Promise<LiveClient>((resolve, reject) => {
    let phase: 'handshake' | 'auth' | 'ready' = 'handshake';
    let refused: Error | undefined;
    const fail = (error: Error) => {
      deadline.clear();
      refused ??= error;
      client.destroy();
      reject(refused);
    };
    const onDeadline = () =>
      phase === 'handshake'
        ? fail(unreachable(at, `no SSH key exchange within ${request.handshakeMs} ms`))
        : fail(authFailed(at, `no answer within ${AUTH_MS} ms; ${auth.account()}`));
    let deadline = new PausableDeadline(request.handshakeMs, onDeadline);
    const clock = { pause: () => deadline.pause(), resume: () => deadline.resume() };
    const auth = authenticator(ssh2, request.auth, clock);
    client.on('error', (error: Error & { level?: string }) => {
      if (error.level === 'agent') return;
      lastError = error;
      if (phase === 'ready' || refused !== undefined) return;
      if (error.level === 'client-authentication') fail(authFailed(at, auth.account()));
      else if (phase === 'auth') fail(authFailed(at, `${error.message}; ${auth.account()}`));
      else fail(unreachable(at, `the SSH handshake failed: ${error.message}`, error));
    });
    client.on('close', () => {
      if (phase === 'ready') {
        onLost(
          transportError(
            'CONNECTION_LOST',
            `the connection to ${at} was lost${lastError === undefined ? '' : `: ${lastError.message}`}`,
            { cause: lastError, hint: 'A script that has started runs to its end on the target.' },
          ),
        );
      } else if (phase === 'auth')
        fail(authFailed(at, `the server closed the connection; ${auth.account()}`));
      else fail(unreachable(at, 'the connection was closed during the SSH handshake', lastError));
    });
    client.on('handshake', () => {
      if (phase !== 'handshake') return;
      phase = 'auth';
      deadline.clear();
      deadline = new PausableDeadline(AUTH_MS, onDeadline);
    });
    client.on('ready', () => {
      phase = 'ready';
      deadline.clear();
      if (stream instanceof Socket) stream.setNoDelay(true);
      heedTraffic(client, stream);
      resolve({ client, lost });
    });
    client.connect({
      sock: stream,
      username: request.auth.settings.user,
      readyTimeout: 0,
      keepaliveInterval: request.keepaliveMs,
      keepaliveCountMax: request.keepaliveCount,
      algorithms: { serverHostKey: preferredAlgorithms(entries) },
      hostVerifier: (key: Buffer, verify: (ok: boolean) => void) => {
        checkHostKey(request.hostKeys, key).then(
          () => verify(true),
          (error: unknown) => {
            refused ??= error instanceof Error ? error : new Error(messageOf(error));
            verify(false);
            fail(refused);
          },
        );
      },
      authHandler: auth.handler,
    });
    authenticateAtOnce(client);
    signAtOnce(client);
  });
}

/** Once a second at most: what arrives resets the keepalive, so that a busy slow line is not taken for a dead one. */
function heedTraffic(client: Client, stream: Duplex): void {
  let last = 0;
  stream.on('data', () => {
    const now = Date.now();
    if (now - last < 1000) return;
    last = now;
    peerLives(client);
  });
}

function authFailed(at: string, account: string): RtprovError {
  return transportError('AUTH_FAILED', `${at}: authentication failed: ${account}`, {
    hint: 'Check the user, the key (ansible_ssh_private_key_file, IdentityFile, ssh-add -l) or the password. sshd stops after 6 keys: set IdentitiesOnly when the agent holds many.',
  });
}
