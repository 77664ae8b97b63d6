/** From what `rtp_transaction_read` printed to a TransactionState. */
import { readFailed } from '../lib/output.js';
import type { ContentStore } from '../resource.js';
import type { TransactionState } from './state.js';
import type { FileState } from '../file/state.js';
import { otherPath, parseListed, shippedState } from './listing.js';
import { tarFiles } from './tar.js';
import { predictUnits } from './units.js';

type Entry = TransactionState['changes'][number];

/** `Inst foo [1] (2 Debian:12/stable [amd64])`, `Remv foo [1]`, `Purg foo [1]`, `Conf foo (2 ...)`. */
const planLine = /^(Inst|Remv|Purg|Conf) (\S+)(?: \[([^\]]*)\])?(?: \((\S+)[^)]*\))?/;

export function parseChanges(
  plan: readonly string[],
  asked: readonly string[],
  marks: ReadonlyMap<string, boolean>,
  leaves: readonly string[] = [],
  versions: ReadonlyMap<string, string> = new Map(),
): readonly Entry[] {
  const named = new Set(asked);
  for (const line of plan) {
    // apt's choice for a provided name or a pattern counts as asked for.
    const [, chosen] = /^Note, selecting '([^']+)'/.exec(line) ?? [];
    if (chosen !== undefined) named.add(chosen);
  }
  const changes = new Map<string, Entry>();
  for (const line of plan) {
    const [, verb, name, from, to] = planLine.exec(line) ?? [];
    if (verb === undefined || name === undefined) continue;
    if (verb === 'Conf') {
      // Unpacked by a transaction that was cut off: to be configured only, in the version that is there. apt names the newest.
      const there = versions.get(name) ?? to;
      if (!changes.has(name) && there !== undefined)
        changes.set(name, { name, to: there, auto: marks.get(name) ?? false });
      continue;
    }
    const auto =
      verb === 'Inst' && (named.has(name) || named.has(name.split(':')[0] ?? ''))
        ? false
        : (marks.get(name) ?? verb === 'Inst');
    changes.set(name, {
      name,
      ...(from === undefined || from === '' ? {} : { from }),
      ...(verb === 'Inst' && to !== undefined ? { to } : {}),
      auto,
      ...(verb === 'Remv' && leaves.includes(name) ? { leaves: true } : {}),
    });
  }
  return [...changes.values()];
}

interface Sections {
  readonly refreshes: boolean;
  readonly merged: boolean;
  readonly starts: boolean;
  /** Scripts that nobody has read decide about units. */
  readonly scripted: boolean;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly tar: Buffer | undefined;
}

function sectionsOf(output: Buffer): Sections {
  const mark = Buffer.from('\n::tar\n');
  const at = output.indexOf(mark);
  const head = (at < 0 ? output : output.subarray(0, at + 1)).toString('utf8');
  const flags = new Map<string, string>();
  const lists = new Map<string, string[]>();
  let list: string[] = [];
  for (const line of head.split('\n')) {
    const [, name, value] = /^::(\w+)(?: (.*))?$/.exec(line) ?? [];
    if (name === 'package') list.push(line);
    else if (name !== undefined && value !== undefined) flags.set(name, value);
    else if (name !== undefined) lists.set(name, (list = []));
    else if (line !== '') list.push(line);
  }
  if (!flags.has('refreshes')) throw readFailed('transaction', head);
  return {
    refreshes: flags.get('refreshes') === 'true',
    merged: flags.get('merged') === 'true',
    starts: flags.get('starts') === 'true',
    scripted: flags.get('scripted') === 'true',
    lists,
    tar: at < 0 ? undefined : output.subarray(at + mark.length),
  };
}

type Look = Required<Pick<TransactionState, 'ships' | 'paths' | 'conffiles' | 'units'>>;

function lookInto({ lists, tar, merged, starts, scripted }: Sections, store: ContentStore): Look {
  const contents = new Map<string, Map<string, Buffer>>();
  const controls = new Map<string, Map<string, Buffer>>();
  for (const { path, content } of tarFiles(tar ?? Buffer.alloc(0))) {
    const [, folder, name, rest] = /^(control|data)\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (folder === undefined || name === undefined || rest === undefined) continue;
    const map = folder === 'data' ? contents : controls;
    const files = map.get(name) ?? new Map<string, Buffer>();
    files.set(folder === 'data' ? `/${rest}` : rest, content);
    map.set(name, files);
  }
  const ships: Record<string, FileState> = {};
  const paths: string[] = [];
  const conffiles: string[] = [];
  const units: Look['units'][number][] = [];
  let current = '';
  let unitFiles = new Map<string, string>();
  const endPackage = (): void => {
    const control = controls.get(current);
    const postinst = control?.get('postinst')?.toString('utf8') ?? '';
    conffiles.push(
      ...(control
        ?.get('conffiles')
        ?.toString('utf8')
        .split('\n')
        .filter((line) => line.startsWith('/')) ?? []),
    );
    const predicted = predictUnits({ files: unitFiles, postinst }, starts);
    units.push(...(scripted ? predicted.map((unit) => ({ ...unit, certain: false })) : predicted));
    unitFiles = new Map();
  };
  for (const line of lists.get('listing') ?? []) {
    if (line.startsWith('::package ')) {
      if (current !== '') endPackage();
      current = line.slice('::package '.length);
      continue;
    }
    const listed = parseListed(line);
    if (listed === undefined || listed.path === '/') continue;
    const content = contents.get(current)?.get(listed.path);
    const state = shippedState(listed, content);
    if (content !== undefined) store.put(content);
    const [, unit] =
      /^(?:\/usr)?\/lib\/systemd\/system\/([^/]+\.(?:service|socket|timer|path|target|mount))$/.exec(
        listed.path,
      ) ?? [];
    if (unit !== undefined && content !== undefined) unitFiles.set(unit, content.toString('utf8'));
    for (const path of [listed.path, merged ? otherPath(listed.path) : undefined]) {
      if (path === undefined) continue;
      if (state === undefined) paths.push(path);
      else ships[path] = state;
    }
  }
  if (current !== '') endPackage();
  return { ships, paths, conffiles, units };
}

/** What rtp_transaction_before printed. */
function packagesBefore(
  printed: readonly string[],
): Required<Pick<TransactionState, 'unedited' | 'owned' | 'removes'>> {
  const of = (word: string): readonly string[] =>
    printed.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  const files = of('gone').flatMap((path) => [
    path,
    ...(otherPath(path) === undefined ? [] : [otherPath(path) ?? '']),
  ]);
  const masked = new Set(of('masked'));
  const names = files.flatMap((path) => /^\/lib\/systemd\/system\/([^/@]+\.[a-z]+)$/.exec(path)?.[1] ?? []);
  const units = names.map((name) => ({
    name,
    // deb-systemd-helper leaves a mask until the package is purged.
    state: masked.has(name)
      ? { exists: false, enabled: 'masked', masked: true, active: false }
      : { exists: false, enabled: '', masked: false, active: false },
  }));
  return { unedited: of('unedited'), owned: of('owned'), removes: { files, units } };
}

export function parseTransaction(output: Buffer, look: boolean, store: ContentStore): TransactionState {
  const sections = sectionsOf(output);
  const { lists, refreshes } = sections;
  const marks = new Map<string, boolean>();
  const versions = new Map<string, string>();
  const unavailable: string[] = [...(lists.get('lost') ?? [])];
  for (const line of lists.get('states') ?? []) {
    const [, name, version, auto, state] = /^(\S+) version=(\S*) auto=(\S+) .* state=(\S+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    marks.set(name, auto === 'true');
    if (version !== undefined && version !== '') versions.set(name, version);
    // Only what is whole can be packed again for undo.
    if (state === 'half-installed') unavailable.push(name);
  }
  const error = lists.get('error')?.join('\n');
  const changes = parseChanges(
    lists.get('plan') ?? [],
    lists.get('asked') ?? [],
    marks,
    lists.get('leaves'),
    versions,
  );
  const before = look && lists.has('before') ? packagesBefore(lists.get('before') ?? []) : undefined;
  const looked = look && lists.has('listing') && !lists.has('unseen') ? lookInto(sections, store) : undefined;
  return {
    changes,
    ...(error === undefined ? {} : { error: error === '' ? 'the package manager gave no reason' : error }),
    refreshes,
    ...before,
    ...looked,
    unavailable,
    ...(lists.has('kernels') ? { kernels: lists.get('kernels') ?? [] } : {}),
  };
}
