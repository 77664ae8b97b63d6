/**
 * Times rtprov, ansible-playbook (pipelining, ControlPersist) and Ansible with mitogen on the same tasks and the same lab hosts,
 * in one run. The whole process is timed, by hyperfine. See docs/development/benchmarks.md.
 *
 *     npm run bench                 everything; writes docs/benchmarks.md's table to standard output
 *     npm run bench -- --smoke      one small case, to see that the benchmark itself works
 *     npm run bench -- 39:0:1:no-op 150:50:1:first      only these: tasks, RTT in ms, hosts, apply
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Lab } from '../test/lab/lab.js';
import { tools, type Tool } from './tools.js';
import { forget, playbook, template } from './workload.js';

interface Case {
  readonly tasks: number;
  readonly rttMs: number;
  readonly hosts: number;
  readonly apply: 'no-op' | 'first';
}

interface Measured extends Case {
  readonly tool: string;
  /** Seconds. */
  readonly median: number;
  readonly min: number;
  readonly runs: number;
  /** The controller's peak resident memory; only of rtprov. */
  readonly maxRssMb?: number;
}

const smoke = process.argv.includes('--smoke');

/** Cases that are named on the command line. */
const named: readonly Case[] = process.argv.slice(2).flatMap((word) => {
  const [, tasks, rttMs, hosts, apply] = /^(\d+):(\d+):(\d+):(no-op|first)$/.exec(word) ?? [];
  if (apply === undefined) return [];
  return [
    { tasks: Number(tasks), rttMs: Number(rttMs), hosts: Number(hosts), apply: apply as Case['apply'] },
  ];
});

/** rtprov is quick enough for many runs; the others take up to minutes a run, so they get few. */
function runsOf(tool: Tool, one: Case): number {
  if (smoke) return 1;
  if (tool.name === 'rtprov') return one.hosts > 1 ? 5 : 10;
  return one.tasks > 100 || one.hosts > 1 ? 1 : 3;
}

/** Every case of the full run. Twenty hosts with 150 tasks would take Ansible the better part of an hour and are left out. */
function cases(): readonly Case[] {
  if (smoke) return [{ tasks: 13, rttMs: 0, hosts: 1, apply: 'no-op' }];
  if (named.length > 0) return named;
  const all: Case[] = [];
  for (const rttMs of [0, 50]) {
    for (const tasks of [39, 150]) {
      for (const hosts of [1, 20]) {
        if (hosts > 1 && tasks > 39) continue;
        for (const apply of ['no-op', 'first'] as const) all.push({ tasks, rttMs, hosts, apply });
      }
    }
  }
  return all;
}

function measure(
  tool: Tool,
  one: Case,
  command: string,
  prepare: string | undefined,
  folder: string,
): Measured {
  const json = join(folder, 'hyperfine.json');
  const args = ['--runs', String(runsOf(tool, one)), '--export-json', json, '--style', 'none'];
  if (!smoke && tool.name === 'rtprov') args.push('--warmup', '1');
  if (prepare !== undefined) args.push('--prepare', prepare);
  const done = spawnSync('hyperfine', [...args, command], { cwd: folder, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command}\n${done.stdout}${done.stderr}`);
  const [result] = (
    JSON.parse(readFileSync(json, 'utf8')) as { results: { median: number; min: number; times: number[] }[] }
  ).results;
  if (result === undefined) throw new Error('hyperfine measured nothing');
  const maxRssMb = tool.name === 'rtprov' ? memoryOf(command, prepare, folder) : undefined;
  return {
    ...one,
    tool: tool.name,
    median: result.median,
    min: result.min,
    runs: result.times.length,
    ...(maxRssMb === undefined ? {} : { maxRssMb }),
  };
}

function memoryOf(command: string, prepare: string | undefined, folder: string): number {
  if (prepare !== undefined) execFileSync('sh', ['-c', prepare]);
  const timed = spawnSync('/usr/bin/time', ['-f', '%M', 'sh', '-c', `exec ${command}`], {
    cwd: folder,
    encoding: 'utf8',
  });
  return Number(timed.stderr.trim().split('\n').at(-1)) / 1024;
}

/** The tasks have to do the same with each tool: a second run of any changes nothing after a run of any other. */
function proveNoOp(tool: Tool, command: string, folder: string): void {
  const done = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
  const recap = done.stdout.split('\n').filter((line) => /\bchanged=\d/.test(line));
  if (done.status !== 0 || recap.length === 0 || recap.some((line) => !/changed=0\b/.test(line))) {
    throw new Error(`${tool.name}: not a no-op\n${done.stdout}${done.stderr}`);
  }
}

function table(measured: readonly Measured[]): string {
  const lines = [
    '| tasks | RTT ms | hosts | apply | rtprov s | Ansible s | mitogen s | vs Ansible | vs mitogen | rtprov MB |',
    '|---|---|---|---|---|---|---|---|---|---|',
  ];
  const names = [...new Set(measured.map((one) => `${one.tasks} ${one.rttMs} ${one.hosts} ${one.apply}`))];
  for (const name of names) {
    const of = (tool: string): Measured | undefined =>
      measured.find(
        (one) => one.tool === tool && `${one.tasks} ${one.rttMs} ${one.hosts} ${one.apply}` === name,
      );
    const [ours, ansible, mitogen] = [of('rtprov'), of('ansible'), of('mitogen')];
    if (ours === undefined) continue;
    const seconds = (one: Measured | undefined): string =>
      one === undefined ? '–' : `${one.median.toFixed(2)} (${one.min.toFixed(2)}, n=${one.runs})`;
    const times = (one: Measured | undefined): string =>
      one === undefined ? '–' : `${(one.median / ours.median).toFixed(1)}x`;
    lines.push(
      `| ${ours.tasks} | ${ours.rttMs} | ${ours.hosts} | ${ours.apply} | ${seconds(ours)} | ${seconds(ansible)} | ${seconds(mitogen)} | ${times(ansible)} | ${times(mitogen)} | ${ours.maxRssMb?.toFixed(0) ?? '–'} |`,
    );
  }
  return lines.join('\n');
}

async function main(): Promise<void> {
  const rtprov = resolve('dist/cli/main.cjs');
  const folder = mkdtempSync(join(tmpdir(), 'rtprov-bench-'));
  mkdirSync(join(folder, 'templates'));
  writeFileSync(join(folder, 'templates', 'bench.conf.j2'), template);
  const measured: Measured[] = [];
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  try {
    for (const rttMs of [...new Set(cases().map((one) => one.rttMs))]) {
      const mine = cases().filter((one) => one.rttMs === rttMs);
      const lab = await Lab.up({
        hosts: Math.max(...mine.map((one) => one.hosts)),
        layer: 'python',
        rttMs,
        say,
      });
      try {
        for (const one of mine) {
          const hosts = lab.hosts.slice(0, one.hosts);
          const file = join(folder, `p${one.tasks}.yaml`);
          writeFileSync(file, playbook(one.tasks));
          const prepare =
            one.apply === 'first'
              ? hosts.map((host) => `rm -rf ${host.rootDir}${forget.split(' ').at(-1) ?? ''}`).join('; ')
              : undefined;
          for (const tool of tools(folder, rtprov)) {
            const command = tool.command(
              file,
              lab.inventoryPath,
              hosts.map((host) => host.name),
            );
            // rtprov comes first and converges; what the others then do has to be nothing.
            if (one.apply === 'no-op') {
              if (tool.name === 'rtprov') spawnSync('sh', ['-c', command], { cwd: folder });
              proveNoOp(tool, command, folder);
            }
            const result = measure(tool, one, command, prepare, folder);
            measured.push(result);
            say(
              `${tool.name}: ${one.tasks} tasks, ${rttMs} ms, ${one.hosts} hosts, ${one.apply}: ${result.median.toFixed(2)} s`,
            );
          }
        }
      } finally {
        await lab.down();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${table(measured)}\n`);
}

await main();
