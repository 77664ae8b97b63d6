import type { Socket } from 'node:net';

/** How much may be on its way in one direction before the sender is made to wait, in bytes: a long, wide line. */
const capacity = 4 * 1024 * 1024;

interface Chunk {
  readonly data: Buffer | 'end';
  readonly due: number;
}

export interface DelayLine {
  /** Called when the line was stalled or freed, or its far end was connected. */
  readonly pump: () => void;
  readonly close: () => void;
}

/**
 * Carries what `from` sends to `to`, each chunk after `delayMs()`, in order. While `isOpen()` is false nothing moves: it
 * is neither delivered nor read, so the sender's own buffers fill as they do when a network pauses.
 */
export function delayLine(
  from: Socket,
  to: Socket,
  delayMs: () => number,
  isOpen: () => boolean,
  seen: (bytes: number) => void,
): DelayLine {
  const queue: Chunk[] = [];
  let queued = 0;
  let timer: NodeJS.Timeout | undefined;

  const push = (data: Buffer | 'end'): void => {
    queue.push({ data, due: performance.now() + delayMs() });
    if (data !== 'end') {
      queued += data.length;
      seen(data.length);
    }
    pump();
  };

  const pump = (): void => {
    clearTimeout(timer);
    if (!isOpen()) {
      from.pause();
      return;
    }
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      const wait = head.due - performance.now();
      if (wait > 0.2) {
        timer = setTimeout(pump, wait);
        break;
      }
      queue.shift();
      if (head.data === 'end') to.end();
      else {
        queued -= head.data.length;
        to.write(head.data);
      }
    }
    if (queued < capacity && to.writableLength < capacity) from.resume();
    else from.pause();
  };

  from.on('data', push);
  from.on('end', () => push('end'));
  to.on('drain', pump);
  return { pump, close: () => clearTimeout(timer) };
}
