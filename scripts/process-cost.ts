// What the start of a process costs on this machine. Most of what the tests do is to start processes.
import { execFileSync } from 'node:child_process';

const starts = 100;

/** So many milliseconds of processor time for a process are slow. Other load doubles what is measured. */
export const slowFrom = 1.5;

/** Milliseconds of processor time for one process that does nothing. */
export function processCost(): number {
  const loop = `i=0; while [ $i -lt ${starts} ]; do /bin/true; i=$((i + 1)); done; times`;
  const times = execFileSync('sh', ['-c', loop], { encoding: 'utf8' });
  // times(1p): minutes and seconds of user and system time, of the shell and then of its children.
  const seconds = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => 60 * Number(minutes) + Number(rest),
  );
  return (1000 * seconds.reduce((sum, one) => sum + one, 0)) / starts;
}
