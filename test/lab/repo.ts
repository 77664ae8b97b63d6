import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDemoPackages } from './demo-packages.js';
import { run } from './process.js';

/**
 * The lab's apt repository is one flat folder, bound read-only into every host and named by a file: URI. That needs no
 * server that could be down, works in a host without a network, and apt reads the packages in place.
 */
export async function finishRepo(repoDir: string): Promise<void> {
  // apt-get's download folder is the repository's folder; these are its own.
  rmSync(join(repoDir, 'partial'), { recursive: true, force: true });
  rmSync(join(repoDir, 'lock'), { force: true });
  await buildDemoPackages(repoDir);
  const index = await run('apt-ftparchive', ['packages', '.'], { cwd: repoDir });
  writeFileSync(join(repoDir, 'Packages'), index);
  // Written under another name first: apt-ftparchive would list a Release that is being written.
  const release = await run('apt-ftparchive', ['-o', 'APT::FTPArchive::Release::Suite=lab', 'release', '.'], {
    cwd: repoDir,
  });
  writeFileSync(join(repoDir, 'Release'), release);
}
