/** The shells of one connection, one a user: opened when needed, few at a time, re-made after they died. */
import type { Readable } from 'node:stream';
import { transportError } from './errors.js';
import { download } from './download.js';
import type { Spawn } from './launch.js';
import { LiveShell } from './live-shell.js';
import { Session } from './session.js';
import { Slots } from './slots.js';
import type { BecomeOptions, RunOptions, ScriptResult, ShellSession } from './types.js';
import type { Shell } from '../shell/shell.js';

interface PoolHost {
  /** `host:port as user`, for messages. */
  readonly at: string;
  readonly shell: string;
  /** Who one is without becoming anyone. */
  loginUser(): Promise<string>;
  readonly spawn: Spawn;
}

/** sshd allows ten (MaxSessions): four shells, two downloads, the rest for slots that are not free yet. */
const MAX_SHELLS = 4;
const MAX_DOWNLOADS = 2;
const START_MS = 30_000;

interface Place {
  readonly session: Session;
  become: BecomeOptions | undefined;
}

export class SessionPool {
  /** By user, the least recently used first. */
  private readonly places = new Map<string, Place>();
  private readonly downloads = new Slots(MAX_DOWNLOADS);
  roundTrips = 0;
  shellStarts = 0;
  private isClosed = false;

  constructor(private readonly host: PoolHost) {}

  async session(become?: BecomeOptions): Promise<ShellSession> {
    return await (await this.place(become)).opened();
  }

  async run(
    script: Shell,
    options: RunOptions & { readonly become?: BecomeOptions } = {},
  ): Promise<ScriptResult> {
    return await (await this.place(options.become)).run(script, options);
  }

  /** Ends all shells; sessions stay good and open new ones. */
  closeShells(): void {
    for (const { session } of this.places.values()) session.close();
  }

  close(): void {
    this.isClosed = true;
    this.closeShells();
  }

  private async place(become: BecomeOptions | undefined): Promise<Session> {
    const login = await this.host.loginUser();
    const wanted = become === undefined || become.user === login ? undefined : become;
    const key = wanted?.user ?? '';
    let place = this.places.get(key);
    if (place === undefined) {
      place = { session: this.newSession(key), become: wanted };
    } else {
      place.become = wanted;
      this.places.delete(key);
    }
    this.places.set(key, place);
    return place.session;
  }

  private newSession(key: string): Session {
    const { host } = this;
    const request = (become: BecomeOptions | undefined) => ({
      spawn: host.spawn,
      shell: host.shell,
      at: host.at,
      deadlineMs: START_MS,
      ...(become === undefined ? {} : { become }),
    });
    const checkOpen = () => {
      if (this.isClosed)
        throw transportError('CONNECTION_LOST', `the connection to ${host.at} was closed by rtprov itself`);
    };
    return new Session({
      get at() {
        return host.at;
      },
      openShell: async () => {
        checkOpen();
        this.makeRoom(key);
        this.shellStarts += 1;
        return await LiveShell.start(request(this.places.get(key)?.become));
      },
      openDownload: async (path: string): Promise<Readable> => {
        checkOpen();
        const release = await this.downloads.take();
        try {
          return await download(request(this.places.get(key)?.become), path, release);
        } catch (error) {
          release();
          throw error;
        }
      },
      countRoundTrip: () => (this.roundTrips += 1),
    });
  }

  /** Closes the least recently used idle shell when there are too many. */
  private makeRoom(key: string): void {
    const open = [...this.places].filter(([name, { session }]) => name !== key && session.isOpen);
    if (open.length < MAX_SHELLS) return;
    open.find(([, { session }]) => !session.isBusy)?.[1].session.close();
  }
}
