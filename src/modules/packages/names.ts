/** Debian package names as tasks write them: `name`, `name:arch`, `name=version`, `name/release`, patterns. */

export interface PackageWord {
  /** As written. */
  readonly word: string;
  /** Without version and release. */
  readonly name: string;
  /** As written behind `=`; it may be a pattern. */
  readonly version?: string;
  /** The name is a pattern, so only apt can tell what it means. */
  readonly pattern: boolean;
}

const WORD = /^([A-Za-z0-9*?[\]][A-Za-z0-9+.:*?[\]!_-]*)(?:=([A-Za-z0-9.+~:*?[\]_-]+)|\/[A-Za-z0-9.+~_-]+)?$/;

/** Undefined for what is no package name. */
export function packageWord(text: string): PackageWord | undefined {
  // apt-get takes `name = version` nowhere, but Ansible's users write it.
  const word = text.replace(/\s*=\s*/, '=').trim();
  const found = WORD.exec(word);
  // To apt-get, `name-` is a removal.
  if (found?.[1] === undefined || word.endsWith('-')) return undefined;
  const [, name, version] = found;
  return { word, name, pattern: /[*?[]/.test(name), ...(version === undefined ? {} : { version }) };
}

/** fnmatch(3) on a version. */
export function versionMatches(pattern: string, version: string): boolean {
  const source = pattern.replace(/[*?]|[^A-Za-z0-9*?]/g, (part) =>
    part === '*' ? '.*' : part === '?' ? '.' : `\\${part}`,
  );
  return new RegExp(`^${source}$`).test(version);
}
