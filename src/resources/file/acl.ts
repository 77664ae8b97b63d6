/**
 * A POSIX access list (`system.posix_acl_access`) holds the permission bits of the mode too, so the two must
 * agree: `chmod` changes the list (acl(5), "correspondence between ACL entries and file permission bits").
 */

const userObject = 0x01;
const groupObject = 0x04;
const mask = 0x10;
const other = 0x20;
const headerBytes = 4;
const entryBytes = 8;

/** The access list (base64 of the kernel's form, linux/posix_acl_xattr.h) with the mode's bits in it. */
export function aclWithMode(base64: string, mode: string): string {
  const list = Buffer.from(base64, 'base64');
  if (list.length < headerBytes || list.readUInt32LE(0) !== 2) return base64;
  const bits = Number.parseInt(mode, 8);
  const entries: number[] = [];
  for (let at = headerBytes; at + entryBytes <= list.length; at += entryBytes) entries.push(at);
  const hasMask = entries.some((at) => list.readUInt16LE(at) === mask);
  for (const at of entries) {
    const tag = list.readUInt16LE(at);
    if (tag === userObject) list.writeUInt16LE((bits >> 6) & 7, at + 2);
    if (tag === (hasMask ? mask : groupObject)) list.writeUInt16LE((bits >> 3) & 7, at + 2);
    if (tag === other) list.writeUInt16LE(bits & 7, at + 2);
  }
  return list.toString('base64');
}
