/**
 * In what order a user proves who they are: the key file that inventory names, keys of the agent, further key files,
 * the password. Every way is tried once at most. `password` and `keyboard-interactive` are two ways to give the same password, which
 * a server counts twice (pam_faillock): the second is used only where the server does not take the first.
 */
import type { AnyAuthMethod, AuthenticationType, NextAuthHandler, ParsedKey } from 'ssh2';
import { type AgentKeys, readAgent, type Ssh2Library } from './agent.js';
import { type KeyTools, loadPrivateKey, publicHalf } from './private-key.js';
import type { SshSettings } from './config.js';

export interface AuthRequest {
  readonly settings: SshSettings;
  /** The inventory's own key file: offered first. */
  readonly privateKeyFile?: string | undefined;
  readonly password?: string | undefined;
  readonly askPassphrase?: ((file: string) => Promise<string | undefined>) | undefined;
}

/** A clock that pauses while a person types. */
interface Pausable {
  pause(): void;
  resume(): void;
}

interface Authenticator {
  /** For ssh2's `authHandler`. */
  readonly handler: (
    left: AuthenticationType[] | null,
    partial: boolean | null,
    next: NextAuthHandler,
  ) => void;
  /** What was tried and what was left out, for the error message. */
  readonly account: () => string;
}

/** ssh2 takes `false` for "no more"; its types do not say so. */
function giveUp(next: NextAuthHandler): void {
  (next as unknown as (none: false) => void)(false);
}

type Offer = () => Promise<AnyAuthMethod | undefined>;

export function authenticator(ssh2: Ssh2Library, request: AuthRequest, deadline: Pausable): Authenticator {
  const tried: string[] = [];
  const plan = offers(ssh2, request, tried, deadline);
  let allowed: readonly AuthenticationType[] | null = null;
  let passed = false;
  let asked = false;
  const permits = (type: string) =>
    allowed === null || allowed.includes((type === 'agent' ? 'publickey' : type) as AuthenticationType);
  const nextOffer = async (next: NextAuthHandler): Promise<void> => {
    for (;;) {
      const { value } = await plan.next();
      if (value === undefined) {
        giveUp(next);
        return;
      }
      if (!permits(value.kind)) continue;
      // It was refused: the server takes it and did not let it pass.
      if (value.kind === 'keyboard-interactive' && asked && permits('password') && !passed) continue;
      if (value.kind === 'password') asked = true;
      const method = await value.offer();
      if (method !== undefined) {
        next(method);
        return;
      }
    }
  };
  return {
    handler: (left, partial, next) => {
      allowed = left;
      passed = partial === true;
      nextOffer(next).catch(() => giveUp(next));
    },
    account: () => {
      const server =
        allowed === null ? '' : `; the server takes ${(allowed as readonly string[]).join(', ')}`;
      return (tried.length === 0 ? 'there was nothing to try' : `tried ${tried.join(', ')}`) + server;
    },
  };
}

async function* offers(
  ssh2: Ssh2Library,
  request: AuthRequest,
  tried: string[],
  deadline: Pausable,
): AsyncGenerator<{ readonly kind: string; readonly offer: Offer }, undefined> {
  const { settings, password } = request;
  const username = settings.user;
  if (settings.publicKeyAuth) yield* keyOffers(ssh2, request, tried, deadline);
  if (password === undefined) return;
  if (settings.passwordAuth) {
    yield {
      kind: 'password',
      offer: () => {
        tried.push('the password');
        return Promise.resolve({ type: 'password', username, password });
      },
    };
  }
  if (settings.keyboardAuth) {
    yield {
      kind: 'keyboard-interactive',
      offer: () => {
        tried.push('keyboard-interactive with the password');
        let asked = false;
        return Promise.resolve({
          type: 'keyboard-interactive',
          username,
          prompt: (_name, _instructions, _language, prompts, finish) => {
            // Only the first hidden prompt gets the password: a second is another question (a code), or a refusal.
            finish(
              prompts.map((prompt) => {
                if (asked || prompt.echo === true) return '';
                asked = true;
                return password;
              }),
            );
          },
        });
      },
    };
  }
}

async function* keyOffers(
  ssh2: Ssh2Library,
  request: AuthRequest,
  tried: string[],
  deadline: Pausable,
): AsyncGenerator<{ readonly kind: string; readonly offer: Offer }, undefined> {
  const { settings, privateKeyFile } = request;
  const username = settings.user;
  const tools: KeyTools = {
    parseKey: (data, passphrase) => {
      const parsed = ssh2.utils.parseKey(data, passphrase) as ParsedKey | Error | readonly [ParsedKey];
      return '0' in parsed ? parsed[0] : parsed;
    },
    ...(request.askPassphrase === undefined || settings.batchMode
      ? {}
      : { askPassphrase: whilePaused(request.askPassphrase, deadline) }),
  };
  const done = new Set<string>();
  const fileOffer = (file: string) => ({
    kind: 'publickey',
    offer: async (): Promise<AnyAuthMethod | undefined> => {
      const loaded = await loadPrivateKey(file, tools);
      if ('skipped' in loaded) {
        if (loaded.skipped !== 'not there' || file === privateKeyFile)
          tried.push(`${file} (${loaded.skipped})`);
        return undefined;
      }
      const text = loaded.key.getPublicSSH().toString('base64');
      if (done.has(text)) return undefined;
      done.add(text);
      tried.push(`the key ${file}`);
      return { type: 'publickey', username, key: loaded.key };
    },
  });
  const agent: AgentKeys | undefined = await readAgent(ssh2, settings.identityAgent);
  const agentOffer = (keys: readonly string[], name: string) => ({
    kind: 'agent',
    offer: (): Promise<AnyAuthMethod | undefined> => {
      const fresh = keys.filter((key) => agent?.keys.has(key) === true && !done.has(key));
      if (agent === undefined || fresh.length === 0) return Promise.resolve(undefined);
      for (const key of fresh) done.add(key);
      tried.push(name);
      return Promise.resolve({ type: 'agent', username, agent: agent.only(fresh) });
    },
  });
  const files = settings.identityFiles.filter((file) => file !== privateKeyFile);
  if (privateKeyFile !== undefined) {
    const half = await publicHalf(privateKeyFile);
    if (half !== undefined) yield agentOffer([half], `the key ${privateKeyFile} from the agent`);
    yield fileOffer(privateKeyFile);
  }
  if (agent !== undefined) {
    const halves = await Promise.all(files.map((file) => publicHalf(file)));
    const named = halves.filter((half) => half !== undefined);
    yield agentOffer(settings.identitiesOnly ? named : [...named, ...agent.keys], 'keys of the agent');
  }
  for (const file of files) yield fileOffer(file);
}

/** The deadline of authentication pauses while a person types. */
function whilePaused(
  ask: (file: string) => Promise<string | undefined>,
  deadline: Pausable,
): (file: string) => Promise<string | undefined> {
  return async (file) => {
    deadline.pause();
    try {
      return await ask(file);
    } finally {
      deadline.resume();
    }
  };
}
