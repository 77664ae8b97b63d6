/**
 * The program of the thread that receives signals, in plain JavaScript so that it is the same in the bundle. Node gives signal
 * handlers to the main thread only, whose event loop does not see them while it is busy. The handle below is libuv's own, which
 * works in every thread (`process.binding` is deprecated, yet there in all versions up to now; without it the main thread listens).
 *
 * state[0]: how many signals the main thread has answered. busy[0]: what keeps the main thread busy has to give up.
 */

/** The main thread has so long to answer before what keeps it busy is asked to give up. */
const giveUpMs = 400;
/** And so long before the signal has its usual effect, which is to end the program. */
const endMs = 1500;

export const signalThread = `
const { parentPort, workerData } = require('node:worker_threads');
const fs = require('node:fs');
process.noDeprecation = true;
const { state, busy, signals, showCursor } = workerData;
let seen = 0;

/** Programs that the main thread waits for, such as those of lookups and ProxyCommands; the shells of targets are left alone. */
function endChildren(pid, how) {
  let children = '';
  try {
    for (const task of fs.readdirSync('/proc/' + pid + '/task'))
      children += fs.readFileSync('/proc/' + pid + '/task/' + task + '/children', 'utf8') + ' ';
  } catch {}
  for (const child of children.split(' ').filter(Boolean).map(Number)) {
    try {
      if (fs.readFileSync('/proc/' + child + '/cmdline', 'utf8').includes('rtprov-')) continue;
      endChildren(child, how);
      process.kill(child, how);
    } catch {}
  }
}

parentPort.on('message', () => {
  endChildren(process.pid, 'SIGKILL');
  parentPort.postMessage('ended');
});

try {
  const { Signal } = process.binding('signal_wrap');
  const handles = signals.map(([name, number]) => {
    const handle = new Signal();
    handle.onsignal = () => {
      seen += 1;
      const mine = seen;
      const isAnswered = () => Atomics.load(state, 0) >= mine;
      parentPort.postMessage(name);
      setTimeout(() => {
        if (isAnswered()) return;
        Atomics.store(busy, 0, 1);
        endChildren(process.pid, 'SIGTERM');
      }, ${String(giveUpMs)});
      setTimeout(() => {
        if (isAnswered()) return;
        endChildren(process.pid, 'SIGKILL');
        if (showCursor) fs.writeSync(2, '\\u001b[?25h\\n');
        for (const one of handles) one.close();
        setTimeout(() => process.kill(process.pid, name), 20);
      }, ${String(endMs)});
    };
    handle.start(number);
    return handle;
  });
} catch {
  parentPort.postMessage('unavailable');
}
`;
