/**
 * What OpenSSH's client would do for a host: `ssh -G`, or, when no configuration file says anything, its defaults
 * without the process (20 to 40 ms each). Answers are kept for the life of the process.
 */
import { execFile } from 'node:child_process';
import { homedir, userInfo } from 'node:os';
import pLimit from 'p-limit';
import { messageOf, transportError } from '../errors.js';
import { hasOnlyDefaults } from './config-files.js';
import { expandPath, type TokenValues } from './tokens.js';

export interface SshSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** A socket, or `none`. */
  readonly identityAgent: string;
  readonly proxyJump?: string;
  readonly proxyCommand?: string;
  readonly hostKeyAlias?: string;
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  readonly hashKnownHosts: boolean;
  readonly acceptNew: boolean;
  readonly connectTimeoutMs?: number;
  readonly connectionAttempts: number;
  readonly keepaliveMs?: number;
  readonly keepaliveCount: number;
  readonly family: 0 | 4 | 6;
  readonly publicKeyAuth: boolean;
  readonly passwordAuth: boolean;
  readonly keyboardAuth: boolean;
  readonly batchMode: boolean;
}

interface SshConfigRequest {
  readonly host: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** Words as `parseSshArgs` gives them. */
  readonly args: readonly string[];
  readonly configFile?: string | undefined;
}

const answers = new Map<string, Promise<SshSettings>>();
/** So many processes of ssh at a time. */
const inTurn = pLimit(4);

export function sshSettings(request: SshConfigRequest): Promise<SshSettings> {
  const key = JSON.stringify([request.host, request.port, request.user, request.args, request.configFile]);
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = resolveSettings(request);
    answers.set(key, answer);
    answer.catch(() => answers.delete(key));
  }
  return answer;
}

async function resolveSettings(request: SshConfigRequest): Promise<SshSettings> {
  if (request.args.length === 0) {
    const defaults = await hasOnlyDefaults(request.configFile);
    if (defaults !== undefined) return settingsFrom(defaultLines(request, defaults.hashKnownHosts), request);
  }
  return settingsFrom(await inTurn(() => askSsh(request)), request);
}

async function askSsh(request: SshConfigRequest): Promise<string> {
  try {
    const { args, configFile, port, user } = request;
    const words = [
      '-G',
      // The first value that OpenSSH meets for an option wins.
      ...(port === undefined ? [] : ['-p', String(port)]),
      ...(user === undefined ? [] : ['-l', user]),
      ...(configFile === undefined || args.includes('-F') ? [] : ['-F', configFile]),
      ...args,
      '--',
      request.host,
    ];
    return await new Promise((resolve, reject) => {
      const child = execFile(
        'ssh',
        words,
        { timeout: 10_000, maxBuffer: 4 * 1024 * 1024 },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(stderr.trim() || messageOf(error), { cause: error }));
        },
      );
      child.stdin?.end();
    });
  } catch (cause) {
    throw transportError('SSH_CONFIG', `ssh -G ${request.host} failed: ${messageOf(cause)}`, {
      cause,
      hint: "Correct OpenSSH's configuration or the ssh arguments; install openssh-client where it is missing.",
    });
  }
}

/** ssh_config(5)'s defaults, in the form of `ssh -G`. */
function defaultLines(request: SshConfigRequest, hashKnownHosts: boolean): string {
  const home = userInfo().homedir || homedir();
  const identities = ['rsa', 'ecdsa', 'ecdsa_sk', 'ed25519', 'ed25519_sk', 'xmss', 'dsa'];
  return [
    `user ${request.user ?? userInfo().username}`,
    `hostname ${request.host.toLowerCase()}`,
    `port ${request.port ?? 22}`,
    ...identities.map((name) => `identityfile ${home}/.ssh/id_${name}`),
    `userknownhostsfile ${home}/.ssh/known_hosts ${home}/.ssh/known_hosts2`,
    'globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2',
    `hashknownhosts ${hashKnownHosts ? 'yes' : 'no'}`,
  ].join('\n');
}

/** Reads what `ssh -G` prints: a lower-case name and its value on each line. */
export function settingsFrom(text: string, request: Pick<SshConfigRequest, 'host'>): SshSettings {
  const lines = text.split('\n').map((line) => /^(\S+) (.*)$/.exec(line));
  const all = (name: string) => lines.filter((line) => line?.[1] === name).map((line) => line?.[2] ?? '');
  const one = (name: string) => {
    const [value] = all(name);
    return value === undefined || value === 'none' ? undefined : value;
  };
  const yes = (name: string, fallback: boolean) => {
    const value = one(name);
    return value === undefined ? fallback : value === 'yes' || value === 'true';
  };
  const seconds = (name: string) => {
    const value = Number(one(name) ?? 0);
    return value > 0 ? value * 1000 : undefined;
  };
  const preferred = one('preferredauthentications')?.split(',');
  const isPreferred = (way: string): boolean => preferred?.includes(way) ?? true;
  const host = one('hostname') ?? request.host;
  const values: TokenValues = {
    originalHost: request.host,
    host,
    port: Number(one('port') ?? 22),
    user: one('user') ?? userInfo().username,
    hostKeyAlias: one('hostkeyalias'),
    proxyJump: one('proxyjump'),
  };
  const files = (name: string) =>
    (one(name) ?? '')
      .split(' ')
      .filter((file) => file !== '')
      .map((file) => expandPath(file, values));
  const agent = all('identityagent')[0] ?? 'SSH_AUTH_SOCK';
  const family = one('addressfamily');
  const optional = <K extends string, V>(name: K, value: V | undefined) =>
    (value === undefined ? {} : { [name]: value }) as Partial<Record<K, V>>;
  const command = one('proxycommand');
  return {
    host,
    port: values.port,
    user: values.user,
    identityFiles: all('identityfile')
      .filter((file) => file !== 'none')
      .map((file) => expandPath(file, values)),
    identitiesOnly: yes('identitiesonly', false),
    identityAgent: agentSocket(agent, values),
    ...optional('proxyJump', values.proxyJump),
    ...optional('proxyCommand', command),
    ...optional('hostKeyAlias', values.hostKeyAlias),
    userKnownHostsFiles: files('userknownhostsfile'),
    globalKnownHostsFiles: files('globalknownhostsfile'),
    hashKnownHosts: yes('hashknownhosts', false),
    acceptNew: one('stricthostkeychecking') === 'accept-new',
    ...optional('connectTimeoutMs', seconds('connecttimeout')),
    connectionAttempts: Number(one('connectionattempts') ?? 1),
    ...optional('keepaliveMs', seconds('serveraliveinterval')),
    keepaliveCount: Number(one('serveralivecountmax') ?? 3),
    family: family === 'inet' ? 4 : family === 'inet6' ? 6 : 0,
    publicKeyAuth:
      isPreferred('publickey') &&
      (yes('pubkeyauthentication', true) || one('pubkeyauthentication') === 'unbound'),
    passwordAuth: isPreferred('password') && yes('passwordauthentication', true),
    keyboardAuth: isPreferred('keyboard-interactive') && yes('kbdinteractiveauthentication', true),
    batchMode: yes('batchmode', false),
  };
}

function agentSocket(agent: string, values: TokenValues): string {
  if (agent === 'none') return 'none';
  if (agent === 'SSH_AUTH_SOCK') return process.env['SSH_AUTH_SOCK'] ?? 'none';
  if (agent.startsWith('$') && !agent.startsWith('${')) return process.env[agent.slice(1)] ?? 'none';
  return expandPath(agent, values);
}
