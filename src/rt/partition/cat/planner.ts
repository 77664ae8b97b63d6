/** Places groups one after the other: first those that keep their masks, then the others. */
import { counted, ofGuest, planError } from '../diagnostics.js';
import type { PlanDiagnostic } from '../model.js';
import type { Allocation } from './allocation.js';
import { splitMask, type Place, type Share } from './allocation.js';
import type { Candidate } from './candidate.js';
import { formerElsewhere, formerShares } from './former.js';
import { bitsIn } from './mask.js';
import { cacheName, defaultFault, maskFault } from './refusals.js';

export interface Placed {
  readonly candidate: Candidate;
  readonly shares: readonly Share[];
  /** For an exclusive group: what it has to take where its guest has no CPU. */
  readonly elsewhere: readonly Share[];
  /** Whether it has the masks of the former plan. */
  readonly kept: boolean;
}

/** How many groups there may be. */
export interface Limit {
  /** Of the hardware, the default group included. */
  readonly groups: number;
  /** Groups of other programs. */
  readonly foreign: number;
  /** Guests that ask for one. */
  readonly asking: number;
}

export class GroupPlanner {
  readonly diagnostics: PlanDiagnostic[] = [];
  readonly placed: Placed[] = [];

  constructor(
    private readonly everywhere: readonly Place[],
    private readonly allocation: Allocation,
    private readonly limit: Limit,
  ) {}

  /** Places a group where the former plan had it. False: it has to be placed again, after all that are kept. */
  keep(candidate: Candidate): boolean {
    const shares = formerShares(candidate, this.allocation);
    const elsewhere = formerElsewhere(candidate, this.elsewhereOf(candidate), leastWays, this.allocation);
    if (shares === undefined || elsewhere === undefined) return false;
    return this.isWithinLimit() && this.take({ candidate, shares, elsewhere, kept: true });
  }

  /** Places a new group, or says why there is none. */
  place(candidate: Candidate): void {
    if (!this.isWithinLimit()) {
      this.diagnostics.push(this.limitFault(candidate));
      return;
    }
    const shares = formerShares(candidate, this.allocation) ?? this.freshShares(candidate);
    if ('code' in shares) return void this.diagnostics.push(shares);
    const elsewhere = this.elsewhere(candidate);
    if ('code' in elsewhere) return void this.diagnostics.push(elsewhere);
    this.take({ candidate, shares, elsewhere, kept: false });
  }

  private take(placed: Placed): boolean {
    for (const { place, data, code } of [...placed.shares, ...placed.elsewhere])
      this.allocation.take(place, data | code);
    this.placed.push(placed);
    return true;
  }

  private isWithinLimit(): boolean {
    return this.placed.length + 1 + this.limit.foreign < this.limit.groups;
  }

  private limitFault({ name }: Candidate): PlanDiagnostic {
    const { groups, foreign, asking } = this.limit;
    const others = foreign === 0 ? '' : ` and ${foreign} of other programs`;
    const guests = asking === 1 ? '1 guest asks' : `${asking} guests ask`;
    return planError('CAT_CLOSID', ofGuest(name, 'cache'), {
      message: `${name}: the hardware has ${counted(groups, 'group')}, the default one${others} included, and ${guests} for one`,
      hint: 'Remove rt_guest.cache of a guest, or mount resctrl without cdp, which takes two for each.',
    });
  }

  private freshShares(candidate: Candidate): readonly Share[] | PlanDiagnostic {
    const { quantity, places, wish } = candidate;
    const ways = quantity.data + quantity.code;
    const shares: Share[] = [];
    for (const place of places) {
      if (wish.kind === 'mask') {
        if (!this.allocation.isFree(place, wish.mask))
          return maskFault(candidate, wish.mask, place, this.allocation);
        shares.push({ place, data: wish.mask, code: wish.mask });
        continue;
      }
      const mask = this.allocation.fit(place, ways);
      if (mask === undefined)
        return defaultFault(candidate, ways, place, this.allocation, this.othersAt(place));
      shares.push({ place, ...splitMask(mask, quantity.code) });
    }
    return shares;
  }

  private othersAt(place: Place): readonly { readonly name: string; readonly ways: number }[] {
    return this.placed.flatMap(({ candidate, shares }) =>
      shares
        .filter((share) => share.place.domain === place.domain)
        .map(({ data, code }) => ({ name: candidate.name, ways: bitsIn(data | code) })),
    );
  }

  /** The kernel checks an exclusive group in every cache, also where its guest has no CPU. */
  private elsewhereOf({ wish, places }: Candidate): readonly Place[] {
    if (wish.exclusive !== true) return [];
    const here = new Set(places.map(({ domain }) => domain));
    return this.everywhere.filter(({ domain }) => !here.has(domain));
  }

  private elsewhere(candidate: Candidate): readonly Share[] | PlanDiagnostic {
    const shares: Share[] = [];
    for (const place of this.elsewhereOf(candidate)) {
      const ways = leastWays(place);
      const mask = this.allocation.fit(place, ways);
      if (mask === undefined)
        return planError('CAT_EXCL_OTHER', ofGuest(candidate.name, 'cache', 'exclusive'), {
          message: `${candidate.name}: an exclusive group also takes ${counted(ways, 'way')} of ${cacheName(place)}, and no more are free there`,
          hint: 'Remove exclusive: groups that share no bit are apart without it.',
        });
      shares.push({ place, data: mask, code: mask });
    }
    return shares;
  }
}

/** The fewest ways that a mask may have there. */
function leastWays({ control }: Place): number {
  return Math.max(control.minBits, 1);
}
