/** Package names as tasks write them; Debian's are `name`, `name:arch`, `name=version`, `name/release`, patterns. */

export interface PackageWord {
  /** As written. */
  readonly word: string;
  /** Without version and release. */
  readonly name: string;
  /** The name of the `package` resource. */
  readonly resource: string;
  /** As written after `=`; it may be a pattern. */
  readonly version?: string;
  /** The name is a pattern, so only apt knows what it means. */
  readonly pattern: boolean;
}

const WORD = /^([A-Za-z0-9*?[\]][A-Za-z0-9+.:*?[\]!_-]*)(?:=([A-Za-z0-9.+~:*?[\]_-]+)|\/[A-Za-z0-9.+~_-]+)?$/;

/** Undefined for what is not a package name. */
export function packageWord(text: string): PackageWord | undefined {
  // apt-get takes `name = version` nowhere, but Ansible's users write it.
  const word = text.replace(/\s*=\s*/, '=').trim();
  const found = WORD.exec(word);
  // To apt-get, `name-` is a removal.
  if (found?.[1] === undefined || word.endsWith('-')) return undefined;
  const [, name, version] = found;
  return {
    word,
    name,
    resource: name.toLowerCase(),
    pattern: /[*?[]/.test(name),
    ...(version === undefined ? {} : { version }),
  };
}

/** Architectures that rpm's own names may end in; others are a part of the name (`python3.11`). */
const RPM_ARCH = /^(.+)\.(noarch|i[3-6]86|x86_64|aarch64|armv7hl|ppc64le|s390x|riscv64)$/;

/** For dnf and zypper: a name as rpm has it, perhaps with its architecture (`glibc.i686`). Undefined for what is none. */
export function rpmWord(text: string): PackageWord | undefined {
  const word = text.trim();
  if (!/^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(word) || word.endsWith('-')) return undefined;
  const [, bare, arch] = RPM_ARCH.exec(word) ?? [];
  return {
    word,
    name: word,
    resource: bare === undefined || arch === undefined ? word : arch === 'noarch' ? bare : `${bare}:${arch}`,
    pattern: false,
  };
}

/** fnmatch(3) on a version. */
export function versionMatches(pattern: string, version: string): boolean {
  const source = pattern.replace(/[*?]|[^A-Za-z0-9*?]/g, (part) =>
    part === '*' ? '.*' : part === '?' ? '.' : `\\${part}`,
  );
  return new RegExp(`^${source}$`).test(version);
}
