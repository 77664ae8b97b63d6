/**
 * Whether OpenSSH's configuration files say anything at all. Most machines have only Debian's stock ssh_config, and
 * then `ssh -G` for each of many hosts would only cost time. Any line that is not in the list below means: ask ssh.
 */
import { readdir, readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Lines of the stock files, lower case. The GSSAPI ones change nothing here: rtprov does not speak GSSAPI. */
const STOCK = [
  /^host \*$/,
  /^include \/etc\/ssh\/ssh_config\.d\/\*\.conf$/,
  /^sendenv lang lc_\*$/,
  /^hashknownhosts (yes|no)$/,
  /^gssapi(authentication|delegatecredentials) (yes|no)$/,
];

const answers = new Map<string, Promise<{ readonly hashKnownHosts: boolean } | undefined>>();

/** Gives what the stock files set, or undefined when some file says more. `-F FILE` stands for all of them, as in ssh. */
export function hasOnlyDefaults(
  configFile?: string,
): Promise<{ readonly hashKnownHosts: boolean } | undefined> {
  const key = configFile ?? '';
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = inspect(configFile);
    answers.set(key, answer);
  }
  return answer;
}

async function inspect(configFile?: string): Promise<{ readonly hashKnownHosts: boolean } | undefined> {
  const directory = '/etc/ssh/ssh_config.d';
  const extra = configFile === undefined ? await readdir(directory).catch(() => []) : [];
  const files =
    configFile === undefined
      ? [
          join(userInfo().homedir || homedir(), '.ssh/config'),
          '/etc/ssh/ssh_config',
          ...extra.filter((name) => name.endsWith('.conf')).map((name) => join(directory, name)),
        ]
      : configFile === 'none'
        ? []
        : [configFile];
  let hashKnownHosts = false;
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      // A file named by the user that is not there is ssh's to complain about.
      return (error as NodeJS.ErrnoException).code === 'ENOENT' && file !== configFile ? '' : undefined;
    });
    if (text === undefined) return undefined;
    for (const raw of text.split('\n')) {
      const line = raw.trim().replace(/\s+/g, ' ').toLowerCase();
      if (line === '' || line.startsWith('#')) continue;
      if (!STOCK.some((pattern) => pattern.test(line))) return undefined;
      if (line === 'hashknownhosts yes') hashKnownHosts = true;
    }
  }
  return { hashKnownHosts };
}
