import { RtprovError } from '../../diagnostics/diagnostic.js';

/** deb-control(5) and rpm's names: `name` or `name:arch`. Throws RtprovError BAD_NAME. */
export function checkPackageName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9+._-]*(:[a-z0-9_-]+)?$/.test(name)) return name;
  throw new RtprovError('BAD_NAME', `"${name}" is not a package name`);
}

/** deb-version(7), or rpm's [EPOCH:]VERSION-RELEASE, several of them with commas between. Throws RtprovError BAD_NAME. */
export function checkVersion(version: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9.+~:_^,-]*$/.test(version)) return version;
  throw new RtprovError('BAD_NAME', `"${version}" is not a package version`);
}

/** The versions that a state has: one at the most on Debian, and several of a kernel elsewhere. */
export function versionsOf(version: string | undefined): readonly string[] {
  return version === undefined ? [] : version.split(',');
}
