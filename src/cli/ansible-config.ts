/**
 * `roles_path`, from the command line, the environment or Ansible's configuration file. Of that file nothing else is read:
 * how hosts are reached is the inventory's and the command line's to say.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { fileFault } from '../diagnostics/file-fault.js';
import { parseIni } from '../lookups/ini-text.js';
import { statIfVisible } from '../lookups/search.js';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  /** Ansible's last resort: `/etc/ansible/ansible.cfg`. */
  readonly system: string;
}

export interface AnsibleConfig {
  /** The file that was read, for `ansible_config_file`. */
  readonly file?: string;
  /** Where roles are looked for besides `roles/` beside the playbook; undefined: nobody says. */
  readonly rolesPath?: readonly string[];
  /** Set in the file and not read, which is reported where it makes a difference. */
  readonly inventory?: string;
  readonly remoteUser?: string;
}

export function surroundings(): Surroundings {
  return { env: process.env, cwd: process.cwd(), home: homedir(), system: '/etc/ansible/ansible.cfg' };
}

/** `option`: --roles-path, which wins over ANSIBLE_ROLES_PATH, which wins over the file. */
export function readAnsibleConfig(
  option: string | undefined,
  around: Surroundings,
  diagnostics: Diagnostics,
): AnsibleConfig {
  const file = findFile(around, diagnostics);
  const settings = file === undefined ? undefined : defaultsOf(file, diagnostics);
  const inFile = settings?.('roles_path');
  const inEnv = around.env['ANSIBLE_ROLES_PATH'];
  const rolesPath =
    option !== undefined
      ? split(option, around.cwd, around)
      : inEnv !== undefined && inEnv !== ''
        ? split(inEnv, around.cwd, around)
        : inFile === undefined
          ? undefined
          : split(inFile, dirname(file ?? ''), around);
  const inventory = settings?.('inventory');
  const remoteUser = settings?.('remote_user');
  return {
    ...(file === undefined ? {} : { file }),
    ...(rolesPath === undefined ? {} : { rolesPath }),
    ...(inventory === undefined ? {} : { inventory }),
    ...(remoteUser === undefined ? {} : { remoteUser }),
  };
}

/** The first that is there, as Ansible looks: ANSIBLE_CONFIG, the present folder, the home folder, the system's. */
function findFile({ env, cwd, home, system }: Surroundings, diagnostics: Diagnostics): string | undefined {
  const named = env['ANSIBLE_CONFIG'] ?? '';
  const places: string[] = [];
  if (named !== '') {
    const path = resolve(cwd, expanded(named, { env, home }));
    places.push(statIfVisible(path)?.isDirectory() === true ? join(path, 'ansible.cfg') : path);
  }
  const here = join(cwd, 'ansible.cfg');
  const isOpen = ((statIfVisible(cwd)?.mode ?? 0) & 0o002) !== 0;
  if (isOpen && statIfVisible(here) !== undefined && !places.includes(here)) {
    diagnostics.warning(
      'CONFIG_NOT_READ',
      'Configuration that anybody can write is not read',
      `The folder ${cwd} can be written by everybody, so ${here} may be somebody else's.`,
      undefined,
      'Remove the right of others to write (chmod o-w), or name the file with ANSIBLE_CONFIG.',
    );
  }
  if (!isOpen) places.push(here);
  places.push(join(home, '.ansible.cfg'), system);
  const found = places.find((path) => statIfVisible(path) !== undefined);
  if (found === undefined || statIfVisible(found)?.isFile() === true) return found;
  diagnostics.error(
    'CONFIG_UNREADABLE',
    "Ansible's configuration cannot be read",
    `${found} is not a regular file.`,
    { file: found, line: 1, column: 1 },
    'Correct the file, or name another one with ANSIBLE_CONFIG.',
  );
  return undefined;
}

/** Reads the section `defaults`: gives a setting by its name, undefined when it is not there or empty. */
function defaultsOf(file: string, diagnostics: Diagnostics): (name: string) => string | undefined {
  try {
    const text = readFileSync(file, 'utf8').replace(/[ \t];.*$/gm, '');
    const { sections } = parseIni(text, { file, allowNoValue: true, caseSensitive: false });
    const defaults = sections.get('defaults');
    return (name) => defaults?.get(name) || undefined;
  } catch (error) {
    diagnostics.error(
      'CONFIG_UNREADABLE',
      "Ansible's configuration cannot be read",
      `${fileFault(error, file)}.`,
      { file, line: 1, column: 1 },
      'Correct the file, or name another one with ANSIBLE_CONFIG.',
    );
    return () => undefined;
  }
}

function split(value: string, base: string, { env, home, cwd }: Surroundings): readonly string[] {
  return value
    .split(/[:\n]/)
    .map((part) => expanded(part.trim().replaceAll('{{CWD}}', cwd), { env, home }))
    .filter((part) => part !== '')
    .map((part) => (isAbsolute(part) ? part : resolve(base, part)));
}

/** `~`, `$NAME` and `${NAME}`. */
function expanded(path: string, { env, home }: Pick<Surroundings, 'env' | 'home'>): string {
  const named = path.replace(/\$(?:(\w+)|\{(\w+)\})/g, (all: string, plain?: string, braced?: string) => {
    return env[plain ?? braced ?? ''] ?? all;
  });
  return named === '~' || named.startsWith('~/') ? join(home, named.slice(1)) : named;
}
