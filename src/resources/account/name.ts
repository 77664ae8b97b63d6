import { RtprovError } from '../../diagnostics/diagnostic.js';

/** useradd(8): what a name may not hold. */
export function isAccountName(name: string): boolean {
  return name !== '' && name.length <= 256 && !/[:,/\s\0\\]/.test(name) && !/^[-+~]/.test(name);
}

/** Throws RtprovError BAD_NAME. */
export function checkAccountName(name: string): string {
  if (isAccountName(name)) return name;
  throw new RtprovError('BAD_NAME', `"${name}" is not the name of a user or group`);
}
