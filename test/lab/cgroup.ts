import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The hierarchies in which systemd tracks its processes: the v2 one, and on a hybrid or legacy machine v1's name=systemd.
 * Each host gets a cgroup of its own in them, because without one the systemds of all hosts would share
 * /system.slice/ssh.service; and because a cgroup names all processes of a host, however they were started. Resource
 * controllers are left alone.
 */
export function trackingHierarchies(): readonly string[] {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, mountPoint = '', type, options = ''] = line.split(' ');
      return type === 'cgroup2' || (type === 'cgroup' && options.split(',').includes('name=systemd'))
        ? [mountPoint]
        : [];
    });
}

function directoriesBelow(dir: string): readonly string[] {
  if (!existsSync(dir)) return [];
  const below = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...below.flatMap((entry) => directoriesBelow(join(dir, entry.name))), dir];
}

/** All processes in a lab's cgroup and below it. */
export function processesIn(cgroup: string): readonly number[] {
  const pids = trackingHierarchies()
    .flatMap((root) => directoriesBelow(join(root, cgroup)))
    .flatMap((dir) => {
      try {
        return readFileSync(join(dir, 'cgroup.procs'), 'utf8').split('\n');
      } catch {
        return [];
      }
    })
    .map(Number)
    .filter((pid) => pid > 0);
  return [...new Set(pids)];
}

/** SIGKILL to all processes of a lab's own cgroup until none is left, and removes the cgroup. */
export async function killCgroup(cgroup: string): Promise<void> {
  for (let round = 0; round < 1000; round += 1) {
    const pids = processesIn(cgroup);
    if (pids.length === 0) break;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
    await sleep(10);
  }
  removeCgroup(cgroup);
}

/** Removes a cgroup and the empty ones below it. */
export function removeCgroup(cgroup: string): void {
  for (const root of trackingHierarchies()) {
    for (const dir of directoriesBelow(join(root, cgroup))) {
      try {
        rmdirSync(dir);
      } catch {
        // Not empty yet; the folder is used again by the next start, and `down` looks once more.
      }
    }
  }
}
