/** Extended attributes in the form that `getfattr -d -e base64` prints and `setfattr --restore` reads. */
import { aclWithMode } from './acl.js';

const aclName = 'system.posix_acl_access';

function escapeOctal(text: string, characters: RegExp): string {
  return text.replace(characters, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** A path as in a dump's `# file:` line (quote() in attr's libmisc). */
export function dumpPath(path: string): string {
  return escapeOctal(path, /[\n\r\\]/g);
}

function dumpName(name: string): string {
  return escapeOctal(name, /[=\n\r\\]/g);
}

function undumpName(name: string): string {
  return name.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The lines `name=0sBASE64` in byte order of the names, as getfattr sorts them. */
export function dumpLines(xattrs: Readonly<Record<string, string>>, mode: string): readonly string[] {
  return Object.entries(xattrs)
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, value]) => `${dumpName(name)}=0s${name === aclName ? aclWithMode(value, mode) : value}`);
}

/** One line of a dump; undefined when it is none. */
export function parseDumpLine(line: string): readonly [name: string, value: string] | undefined {
  const match = /^(.*)=0s([A-Za-z0-9+/=]*)$/.exec(line);
  return match === null ? undefined : [undumpName(match[1] ?? ''), match[2] ?? ''];
}
