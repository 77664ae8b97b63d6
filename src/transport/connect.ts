/** The way into the transport layer. */
import { LocalConnection } from './local.js';
import { SshConnection } from './ssh/connection.js';
import type { ConnectOptions, Connection } from './types.js';

/**
 * Gives a connection to a host without connecting yet: that happens with the first session or script. ssh2 is loaded
 * only then.
 */
export function connect(options: ConnectOptions): Connection {
  return options.connection === 'local' ? new LocalConnection(options) : new SshConnection(options);
}
