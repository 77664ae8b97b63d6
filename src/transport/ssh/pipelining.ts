/**
 * Saves three network round trips that ssh2's public interface costs. All steps reach into ssh2 1.17, and all fall back to
 * the public way when its insides look different.
 */
import type { Client, ClientChannel, ParsedKey } from 'ssh2';

interface Insides {
  readonly _protocol?: {
    authPK?: (user: string, key: ParsedKey, algorithm?: string, sign?: SignCallback) => void;
    exec?: (id: number, command: string, wantReply: boolean) => void;
    service?: (name: string) => void;
    readonly _handlers?: {
      SERVICE_ACCEPT?: (protocol: unknown, name: string) => void;
      EXT_INFO?: (protocol: unknown, extensions: unknown) => void;
    };
  };
  readonly _chanMgr?: { readonly _channels?: Readonly<Record<string, unknown>> };
  readonly _resetKA?: () => void;
  /** The server's software, once it has said so. */
  readonly _remoteVer?: string;
}

type SignCallback = (data: Buffer, done: (signature: Buffer) => void) => void;

const inside = (client: Client) => client as unknown as Insides;

/**
 * Sends the signature with the first offer of a key whose private half is at hand, instead of first asking whether the
 * server would take it (RFC 4252, section 7: the asking is optional). Call it after `connect`.
 */
export function signAtOnce(client: Client): void {
  const protocol = inside(client)._protocol;
  const original = protocol?.authPK;
  if (protocol === undefined || original === undefined) return;
  protocol.authPK = (user, key, algorithm, sign) => {
    const canSign = sign === undefined && typeof key.isPrivateKey === 'function' && key.isPrivateKey();
    const direct: SignCallback = (data, done) => {
      const hash =
        algorithm === 'rsa-sha2-256' ? 'sha256' : algorithm === 'rsa-sha2-512' ? 'sha512' : undefined;
      const signature: unknown = hash === undefined ? key.sign(data) : key.sign(data, hash);
      if (Buffer.isBuffer(signature)) done(signature);
      else original.call(protocol, user, key, algorithm);
    };
    original.call(protocol, user, key, algorithm, canSign ? direct : sign);
  };
}

/**
 * Begins to authenticate right after the request for the authentication service, without waiting for the yes. OpenSSH takes
 * messages in order; other servers are not tried with it. It waits for the server's signature algorithms (RFC 8308), which
 * come with the key exchange and decide how an RSA key signs. Call it after `connect`.
 */
export function authenticateAtOnce(client: Client): void {
  const protocol = inside(client)._protocol;
  const { _handlers: handlers, service } = protocol ?? {};
  const { SERVICE_ACCEPT: accept, EXT_INFO: inform } = handlers ?? {};
  if (protocol === undefined || handlers === undefined || service === undefined) return;
  if (accept === undefined || inform === undefined) return;
  let asked = false;
  let informed = false;
  let begun = false;
  const begin = () => {
    if (begun || !asked || !informed) return;
    begun = true;
    accept(protocol, 'ssh-userauth');
  };
  protocol.service = (name) => {
    service.call(protocol, name);
    asked = name === 'ssh-userauth' && inside(client)._remoteVer?.startsWith('OpenSSH_') === true;
    begin();
  };
  handlers.EXT_INFO = (from, extensions) => {
    inform(from, extensions);
    informed = true;
    begin();
  };
  handlers.SERVICE_ACCEPT = (from, name) => {
    if (begun) return;
    begun = true;
    accept(from, name);
  };
}

/**
 * `exec`, but `onSent` is called with the channel as soon as the request is on its way, so that the program's input can follow
 * without waiting for the server's yes. `onDone` is called as `exec` calls back.
 */
export function execAtOnce(
  client: Client,
  command: string,
  onSent: (channel: ClientChannel) => void,
  onDone: (error: Error | undefined, channel: ClientChannel | undefined) => void,
): void {
  const { _protocol: protocol, _chanMgr: manager } = inside(client);
  const original = protocol?.exec;
  if (protocol !== undefined && original !== undefined && manager?._channels !== undefined) {
    const channels = manager._channels;
    protocol.exec = (id, text, wantReply) => {
      original.call(protocol, id, text, wantReply);
      if (text !== command) return;
      protocol.exec = original;
      const channel = Object.values(channels).find(
        (candidate): candidate is ClientChannel =>
          typeof candidate === 'object' &&
          candidate !== null &&
          (candidate as { outgoing?: { id?: number } }).outgoing?.id === id,
      );
      if (channel !== undefined) onSent(channel);
    };
  }
  client.exec(command, (error, channel) =>
    onDone(error ?? undefined, error === undefined ? channel : undefined),
  );
}

/** Shows ssh2's keepalive that the peer lives: whatever arrives is as good as an answer, as in OpenSSH. */
export function peerLives(client: Client): void {
  inside(client)._resetKA?.();
}
