/** How to reach a host and become another user there, from its (already templated) variables. */

import type { Diagnostics, SourceRange } from '../diagnostics/diagnostic.js';
import { nearest } from '../diagnostics/nearest.js';
import { BECOME_METHODS, CONNECTIONS } from '../values/connections.js';
import { isUnknown, type Value } from '../values/value.js';

export interface ConnectionSettings {
  readonly connection: 'ssh' | 'local';
  /** `ansible_host`, else the host's name. */
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly privateKeyFile?: string;
  readonly sshArgs?: string;
  readonly sshCommonArgs?: string;
  readonly sshExtraArgs?: string;
  readonly timeoutSeconds?: number;
  /** Bytes of each output of a command that are kept. */
  readonly maxOutput?: number;
  readonly readTimeoutSeconds?: number;
  readonly hostKeyChecking?: boolean;
  /** Undefined when no variable says so: then the play or the task decides. */
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly becomeMethod?: string;
  readonly becomePassword?: string;
  readonly becomeFlags?: string;
}

/** Where a host is, by which records distinguish two machines with the same name. */
export function placeOf({ connection, address, port }: ConnectionSettings): string {
  return connection === 'local' ? 'local' : `${address}:${port ?? 22}`;
}

/** The variables that make each setting; when several are set, the last of them counts, as in Ansible. */
const VARIABLES = {
  connection: ['ansible_connection'],
  address: ['ansible_host', 'ansible_ssh_host'],
  port: ['ansible_port', 'ansible_ssh_port'],
  user: ['ansible_user', 'ansible_ssh_user'],
  password: ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'],
  privateKeyFile: ['ansible_private_key_file', 'ansible_ssh_private_key_file'],
  sshArgs: ['ansible_ssh_args'],
  sshCommonArgs: ['ansible_ssh_common_args'],
  sshExtraArgs: ['ansible_ssh_extra_args'],
  timeoutSeconds: ['ansible_timeout', 'ansible_ssh_timeout'],
  maxOutput: ['rtprov_max_output'],
  readTimeoutSeconds: ['rtprov_read_timeout'],
  hostKeyChecking: ['ansible_host_key_checking', 'ansible_ssh_host_key_checking'],
  become: ['ansible_become'],
  becomeUser: ['ansible_become_user', 'ansible_sudo_user'],
  becomeMethod: ['ansible_become_method'],
  becomePassword: ['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass'],
  becomeFlags: ['ansible_become_flags', 'ansible_sudo_flags'],
} as const satisfies Readonly<Record<keyof ConnectionSettings, readonly string[]>>;

/** Variables whose values are secrets. */
export const secretVariables: readonly string[] = [...VARIABLES.password, ...VARIABLES.becomePassword];

interface Source {
  lookup(name: string): { readonly value: Value; readonly origin?: SourceRange | undefined } | undefined;
}

class SettingsReader {
  constructor(
    private readonly host: string,
    private readonly source: Source,
    private readonly diagnostics: Diagnostics,
  ) {}

  private raw(
    setting: keyof ConnectionSettings,
  ): { name: string; value: Value; origin?: SourceRange } | undefined {
    for (const name of VARIABLES[setting].toReversed()) {
      const found = this.source.lookup(name);
      if (found === undefined || found.value === null || found.value === '') continue;
      return { name, value: found.value, ...(found.origin === undefined ? {} : { origin: found.origin }) };
    }
    return undefined;
  }

  private bad(
    found: { name: string; value: Value; origin?: SourceRange },
    wanted: string,
    hint: string,
  ): void {
    // A secret is never shown, not even a wrong one.
    const shown = /pass/.test(found.name) ? 'its value' : JSON.stringify(found.value);
    this.diagnostics.error(
      'CONNECTION_VARIABLE',
      'Bad connection variable',
      `${found.name} of the host ${this.host} has to be ${wanted}, and ${shown} is not.`,
      found.origin,
      hint,
    );
  }

  text(setting: keyof ConnectionSettings): string | undefined {
    return this.textOf(this.raw(setting));
  }

  private textOf(found: ReturnType<SettingsReader['raw']>): string | undefined {
    if (found === undefined) return undefined;
    if (typeof found.value === 'string') return found.value;
    if (typeof found.value === 'number') return String(found.value);
    this.bad(found, 'a text', isUnknown(found.value) ? found.value.reason : 'Write one value in quotes.');
    return undefined;
  }

  /** A text that ssh could take for something else, or that is in no name, is refused. */
  name(setting: 'address' | 'user' | 'becomeUser'): string | undefined {
    const found = this.raw(setting);
    const text = this.textOf(found);
    if (text === undefined || found === undefined || !/^-|[\s\p{Cc}]/u.test(text)) return text;
    this.bad(found, 'a name without spaces that does not begin with a dash', 'Correct the name.');
    return undefined;
  }

  number(setting: keyof ConnectionSettings, most: number): number | undefined {
    const found = this.raw(setting);
    if (found === undefined) return undefined;
    const value = typeof found.value === 'string' ? Number(found.value) : found.value;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value;
    this.bad(found, `a whole number from 1 to ${most}`, 'Correct the number.');
    return undefined;
  }

  flag(setting: keyof ConnectionSettings): boolean | undefined {
    const found = this.raw(setting);
    if (found === undefined) return undefined;
    const text = typeof found.value === 'object' ? '' : String(found.value).toLowerCase();
    if (/^(?:true|yes|on|1|y|t)$/.test(text)) return true;
    if (/^(?:false|no|off|0|n|f)$/.test(text)) return false;
    this.bad(found, 'yes or no', 'Write true or false.');
    return undefined;
  }

  becomeMethod(): string | undefined {
    const found = this.raw('becomeMethod');
    const method = this.textOf(found);
    if (method === undefined || found === undefined || BECOME_METHODS.has(method)) return method;
    this.bad(found, 'sudo, the only way to become another user', 'Remove the variable: sudo is the default.');
    return undefined;
  }

  connection(): 'ssh' | 'local' {
    const found = this.raw('connection');
    if (found === undefined) return 'ssh';
    const known = typeof found.value === 'string' ? CONNECTIONS[found.value] : undefined;
    if (known !== undefined) return known;
    const meant = typeof found.value === 'string' ? nearest(found.value, ['ssh', 'local']) : undefined;
    this.bad(found, 'ssh or local', meant === undefined ? 'Write ssh or local.' : `Did you mean "${meant}"?`);
    return 'ssh';
  }
}

/** Leaves out what is undefined, so that `??` and spreads work on the result. */
function present<T extends object>(parts: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as T;
}

/** The connection settings of a host; wrong values are reported, each at its definition. */
export function connectionSettings(
  host: string,
  source: Source,
  diagnostics: Diagnostics,
): ConnectionSettings {
  const read = new SettingsReader(host, source, diagnostics);
  return present<ConnectionSettings>({
    connection: read.connection(),
    address: read.name('address') ?? host,
    port: read.number('port', 65535),
    user: read.name('user'),
    password: read.text('password'),
    privateKeyFile: read.text('privateKeyFile'),
    sshArgs: read.text('sshArgs'),
    sshCommonArgs: read.text('sshCommonArgs'),
    sshExtraArgs: read.text('sshExtraArgs'),
    timeoutSeconds: read.number('timeoutSeconds', 86400),
    maxOutput: read.number('maxOutput', 256 * 1024 * 1024),
    readTimeoutSeconds: read.number('readTimeoutSeconds', 86400),
    hostKeyChecking: read.flag('hostKeyChecking'),
    become: read.flag('become'),
    becomeUser: read.name('becomeUser'),
    becomeMethod: read.becomeMethod(),
    becomePassword: read.text('becomePassword'),
    becomeFlags: read.text('becomeFlags'),
  });
}
