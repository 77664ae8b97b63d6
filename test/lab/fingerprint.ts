import { fingerprintFiles } from './fingerprint-files.js';
import { type Exception, FINGERPRINT_EXCEPTIONS } from './fingerprint-exceptions.js';
import { readLive, readPackages } from './fingerprint-system.js';
import type { LabHost } from './host.js';

/** A whole host, taken from outside. Two of one host are equal when nothing about it has changed. */
export interface Fingerprint {
  /** Every path by which the host differs from its image: 'type mode uid gid sha256|target', or 'absent'. */
  readonly files: Readonly<Record<string, string>>;
  /** All of dpkg's: 'name:arch' -> version, status, and whether apt counts it as installed for another's sake. */
  readonly packages: Readonly<Record<string, string>>;
  /** Units that are not inactive: 'active/sub'. Empty while the host is off. */
  readonly units: Readonly<Record<string, string>>;
  /** net.*, which belongs to the host's namespace; the rest is the machine's. Empty while the host is off. */
  readonly sysctls: Readonly<Record<string, string>>;
}

export { FINGERPRINT_EXCEPTIONS } from './fingerprint-exceptions.js';

export interface Difference {
  readonly kind: keyof Fingerprint;
  readonly name: string;
  /** `undefined` means: as the image has it (a file), or not there (all else). */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export async function fingerprint(host: LabHost): Promise<Fingerprint> {
  const [files, live] = await Promise.all([
    fingerprintFiles({ upper: host.upperDir, merged: host.rootDir, base: host.baseDir }),
    host.isRunning() ? readLive((argv) => host.inside(argv)) : { units: {}, sysctls: {} },
  ]);
  return { files, packages: readPackages(host.rootDir), ...live };
}

function isExcepted(kind: keyof Fingerprint, name: string, exceptions: readonly Exception[]): boolean {
  return exceptions.some((exception) => {
    if ((exception.kind ?? 'files') !== kind) return false;
    if (typeof exception.what !== 'string') return exception.what.test(name);
    return exception.what.endsWith('/') ? `${name}/`.startsWith(exception.what) : name === exception.what;
  });
}

/** What differs between two fingerprints of one host, without what the exceptions name. */
export function diffFingerprints(
  a: Fingerprint,
  b: Fingerprint,
  exceptions: readonly Exception[] = FINGERPRINT_EXCEPTIONS,
): readonly Difference[] {
  const kinds = ['files', 'packages', 'units', 'sysctls'] as const;
  return kinds.flatMap((kind) => {
    const names = new Set([...Object.keys(a[kind]), ...Object.keys(b[kind])]);
    return [...names].sort().flatMap((name): readonly Difference[] => {
      const [before, after] = [a[kind][name], b[kind][name]];
      return before === after || isExcepted(kind, name, exceptions) ? [] : [{ kind, name, before, after }];
    });
  });
}

/** One line a difference, for a test's message. */
export function formatDifferences(differences: readonly Difference[]): string {
  return differences
    .map(({ kind, name, before, after }) => {
      const same = kind === 'files' ? '(as in the image)' : '(none)';
      return `${kind} ${name}: ${before ?? same} -> ${after ?? same}`;
    })
    .join('\n');
}
