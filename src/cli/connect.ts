/** Connections as the command line and a host's variables describe them. */
import { connect as openConnection } from '../transport/connect.js';
import type { Connection } from '../transport/types.js';
import type { ConnectionSettings } from '../inventory/connection.js';
import type { ConnectionOptions } from './options.js';
import { commandSecrets } from './command-secrets.js';
import type { TerminalPrompter } from './prompter.js';
import { traceOf } from './trace.js';

export interface Passwords {
  readonly login?: string;
  readonly become?: string;
}

/** Throws RtprovError BAD_OPTION when the file of --trace cannot be written. Nothing is contacted yet. */
export function connector(
  options: ConnectionOptions,
  passwords: Passwords,
  prompter: TerminalPrompter | undefined,
) {
  const trace = traceOf(options);
  return (name: string, settings: ConnectionSettings): Promise<Connection> => {
    for (const secret of [settings.password, settings.becomePassword])
      if (secret !== undefined) commandSecrets.add(secret);
    const user = settings.user ?? options.user;
    const privateKeyFile = settings.privateKeyFile ?? options.privateKey;
    const password = settings.password ?? passwords.login;
    const args = [settings.sshArgs, options.sshCommonArgs, settings.sshCommonArgs, settings.sshExtraArgs]
      .filter((text) => text !== undefined && text !== '')
      .join(' ');
    const timeout = settings.timeoutSeconds ?? options.timeout;
    return Promise.resolve(
      openConnection({
        hostName: name,
        // A name that no variable turns into an address is looked up in OpenSSH's configuration.
        ...(settings.address === name ? {} : { address: settings.address }),
        connection: settings.connection,
        hostKeyChecking: options.acceptNew ? 'accept-new' : 'strict',
        ...(settings.port === undefined ? {} : { port: settings.port }),
        ...(user === undefined ? {} : { user }),
        ...(privateKeyFile === undefined ? {} : { privateKeyFile }),
        ...(password === undefined ? {} : { password }),
        ...(args === '' ? {} : { sshCommonArgs: args }),
        ...(settings.maxOutput === undefined ? {} : { maxOutputBytes: settings.maxOutput }),
        ...(settings.readTimeoutSeconds === undefined
          ? {}
          : { readTimeoutMs: settings.readTimeoutSeconds * 1000 }),
        ...(trace === undefined ? {} : { trace: trace.of(name) }),
        ...(timeout === undefined ? {} : { connectTimeoutMs: timeout * 1000 }),
        ...(prompter === undefined
          ? {}
          : { askPassphrase: (file: string) => prompter.ask(`Passphrase of ${file}`, { echo: false }) }),
      }),
    );
  };
}
