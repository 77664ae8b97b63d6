/** The shells of one connection, one a user: opened when needed, few at a time, re-made after they died. */
import type { Readable } from 'node:stream';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { quietSleep, stallMs } from '../deadline.js';
import { transportError } from '../errors.js';
import { download } from '../download.js';
import { whereabouts } from './exchanges.js';
import type { Spawn } from './launch.js';
import { LiveShell } from './live-shell.js';
import { Session } from './session.js';
import { Slots } from '../slots.js';
import { traced, type Trace } from '../trace.js';
import type { BecomeOptions, RunOptions, ScriptResult, ShellSession } from '../types.js';
import type { Shell } from '../../shell/shell.js';

interface PoolHost {
  /** `host:port as user`, for messages. */
  readonly at: string;
  readonly shell: string;
  /** Who one is without becoming anyone. */
  loginUser(): Promise<string>;
  readonly spawn: Spawn;
  readonly maxOutputBytes?: number | undefined;
  readonly readTimeoutMs?: number | undefined;
  readonly trace?: Trace | undefined;
}

/** sshd allows ten (MaxSessions): four shells, two downloads, the rest for slots that are not free yet. */
const MAX_SHELLS = 4;
const MAX_DOWNLOADS = 2;
const START_MS = 30_000;
/** Of each output of a command. */
const MAX_OUTPUT = 32 * 1024 * 1024;
const READ_MS = 300_000;
/** How often it is looked whether a shell is idle. */
const BUSY_MS = 50;

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
  private startFilesRead = false;
  /** How many shells may be open; fewer where sshd refuses more. */
  private most = MAX_SHELLS;

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
    for (const { session } of this.places.values()) void session.close();
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
    const become = key === '' ? undefined : key;
    const where = () => whereabouts({ at: host.at, become });
    const spawn: Spawn = (command) =>
      traced(
        host.trace,
        () => ({ ...where(), operation: 'channel', command }),
        () => host.spawn(command),
        () => ({}),
      );
    const request = (become: BecomeOptions | undefined) => ({
      spawn,
      shell: host.shell,
      at: host.at,
      deadlineMs: START_MS,
      waits: this.startFilesRead,
      ...(become === undefined ? {} : { become }),
    });
    const checkOpen = () => {
      if (this.isClosed)
        throw transportError('CONNECTION_LOST', `the connection to ${host.at} was closed by rtprov itself`);
    };
    return new Session({
      become,
      trace: host.trace,
      maxOutputBytes: host.maxOutputBytes ?? MAX_OUTPUT,
      readTimeoutMs: host.readTimeoutMs ?? READ_MS,
      get at() {
        return host.at;
      },
      openShell: async () => {
        await this.makeRoom(key);
        return await this.inRoom(key, async () => {
          checkOpen();
          this.shellStarts += 1;
          return await LiveShell.start(request(this.places.get(key)?.become));
        });
      },
      openDownload: async (path: string): Promise<Readable> => {
        checkOpen();
        const release = await this.downloads.take();
        try {
          return await this.inRoom(undefined, () =>
            traced(
              host.trace,
              () => ({ ...where(), operation: 'download', path }),
              () =>
                download(
                  request(this.places.get(key)?.become),
                  path,
                  release,
                  stallMs(host.readTimeoutMs ?? READ_MS),
                ),
              () => ({}),
            ),
          );
        } catch (error) {
          release();
          throw error;
        }
      },
      countRoundTrip: () => (this.roundTrips += 1),
      heedStartFiles: () => {
        const fresh = !this.startFilesRead;
        this.startFilesRead = true;
        return fresh;
      },
    });
  }

  /** Closes the least recently used idle shell when there are too many; waits for one when sshd allows no more. */
  private async makeRoom(key: string | undefined): Promise<void> {
    for (;;) {
      const open = [...this.places].filter(([name, { session }]) => name !== key && session.isOpen);
      if (open.length < this.most) return;
      const idle = open.find(([, { session }]) => !session.isBusy)?.[1].session;
      if (idle !== undefined) {
        await idle.giveWay();
        return;
      }
      if (this.most === MAX_SHELLS) return;
      await quietSleep(BUSY_MS);
    }
  }

  /** Opens a channel; where sshd allows no further one (MaxSessions), a shell that is idle gives up its own. */
  private async inRoom<T>(key: string | undefined, open: () => Promise<T>): Promise<T> {
    try {
      return await open();
    } catch (error) {
      const others = [...this.places].filter(([name, { session }]) => name !== key && session.isOpen).length;
      if (!(error instanceof RtprovError) || error.code !== 'CHANNEL_FAILED' || others === 0) throw error;
      this.most = others;
      await this.makeRoom(key);
      return await open();
    }
  }
}
