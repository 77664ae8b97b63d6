/** The user's ssh-agent: which of its keys to offer, in OpenSSH's order. */
import type * as Ssh2 from 'ssh2';
import type { ParsedKey } from 'ssh2';

/** What is used of ssh2 here and in auth.ts; the module itself is loaded late. */
export type Ssh2Library = Pick<typeof Ssh2, 'OpenSSHAgent' | 'BaseAgent' | 'utils'>;

export interface AgentKeys {
  /** Base64 of the public keys' wire format. */
  readonly keys: ReadonlySet<string>;
  /** An ssh2 agent that offers only `wanted`, in that order, and signs with the real one. */
  only(wanted: readonly string[]): Ssh2.BaseAgent;
}

const ANSWER_MS = 5000;

/** Asks the agent for its keys; undefined when there is no agent or it does not answer. */
export async function readAgent(ssh2: Ssh2Library, socket: string): Promise<AgentKeys | undefined> {
  if (socket === 'none' || socket === '') return undefined;
  const agent = new ssh2.OpenSSHAgent(socket);
  const list = await new Promise<ParsedKey[]>((resolve) => {
    const timer = setTimeout(() => resolve([]), ANSWER_MS);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      resolve(error == null && keys !== undefined ? (keys as ParsedKey[]) : []);
    });
  });
  if (list.length === 0) return undefined;
  const byText = new Map(list.map((key) => [key.getPublicSSH().toString('base64'), key]));
  class Selected extends ssh2.BaseAgent<ParsedKey> {
    constructor(private readonly wanted: readonly string[]) {
      super();
    }
    override getIdentities(cb: Parameters<typeof agent.getIdentities>[0]): void {
      cb(
        undefined,
        this.wanted.map((text) => byText.get(text)).filter((key) => key !== undefined),
      );
    }
    override sign(...args: unknown[]): void {
      (agent.sign as (...all: unknown[]) => void)(...args);
    }
  }
  return { keys: new Set(byText.keys()), only: (wanted) => new Selected(wanted) };
}
