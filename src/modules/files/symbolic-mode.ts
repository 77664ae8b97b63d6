/**
 * Symbolic modes (`u=rw,g+r,o-rwx`, `a+X`), as chmod(1) of GNU coreutils applies them: chapter "File
 * permissions" of its manual. test/modules/files/symbolic-mode.host.test.ts compares with the real chmod.
 */

const READ = 0o444;
const WRITE = 0o222;
const EXECUTE = 0o111;
const SET_IDS = 0o6000;
const STICKY = 0o1000;
const ALL = 0o7777;

/** The bits that belong to each class of users; the sticky bit goes with the others. */
const CLASS: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007, a: ALL };

const CLAUSE = /^([ugoa]*)((?:[-+=](?:[rwxXst]+|[ugo]|))+)$/;
const ACTION = /([-+=])([rwxXst]+|[ugo]|)/g;

/** Whether the text is a symbolic mode at all. */
export function isSymbolicMode(text: string): boolean {
  return text !== '' && text.split(',').every((clause) => CLAUSE.test(clause));
}

/** The permission bits that a class has, spread over all three classes. */
function copied(mode: number, from: string): number {
  const bits = mode & (CLASS[from] ?? 0);
  return (bits & READ ? READ : 0) | (bits & WRITE ? WRITE : 0) | (bits & EXECUTE ? EXECUTE : 0);
}

function permissionBits(permissions: string, mode: number, isDirectory: boolean): number {
  let bits = 0;
  for (const letter of permissions) {
    if (letter === 'r') bits |= READ;
    else if (letter === 'w') bits |= WRITE;
    else if (letter === 'x') bits |= EXECUTE;
    else if (letter === 'X') bits |= isDirectory || (mode & EXECUTE) !== 0 ? EXECUTE : 0;
    else if (letter === 's') bits |= SET_IDS;
    else if (letter === 't') bits |= STICKY;
    else bits |= copied(mode, letter);
  }
  return bits;
}

/**
 * The mode that `text` makes of `present` (both as numbers). A clause without u, g, o or a means all, but
 * touches no bit that the umask masks. On a directory the set-id bits stay unless they are named.
 */
export function applySymbolicMode(
  present: number,
  text: string,
  isDirectory: boolean,
  umask: number,
): number {
  let mode = present;
  for (const clause of text.split(',')) {
    const [, who = '', actions = ''] = CLAUSE.exec(clause) ?? [];
    const affected = Array.from(who).reduce((bits, letter) => bits | (CLASS[letter] ?? 0), 0);
    for (const [, operator, permissions = ''] of actions.matchAll(ACTION)) {
      const wanted = permissionBits(permissions, mode, isDirectory);
      const named = affected === 0 ? wanted : wanted & affected;
      const kept = isDirectory ? SET_IDS & ~named : 0;
      const bits = wanted & (affected === 0 ? ~umask : affected) & ~kept;
      if (operator === '+') mode |= bits;
      else if (operator === '-') mode &= ~bits;
      else mode = (mode & ((affected === 0 ? 0 : ~affected) | kept)) | bits;
    }
  }
  return mode & ALL;
}
