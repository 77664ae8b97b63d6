import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finished } from './process.js';

function stanzas(file: string): readonly ReadonlyMap<string, string>[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n\n')
    .map((stanza) => {
      const fields = new Map<string, string>();
      for (const line of stanza.split('\n')) {
        const colon = line.indexOf(': ');
        if (colon > 0 && !line.startsWith(' ')) fields.set(line.slice(0, colon), line.slice(colon + 2));
      }
      return fields;
    });
}

/** 'name:arch' -> 'version, dpkg's status' and ' auto' when apt holds it for another's sake. */
export function readPackages(root: string): Record<string, string> {
  const auto = new Set(
    stanzas(join(root, 'var/lib/apt/extended_states'))
      .filter((fields) => fields.get('Auto-Installed') === '1')
      .map((fields) => fields.get('Package')),
  );
  const packages: Record<string, string> = {};
  for (const fields of stanzas(join(root, 'var/lib/dpkg/status'))) {
    const name = fields.get('Package');
    if (name === undefined) continue;
    packages[`${name}:${fields.get('Architecture') ?? ''}`] =
      `${fields.get('Version') ?? ''} ${fields.get('Status') ?? ''}${auto.has(name) ? ' auto' : ''}`;
  }
  return packages;
}

/** Units that come and go with logins and with systemd's own one-time work. */
const transient =
  /^(session-|user@|user-\d|user-runtime-dir@|run-|modprobe@|systemd-(tmpfiles-clean|update-utmp-runlevel|hostnamed|timedated|localed)\.)/;

export interface Live {
  readonly units: Record<string, string>;
  readonly sysctls: Record<string, string>;
}

/** What only the running host knows: units that are not inactive, and the sysctls that are its own. */
export async function readLive(
  inside: (argv: readonly string[]) => Promise<Finished>,
  listSysctls = "sysctl -a -r '^net\\.'",
): Promise<Live> {
  const script = `systemctl list-units --all --full --plain --no-legend --no-pager
echo ====
${listSysctls} 2>/dev/null
echo "==== $?"`;
  const { stdout } = await inside(['/bin/sh', '-c', script]);
  const [list = '', settings = ''] = stdout.split('\n====');
  const units: Record<string, string> = {};
  for (const line of list.split('\n')) {
    const [unit = '', , active = '', sub = ''] = line
      .trim()
      .replace(/^[●*] /, '')
      .split(/\s+/);
    if (active !== '' && active !== 'inactive' && !transient.test(unit)) units[unit] = `${active}/${sub}`;
  }
  const sysctls: Record<string, string> = {};
  for (const line of settings.split('\n')) {
    const equals = line.indexOf(' =');
    if (equals > 0) sysctls[line.slice(0, equals)] = line.slice(equals + 2).trim();
  }
  return { units, sysctls };
}
