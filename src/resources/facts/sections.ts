/** The probe's output as sections, and its small files by path. */
import { readFailed } from '../lib/output.js';

export interface Probe {
  /** Lines of a section; empty when it is not there. */
  readonly section: (name: string) => readonly string[];
  /** Lines of a small file; empty when it is not there. */
  readonly file: (path: string) => readonly string[];
  /** First line of a small file, trimmed; undefined when it is not there. */
  readonly word: (path: string) => string | undefined;
  /** Paths of small files that match, in the order of reading. */
  readonly paths: (pattern: RegExp) => readonly string[];
  /** `key=value` lines of the first section. */
  readonly target: ReadonlyMap<string, readonly string[]>;
  readonly osRelease: ReadonlyMap<string, string>;
  readonly environment: Readonly<Record<string, string>>;
}

function unquote(value: string): string {
  const [, quoted] = /^(?:"(.*)"|'(.*)')$/.exec(value) ?? [];
  return (quoted ?? value).replace(/\\(["$`\\])/g, '$1').replace(/^'(.*)'$/, '$1');
}

/** Lines `KEY=value` as os-release(5) and shell-like files have them. */
export function assignments(text: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text) {
    const [, key, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) found.set(key, unquote(value.trim()));
  }
  return found;
}

function readEnvironment(text: string): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const entry of text.split('\0')) {
    const at = entry.indexOf('=');
    if (at > 0) environment[entry.slice(0, at)] = entry.slice(at + 1);
  }
  return environment;
}

export function readProbe(output: Buffer): Probe {
  const text = output.toString('utf8');
  if (!text.startsWith('::target\n')) throw readFailed('facts', text);
  const envAt = text.indexOf('\n::env\n');
  const head = envAt < 0 ? text : text.slice(0, envAt + 1);
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of head.split('\n')) {
    const [, name] = /^::([a-z0-9]+)$/.exec(line) ?? [];
    if (name !== undefined) sections.set(name, (lines = []));
    else lines.push(line);
  }
  const files = new Map<string, string[]>();
  const addFile = (line: string): void => {
    const at = line.indexOf(':');
    if (!line.startsWith('/') || at < 0) return;
    const path = line.slice(0, at);
    const content = files.get(path) ?? [];
    content.push(line.slice(at + 1));
    files.set(path, content);
  };
  sections.get('files')?.forEach(addFile);
  const target = new Map<string, string[]>();
  for (const line of sections.get('target') ?? []) {
    if (line.startsWith('/')) addFile(line);
    const [, key, value] = /^([a-z_]+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) target.set(key, [...(target.get(key) ?? []), value]);
  }
  const file = (path: string): readonly string[] => files.get(path) ?? [];
  const osRelease = assignments(
    files.has('/etc/os-release') ? file('/etc/os-release') : file('/usr/lib/os-release'),
  );
  return {
    section: (name) => (sections.get(name) ?? []).filter((line) => line !== ''),
    file,
    word: (path) => files.get(path)?.[0]?.trim(),
    paths: (pattern) => [...files.keys()].filter((path) => pattern.test(path)),
    target,
    osRelease,
    environment: envAt < 0 ? {} : readEnvironment(text.slice(envAt + '\n::env\n'.length)),
  };
}
