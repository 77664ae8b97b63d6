import { RtprovError } from '../../diagnostics/diagnostic.js';

/** deb-control(5): `name` or `name:arch`. Throws RtprovError BAD_NAME. */
export function checkPackageName(name: string): string {
  if (/^[a-z0-9][a-z0-9+.-]*(:[a-z0-9-]+)?$/.test(name)) return name;
  throw new RtprovError('BAD_NAME', `"${name}" is no name of a Debian package`);
}

/** deb-version(7). Throws RtprovError BAD_NAME. */
export function checkVersion(version: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9.+~:-]*$/.test(version)) return version;
  throw new RtprovError('BAD_NAME', `"${version}" is no version of a Debian package`);
}
