/**
 * The controller's peak memory (resident set, MiB) where a host prints, reads and sends much. One lab host; the installed program.
 *
 *     npm run bench:memory
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Lab } from '../test/lab/lab.js';

const bytes = 200_000_000;
const cases: Readonly<Record<string, string>> = {
  nothing: 'command: "true"',
  'stdout, short lines': `shell: yes | head -c ${bytes}`,
  stderr: `shell: yes | head -c ${bytes} >&2`,
  'both, and a failure': `{ shell: 'yes | head -c ${bytes} | tee /dev/stderr; exit 1', ignore_errors: true }`,
  'one line': `shell: head -c ${bytes} /dev/zero | tr '\\0' x`,
  'NUL bytes': `shell: head -c ${bytes} /dev/zero`,
  'random bytes': `shell: head -c ${bytes} /dev/urandom`,
  'until, five times': `{ shell: 'yes | head -c ${bytes}', register: r, until: false, retries: 5, delay: 0, ignore_errors: true }`,
  'a command that writes': `shell: head -c ${bytes} /dev/urandom >/srv/big`,
  fetch: '{ fetch: { src: /srv/big, dest: DIR/fetched/ } }',
  copy: '{ copy: { src: DIR/fetched/h1/srv/big, dest: /srv/copy } }',
  'slurp, refused': '{ slurp: { src: /srv/big }, ignore_errors: true }',
};

const program = execFileSync('bash', [resolve('scripts/install-package.sh')], { encoding: 'utf8' }).trim();
const folder = mkdtempSync(join(tmpdir(), 'rtprov-memory-'));
const lab = await Lab.up({ hosts: 1 });
try {
  for (const [what, task] of Object.entries(cases)) {
    const play = join(folder, 'play.yaml');
    const peak = join(folder, 'peak');
    const text = task.replaceAll('DIR', folder);
    writeFileSync(play, `- hosts: all\n  gather_facts: false\n  tasks:\n    - ${text}\n`);
    spawnSync(
      'time',
      ['-f', '%M', '-o', peak, process.execPath, program, 'run', play, '-i', lab.inventoryPath],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, XDG_STATE_HOME: join(folder, 'state') },
      },
    );
    const kibibytes = Number(readFileSync(peak, 'utf8').trim().split('\n').at(-1));
    process.stdout.write(`${what.padEnd(22)} ${String(Math.round(kibibytes / 1024)).padStart(5)} MiB\n`);
  }
} finally {
  await lab.down();
  rmSync(folder, { recursive: true, force: true });
}
