/** Who wants what of the kernel command line: several tasks and roles each own a part of it. */
import type { Diagnostic } from '../../diagnostics/diagnostic.js';
import { clashes, lastOfEach, replacedBy, type Removal } from './arg-sets.js';
import { canonicalName, type KernelArg } from './kernel-args.js';

export interface ArgOwner {
  /** Any name on one line; it is what a task is known by when it changes or takes back its arguments. */
  readonly owner: string;
  readonly set: readonly KernelArg[];
  readonly remove: readonly Removal[];
}

/** The owners with one of them changed where it is, or added after the others. */
export function withOwner(owners: readonly ArgOwner[], owner: ArgOwner): readonly ArgOwner[] {
  return owners.some((other) => other.owner === owner.owner)
    ? owners.map((other) => (other.owner === owner.owner ? owner : other))
    : [...owners, owner];
}

export function withoutOwner(owners: readonly ArgOwner[], name: string): readonly ArgOwner[] {
  return owners.filter(({ owner }) => owner !== name);
}

/** All that the owners set, in their order; where two set what only one can have, the later one's stays. */
export function wantedArgs(owners: readonly ArgOwner[]): readonly KernelArg[] {
  return lastOfEach(owners.flatMap(({ set }) => set));
}

/** What makes room on a line that has `present`: what the owners take out, and what they set something in the place of. */
export function removalsOf(owners: readonly ArgOwner[], present: readonly KernelArg[]): readonly Removal[] {
  return [...owners.flatMap(({ remove }) => remove), ...replacedBy(wantedArgs(owners), present)];
}

/** Two owners that want different things of one argument: only one of them can have it. */
export function ownerConflicts(owners: readonly ArgOwner[]): readonly Diagnostic[] {
  const faults: Diagnostic[] = [];
  const conflict = (name: string, detail: string): void => {
    faults.push({
      code: 'ARG_OWNERS',
      severity: 'error',
      summary: 'two owners set a kernel argument differently',
      detail,
      hint: `let one of them own ${name}`,
    });
  };
  for (const [index, later] of owners.entries()) {
    for (const earlier of owners.slice(0, index)) {
      for (const { left, right } of clashes(earlier.set, later.set))
        conflict(right.name, `"${earlier.owner}" sets ${left.text} and "${later.owner}" sets ${right.text}.`);
      for (const [setter, remover] of [
        [later, earlier],
        [earlier, later],
      ] as const) {
        for (const removal of remover.remove) {
          const arg = setter.set.find(
            ({ name, value }) =>
              canonicalName(name) === canonicalName(removal.name) &&
              (removal.value === undefined || removal.value === value),
          );
          if (arg)
            conflict(arg.name, `"${setter.owner}" sets ${arg.text} and "${remover.owner}" removes it.`);
        }
      }
    }
  }
  return faults;
}
