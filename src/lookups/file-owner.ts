/** Who owns a file of the controller, and since when it is as it is. */
import { readFileSync, statSync } from 'node:fs';

let users: ReadonlyMap<string, string> | undefined;

/** Names of users by their number, from /etc/passwd. */
function userNames(): ReadonlyMap<string, string> {
  if (users !== undefined) return users;
  let text = '';
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    // Without it the number is shown.
  }
  const pairs = text.split('\n').map((line) => line.split(':'));
  users = new Map(pairs.map(([name = '', , uid = '']) => [uid, name]));
  return users;
}

export function ownerName(uid: number): string {
  return userNames().get(String(uid)) ?? String(uid);
}

export function fileOrigin(path: string): { readonly owner: string; readonly changed: Date } {
  const { uid, mtime } = statSync(path);
  return { owner: ownerName(uid), changed: mtime };
}
