// The command line of the lab: npm run lab -- up|down|status|ssh|add|...
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureImage } from './image.js';
import { Lab, orphanIds, remains, removeAbandoned, type LabUser } from './lab.js';
import { diffFingerprints, formatDifferences } from './fingerprint.js';
import { printStatus } from './status.js';
import {
  findMachine,
  printVmStatus,
  vmConsole,
  vmDefaults,
  vmDown,
  vmDownAll,
  vmLabName,
  vmLink,
  vmPower,
  vmUp,
  vmUsage,
  VmUsageError,
} from './vm/commands.js';
import { buildForRing } from './vm/ring.js';
import { removeAbandonedVms, type VmHost, VmLab } from './vm/vm-lab.js';

const usage = `usage: npm run lab -- COMMAND [options]

  up [--hosts N] [--rtt MS] [--proxy] [--python | --rpm] [--user root|ops|opspw] [--group NAME]...
                          bring hosts up; the last line printed is the inventory's path
  add [N]                 add hosts to the lab
  status [--all]          what is up (--all: the labs of every clone on this machine)
  ssh HOST [COMMAND...]   log in, or run a command
  proxy HOST stall|resume|cut|stats|rtt MS
  reset|start|cut|reboot HOST...   make fresh, boot, cut the power, reboot
  diff HOST               the files by which a host differs from its image
  down [--all | --abandoned]   take the lab down; --all: every lab of this machine, of all clones;
                          --abandoned: those that a test brought up which has ended without taking them down
  build [--vm]            build the cached root file system and apt repository only; --vm: also the images and
                          snapshots of the ring of virtual machines

Virtual machines (status, ssh, start, reset, cut, reboot, diff and down are theirs too):
${vmUsage}

  --name NAME             which lab (default; vm for virtual machines)`;

class UsageError extends VmUsageError {}

/** What follows the host's name after `ssh` belongs to the remote command, whatever it looks like. */
function ownArguments(argv: readonly string[]): string[] {
  const at = argv.findIndex((arg, i) => !arg.startsWith('--') && argv[i - 1] !== '--name');
  if (argv[at] !== 'ssh') return [...argv];
  let host = at + 1;
  while (argv[host]?.startsWith('--') === true) host += argv[host]?.includes('=') === true ? 1 : 2;
  return [...argv.slice(0, host + 1), '--', ...argv.slice(host + 1)];
}

const { values, positionals } = (() => {
  const own = ownArguments(process.argv.slice(2));
  try {
    return parseArgs({
      args: own,
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        vm: { type: 'boolean', default: false },
        boot: { type: 'string', default: vmDefaults.boot },
        image: { type: 'string', default: vmDefaults.image },
        cpus: { type: 'string', default: vmDefaults.cpus },
        threads: { type: 'string', default: vmDefaults.threads },
        numa: { type: 'string', default: vmDefaults.numa },
        memory: { type: 'string', default: vmDefaults.memory },
        'no-watchdog': { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        hosts: { type: 'string', default: '1' },
        rtt: { type: 'string', default: '0' },
        proxy: { type: 'boolean', default: false },
        python: { type: 'boolean', default: false },
        rpm: { type: 'boolean', default: false },
        user: { type: 'string', default: 'root' },
        group: { type: 'string', multiple: true },
        all: { type: 'boolean', default: false },
        abandoned: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
})();

function count(text: string | undefined, what: string, least: number): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number < least)
    throw new UsageError(`${what}: '${text ?? ''}' is not a number from ${least}`);
  return number;
}

const labName = values.name ?? 'default';
const given = { ...values, name: values.name, group: values.group };

function opened(): Lab {
  const lab = Lab.open(labName);
  if (lab === undefined) throw new UsageError(`the lab '${labName}' is not up; see: npm run lab -- up`);
  return lab;
}

function user(text: string): LabUser {
  if (text === 'root' || text === 'ops' || text === 'opspw') return text;
  throw new UsageError(`--user: '${text}' is none of root, ops, opspw`);
}

const say = (line: string): void => console.log(line);

async function up(): Promise<void> {
  const hosts = count(values.hosts, '--hosts', 1);
  const present = Lab.open(labName);
  if (present?.isStale() === false) {
    say(`the lab '${present.name}' is up already with ${present.hosts.length} host(s); nothing was changed`);
    if (present.hosts.length !== hosts)
      say('more hosts: npm run lab -- add N; another kind: npm run lab -- down first');
    say(present.inventoryPath);
    return;
  }
  const begin = Date.now();
  const lab = await Lab.up({
    name: labName,
    keep: true,
    hosts,
    ...(values.python ? { layer: 'python' as const } : values.rpm ? { layer: 'rpm' as const } : {}),
    proxy: values.proxy,
    rttMs: count(values.rtt, '--rtt', 0),
    user: user(values.user),
    ...(values.group === undefined ? {} : { groups: values.group }),
    say,
  });
  say(`${lab.hosts.length} host(s) in ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  say(lab.inventoryPath);
}

async function down(): Promise<void> {
  if (values.abandoned) {
    await removeAbandoned();
    await removeAbandonedVms();
    return;
  }
  if (!values.all) {
    const lab = Lab.open(labName);
    await Lab.removeNamed(labName);
    const hadMachines = await vmDown(given);
    if (hadMachines) say(`the lab '${vmLabName(given)}' is down`);
    if (lab !== undefined) say(`the lab '${labName}' is down`);
    else if (!hadMachines) say(`the lab '${labName}' was not up`);
    return;
  }
  await vmDownAll(say);
  for (const lab of Lab.all()) {
    await lab.down();
    say(`the lab '${lab.name}' of ${lab.state.clone} is down`);
  }
  for (const id of orphanIds()) {
    await Lab.remove(id);
    say(`the remains of lab ${id} are gone`);
  }
}

async function proxy(
  name: string | undefined,
  what: string | undefined,
  ms: string | undefined,
): Promise<void> {
  const lab = opened();
  const control = lab.host(name ?? '').proxy;
  if (control === undefined)
    throw new UsageError('this lab has no proxies: bring it up with --rtt MS or --proxy');
  switch (what) {
    case 'stall':
    case 'resume':
    case 'cut':
    case 'stats':
      say(JSON.stringify(await control[what]()));
      return;
    case 'rtt':
      say(JSON.stringify(await control.rtt(count(ms, 'rtt', 0))));
      return;
    default:
      throw new UsageError('proxy HOST stall|resume|cut|stats|rtt MS');
  }
}

/** Hands the terminal over to ssh and ends with its exit code. */
function ssh(args: readonly string[]): Promise<number> {
  const isMachine = findMachine(given, args[0] ?? '') !== undefined;
  const lab = (isMachine ? VmLab.open(vmLabName(given)) : undefined) ?? opened();
  const child = spawn('ssh', ['-F', lab.sshConfigPath, ...args], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 255));
  });
}

async function eachHost(
  names: readonly string[],
  work: (host: Lab['hosts'][number] | VmHost) => Promise<void>,
): Promise<void> {
  if (names.length === 0) throw new UsageError('which host?');
  for (const name of names) await work(findMachine(given, name) ?? opened().host(name));
}

async function main(): Promise<number> {
  const [command, ...rest] = positionals;
  if (values.help) {
    say(usage);
    return 0;
  }
  switch (command) {
    case 'up':
      await (values.vm ? vmUp(given, rest, say) : up());
      return 0;
    case 'power':
      await vmPower(given, rest[0], rest.slice(1));
      return 0;
    case 'link':
      await vmLink(given, rest[0], rest.slice(1));
      return 0;
    case 'console':
      vmConsole(given, rest[0], (text) => process.stdout.write(text));
      return 0;
    case 'add': {
      const lab = opened();
      await lab.addHost(count(rest[0] ?? '1', 'add', 1), say);
      say(lab.inventoryPath);
      return 0;
    }
    case 'status': {
      const machines = values.all ? VmLab.all() : [VmLab.open(vmLabName(given))];
      const hosts = values.all ? Lab.all() : [Lab.open(labName)];
      const [labs, vmLabs] = [hosts.filter((lab) => !!lab), machines.filter((lab) => !!lab)];
      if (labs.length > 0 || vmLabs.length === 0) printStatus(labs, remains, say);
      printVmStatus(vmLabs, say);
      return 0;
    }
    case 'ssh':
      return ssh(rest);
    case 'proxy':
      await proxy(rest[0], rest[1], rest[2]);
      return 0;
    case 'reset':
      await eachHost(rest, (host) => host.reset());
      return 0;
    case 'start':
      await eachHost(rest, (host) => host.start());
      return 0;
    case 'cut':
      await eachHost(rest, (host) => host.powerCut());
      return 0;
    case 'reboot':
      await eachHost(rest, (host) => host.reboot());
      return 0;
    case 'diff':
      await eachHost(rest, async (host) => {
        const { files } = await host.fingerprint();
        const none = { packages: {}, units: {}, sysctls: {} };
        say(formatDifferences(diffFingerprints({ files: {}, ...none }, { files, ...none })));
      });
      return 0;
    case 'down':
      await down();
      return 0;
    case 'build':
      say((await ensureImage(say)).dir);
      if (values.vm) await buildForRing(say);
      return 0;
    default:
      throw new UsageError(command === undefined ? 'which command?' : `no command '${command}'`);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  console.error(error instanceof VmUsageError ? `${text}\n\n${usage}` : text);
  process.exitCode = error instanceof VmUsageError ? 2 : 1;
}
