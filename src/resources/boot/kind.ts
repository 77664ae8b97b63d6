/** What runs and how it was booted: read only. See docs/resources/boot.md. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { raw } from '../../shell/shell.js';
import { readFailed } from '../lib/output.js';
import type { ResourceKind } from '../resource.js';
import type { BootState, LateDefaults, LoaderEvidence } from './state.js';
import { bootLibrary } from './library.js';

/** The one name there is. */
export const bootName = 'running';

/** Of lines `KEY VALUE`, the values of a key in order. */
function valuesOf(lines: readonly string[], key: string): readonly string[] {
  return lines.flatMap((line) =>
    line === key ? [''] : line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : [],
  );
}

/** `PATH:LINE` lines of grep, by path; an empty file looks like one that is not there. */
function fileTexts(lines: readonly string[]): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const line of lines) {
    // No path here has a colon but /sys/devices/... of PCI, which are not among them.
    const at = line.indexOf(':');
    if (at <= 0) continue;
    const path = line.slice(0, at);
    const text = line.slice(at + 1);
    texts[path] = texts[path] === undefined ? text : `${texts[path]}\n${text}`;
  }
  return texts;
}

/** Of lines `bls PATH` and `blsline TEXT`, the files' names without `.conf` and their texts. */
function blsEntries(lines: readonly string[]): BootState['blsEntries'] {
  const entries: { id: string; text: string }[] = [];
  for (const line of lines) {
    const [, id] = /^bls .*\/(.+)\.conf$/.exec(line) ?? [];
    const last = entries.at(-1);
    if (id !== undefined) entries.push({ id, text: '' });
    else if (last !== undefined && line.startsWith('blsline ')) last.text += `${line.slice(8)}\n`;
  }
  return entries;
}

/** What comes after rtprov's file of GRUB's defaults. `prefixed` gives the text of lines that begin so. */
function lateDefaults(
  lines: readonly string[],
  prefixed: (prefix: string) => string,
): { readonly grubLate?: LateDefaults } {
  if (!lines.some((line) => line.startsWith('grublatelinux:'))) return {};
  const setters = lines.flatMap((line) => {
    const [, variable, number, file] = /^grubsetter:(\S+) (\d*) (.+)$/.exec(line) ?? [];
    if (variable === undefined || file === undefined) return [];
    return [{ variable, file, ...(number ? { line: Number(number) } : {}) }];
  });
  const [linux, linuxDefault, entry] = ['linux', 'default', 'entry'].map((key) =>
    prefixed(`grublate${key}:`),
  );
  return {
    grubLate: { linux: linux ?? '', linuxDefault: linuxDefault ?? '', entry: entry ?? '', setters },
  };
}

/** The file of GRUB's defaults that cannot be read to its end. */
function brokenDefaults(lines: readonly string[]): Pick<BootState, 'grubBroken'> {
  const [, file, said] =
    lines.map((line) => /^grubbroken:(\S+) ?(.*)$/.exec(line)).find((found) => found) ?? [];
  return file === undefined ? {} : { grubBroken: { file, said: said ?? '' } };
}

/** By what boot loaders are known; missing where nothing is. */
function loaderEvidence(lines: readonly string[]): { readonly loader?: LoaderEvidence } {
  const one = <K extends string>(key: string, name: K): { readonly [key in K]?: string } => {
    const text = valuesOf(lines, key)[0]?.trim();
    return (text === undefined || text === '' ? {} : { [name]: text }) as { readonly [key in K]?: string };
  };
  const leads = valuesOf(lines, 'loaderlead').flatMap((line) => {
    const [path, prefix] = line.split(' ');
    return path === undefined || prefix === undefined ? [] : [{ path, prefix }];
  });
  const loader = {
    files: valuesOf(lines, 'loaderfile'),
    ...one('loaderLoaderInfo', 'info'),
    ...one('loaderStubInfo', 'stub'),
    ...one('loaderprogram', 'efiProgram'),
    ...one('loadertype', 'loaderType'),
    espMenus: [...valuesOf(lines, 'loadermenu').map((path) => ({ path })), ...leads],
  };
  const { files, espMenus, ...others } = loader;
  return files.length + espMenus.length + Object.keys(others).length === 0 ? {} : { loader };
}

/** `NAME=VALUE` lines. */
function assignments(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
}

export function parseBoot(output: string): BootState {
  const [head = '', rest] = output.split('::files\n');
  if (rest === undefined) throw readFailed('boot', output);
  const lines = head.split('\n');
  const first = (key: string): string | undefined => valuesOf(lines, key)[0];
  const prefixed = (prefix: string): string =>
    lines
      .filter((line) => line.startsWith(prefix))
      .map((line) => line.slice(prefix.length))
      .join('\n');
  const files = fileTexts(rest.split('\n'));
  const [release, version, machine] = [first('release'), first('version'), first('machine')];
  const [cmdline, bootId] = [files['/proc/cmdline'], files['/proc/sys/kernel/random/boot_id']];
  if (!release || version === undefined || machine === undefined || cmdline === undefined || !bootId)
    throw readFailed('boot', output);
  const dmesg = valuesOf(lines, 'dmesg');
  const osVersion = first('osversion');
  const [fs, abstraction] = [first('grubfs'), first('grubabstraction')];
  const trial = assignments(valuesOf(lines, 'trial'));
  return {
    release,
    version,
    machine,
    cmdline,
    bootId,
    ...(osVersion === undefined ? {} : { osVersion }),
    kernelPackages: valuesOf(lines, 'kernelpackage').flatMap((line) => {
      const [, name, depends] = /^(\S+) installed ?(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, depends: depends ?? '' }];
    }),
    flags: (first('flags') ?? '').split(' ').filter((flag) => flag !== ''),
    hugepageKb: Number(first('hugepagesize') ?? 0),
    bootFreeKb: Number(first('bootfree') ?? 0),
    ...(fs === undefined ? {} : { grubFileSystem: fs }),
    grubAbstractions: (abstraction ?? '').split(' ').filter((word) => word !== ''),
    watchdogDevice: first('watchdogdevice') === 'yes',
    watchdogModules: valuesOf(lines, 'watchdogmodule'),
    failedUnits: valuesOf(lines, 'failed'),
    rcuOffloadThreads: valuesOf(lines, 'rcuothread').map(Number),
    grubLines: { linux: prefixed('grublinux:'), linuxDefault: prefixed('grubdefault:') },
    ...lateDefaults(lines, prefixed),
    ...brokenDefaults(lines),
    ...loaderEvidence(lines),
    blsEntries: blsEntries(lines),
    grubVariables: assignments(valuesOf(lines, 'grubenv')),
    efi: first('efi') === 'yes',
    ...(dmesg.length === 0 ? {} : { dmesg: dmesg.join('\n') }),
    ...(Object.keys(trial).length === 0 ? {} : { trial }),
    files,
  };
}

export const bootKind: ResourceKind<'boot'> = {
  kind: 'boot',
  library: bootLibrary,
  read: (requests) => (requests.length === 0 ? raw('') : raw('rtp_boot_read')),
  parse: (requests, output) =>
    new Map(requests.map(({ name }) => [name, parseBoot(output.toString('utf8'))])),
  canon: (_name, state) => `boot=${state.bootId}`,
  show: () => raw('printf \'boot=%s\\n\' "$(cat /proc/sys/kernel/random/boot_id)"'),
  save: () => raw(''),
  write: (changes) => {
    if (changes.length === 0) return raw('');
    throw new RtprovError('BAD_STATE', 'only a reboot changes what is running');
  },
  diff: () => ({ type: 'fields', fields: [] }),
  blobs: () => [],
  disturbedBy: () => [],
};
