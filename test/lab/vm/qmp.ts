import { connect } from 'node:net';
import { waitFor } from '../process.js';

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly QMP?: unknown;
}

/**
 * Sends one command to a QEMU's monitor (QMP) and returns its answer. Each call is a connection of its own, so that none
 * is left open in a process that may be killed; QEMU serves them one after the other.
 */
export function qmp(socketPath: string, command: string, args: object = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Error(`${command}: ${why}`));
    };
    const requests = [{ execute: 'qmp_capabilities' }, { execute: command, arguments: args }];
    let sent = 0;
    let pending = '';
    socket.setTimeout(60_000, () => fail('the monitor does not answer'));
    socket.on('error', (error) => fail(error.message));
    socket.on('close', () => fail('the monitor hung up'));
    socket.on('data', (data) => {
      const lines = (pending + data.toString()).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) {
        const reply = JSON.parse(line) as Reply;
        if (reply.error !== undefined) {
          fail(reply.error.desc);
          return;
        }
        // Everything but the greeting and answers is an event.
        if (reply.QMP === undefined && reply.return === undefined) continue;
        if (sent < requests.length) socket.write(`${JSON.stringify(requests[sent++])}\n`);
        else {
          resolve(reply.return);
          socket.destroy();
          return;
        }
      }
    });
  });
}

export async function queryStatus(socketPath: string): Promise<string> {
  const answer = (await qmp(socketPath, 'query-status')) as { status?: string };
  return answer.status ?? '';
}

/** Writes the whole machine's state into a file. The machine has to be stopped, and cannot go on afterwards. */
export async function migrateToFile(socketPath: string, file: string): Promise<void> {
  await qmp(socketPath, 'migrate-set-parameters', { 'max-bandwidth': 8 * 1024 ** 3 });
  await qmp(socketPath, 'migrate', { uri: `exec:cat > '${file}'` });
  await waitFor('saving the machine', 120_000, async () => {
    const { status } = (await qmp(socketPath, 'query-migrate')) as { status?: string };
    if (status === 'failed') throw new Error('QEMU could not save the machine');
    return status === 'completed' ? true : undefined;
  });
}
