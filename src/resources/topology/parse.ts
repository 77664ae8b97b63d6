/** Reads what `topologyProbe` printed. Nothing of it is trusted: what does not have the form of a line is ignored. */
import { readFailed } from '../lib/output.js';
import type { FoundDomain, GuestProcess, GuestThread, TopologyState } from './state.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Lines of the sections by their names, in order. */
function sectionsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const [, name] = /^::(files|guests|domains|end)$/.exec(line) ?? [];
    if (name !== undefined) sections.set(name, (lines = []));
    else lines.push(line);
  }
  return sections;
}

/** `>FOLDER` and `NAME=LINE` lines as texts by path; a folder has empty text, as `parseTopology` takes it for those it knows. */
function readFiles(lines: readonly string[]): Readonly<Record<string, string>> {
  const texts = new Map<string, string[]>();
  let folder = '';
  for (const line of lines) {
    if (line.startsWith('>')) {
      folder = line.slice(1);
      if (/\/(?:cpu|node)\d+$/.test(folder)) texts.set(folder, texts.get(folder) ?? []);
      continue;
    }
    const [, name, value = ''] = /^([\w.-]+)=(.*)$/s.exec(line) ?? [];
    if (name === undefined || !folder.startsWith('/')) continue;
    const path = `${folder}/${name}`;
    const known = texts.get(path);
    if (known === undefined) texts.set(path, [value]);
    else known.push(value);
  }
  return Object.fromEntries([...texts].map(([path, of]) => [path, of.join('\n')]));
}

/** The guest's name in `guest=plc1,debug-threads=on` or `plc1,process=x`. */
function guestName(option: string): string {
  const [first = ''] = option.split(/,(?!,)/);
  return first.replace(/^guest=/, '');
}

function readThread(text: string): GuestThread | undefined {
  const [, tid, policy, priority, allowed = '', comm = ''] =
    /^(\d{1,9}) (\d{1,2}) (\d{1,2}) ([\d,-]+) (.*)$/.exec(text) ?? [];
  if (tid === undefined) return undefined;
  return { tid: Number(tid), comm, allowed, policy: Number(policy), priority: Number(priority) };
}

function readGuests(lines: readonly string[]): readonly GuestProcess[] {
  const guests: (Mutable<GuestProcess> & { threads: GuestThread[] })[] = [];
  for (const line of lines) {
    const [, key, value = ''] = /^(pid|name|thread)=(.*)$/.exec(line) ?? [];
    const guest = guests.at(-1);
    if (key === 'pid' && /^\d{1,9}$/.test(value)) guests.push({ pid: Number(value), name: '', threads: [] });
    else if (key === 'name' && guest !== undefined) guest.name = guestName(value);
    else if (key === 'thread' && guest !== undefined) {
      const thread = readThread(value);
      if (thread !== undefined) guest.threads.push(thread);
    }
  }
  // A process that ended meanwhile has no threads.
  return guests.filter(({ threads }) => threads.length > 0);
}

function readDomains(lines: readonly string[]): readonly FoundDomain[] {
  const domains: (Mutable<FoundDomain> & { vcpuPins: string[]; emulatorPins: string[] })[] = [];
  for (const line of lines) {
    const [, name] = /^domain=(.+)$/.exec(line) ?? [];
    if (name !== undefined) {
      domains.push({ name, running: false, vcpuPins: [], emulatorPins: [], cachetune: false });
      continue;
    }
    const domain = domains.at(-1);
    if (domain === undefined) continue;
    if (line === 'running=1') domain.running = true;
    if (line.startsWith('<cachetune')) domain.cachetune = true;
    const [, element, cpus = ''] = /^<(vcpupin|emulatorpin) .*?cpuset=['"]([\d,^-]+)['"]/.exec(line) ?? [];
    if (element === 'vcpupin') domain.vcpuPins.push(cpus);
    if (element === 'emulatorpin') domain.emulatorPins.push(cpus);
  }
  return domains;
}

/** Throws RtprovError READ_FAILED where the output is something else, or not all of it. */
export function parseTopologyOutput(output: string): TopologyState {
  const sections = sectionsOf(output);
  const [files, guests, domains] = ['files', 'guests', 'domains'].map((name) => sections.get(name));
  if (files === undefined || guests === undefined || domains === undefined || !sections.has('end')) {
    throw readFailed('topology', output);
  }
  return { files: readFiles(files), guests: readGuests(guests), domains: readDomains(domains) };
}
