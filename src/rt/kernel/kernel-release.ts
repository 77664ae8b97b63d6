/** Which kernel release (uname -r) a package brings. */

/** Debian and Ubuntu name the package after it: `linux-image-6.1.0-41-rt-amd64`. Also found in what a meta-package depends on. */
export function debianRelease(text: string): string | undefined {
  return /\blinux-image-(\d[\w.+~-]*)/.exec(text)?.[1];
}

/**
 * SUSE's packages are called `kernel-FLAVOUR`; the release leaves the build service's rebuild counter out, the last part of the package's
 * own release (kernel-source, rpm/kernel-spec-macros: `source_rel`). 5.14.21-150500.13.5.1 of kernel-rt is 5.14.21-150500.13.5-rt.
 */
export function suseRelease(name: string, version: string): string | undefined {
  const [, flavour] = /^kernel-([a-z0-9_]+)$/.exec(name) ?? [];
  const [, source] = /^(?:\d+:)?([^:]+-[^:]*)\.\d+$/.exec(version) ?? [];
  return flavour === undefined || source === undefined ? undefined : `${source}-${flavour}`;
}
