import { RtprovError } from '../../diagnostics/diagnostic.js';

/**
 * The path below /proc/sys of a parameter's name. sysctl(8): the separators are those of the kind that comes first,
 * so `net.ipv4.conf.eth0/1.forwarding` and `net/ipv4/conf/eth0.1/forwarding` are the same parameter.
 * Throws RtprovError BAD_NAME for names that would lead out of /proc/sys.
 */
export function sysctlPath(name: string): string {
  const dotted = /[./]/.exec(name)?.[0] !== '/';
  const path = dotted ? name.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.')) : name;
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..') || /[\0-\x20]/.test(path)) {
    throw new RtprovError('BAD_NAME', `"${name}" is not the name of a kernel parameter`);
  }
  return path;
}
