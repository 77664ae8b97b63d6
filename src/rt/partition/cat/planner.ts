/** Places groups one after the other: first those that keep their masks, then the others. */
import { intersectCpus } from '../../cpus/cpu-list.js';
import type { PlanDiagnostic } from '../model.js';
import { Allocation, splitMask, type Place, type Share } from './allocation.js';
import type { Candidate } from './candidate.js';
import { isWhole, reserveForeign, type ForeignMask } from './foreign.js';
import { formerElsewhere, formerShares } from './former.js';
import { bitsIn } from './mask.js';
import {
  defaultFault,
  elsewhereFault,
  limitFault,
  maskFault,
  wholeFault,
  type Attempt,
  type Limit,
} from './no-room.js';
import { leastWays, mostWays } from './position.js';

export interface Placed {
  readonly candidate: Candidate;
  readonly shares: readonly Share[];
  /** For an exclusive group: what it has to take in the other caches. */
  readonly elsewhere: readonly Share[];
  /** Whether it has the masks of the former plan. */
  readonly kept: boolean;
}

/** What the machine offers before a group of ours is placed. */
export interface Offer {
  readonly everywhere: readonly Place[];
  readonly limit: Limit;
  readonly foreign: readonly ForeignMask[];
}

/** Why a guest gets no group. The words are made when somebody reads them, since they may need trials. */
type Refusal = () => PlanDiagnostic;

/** Former groups first, then explicit masks, then the others, each in the order of `candidates`. */
export function placeAll(offer: Offer, candidates: readonly Candidate[]): GroupPlanner {
  const planner = new GroupPlanner(offer, candidates);
  const fresh = candidates.filter((candidate) => !planner.keep(candidate));
  const explicit = fresh.filter(({ wish }) => wish.kind === 'mask');
  for (const candidate of [...explicit, ...fresh.filter(({ wish }) => wish.kind !== 'mask')])
    planner.place(candidate);
  return planner;
}

export class GroupPlanner {
  readonly placed: Placed[] = [];
  readonly allocation = new Allocation();
  /** What other programs have. */
  readonly before: Allocation;
  private readonly refusals: Refusal[] = [];

  constructor(
    private readonly offer: Offer,
    private readonly candidates: readonly Candidate[],
  ) {
    reserveForeign(offer.foreign, this.allocation);
    this.before = new Allocation(this.allocation);
  }

  diagnostics(): readonly PlanDiagnostic[] {
    return this.refusals.map((refusal) => refusal());
  }

  /** Places a group where the former plan had it. False: it has to be placed again, after all that are kept. */
  keep(candidate: Candidate): boolean {
    if (!this.isWithinLimit() || this.wholeBeside(candidate) !== undefined) return false;
    const shares = formerShares(candidate, this.allocation);
    const waysAt = (place: Place): number => this.waysElsewhere(candidate, place);
    const elsewhere = formerElsewhere(candidate, this.elsewhereOf(candidate), waysAt, this.allocation);
    if (shares === undefined || elsewhere === undefined) return false;
    this.take({ candidate, shares, elsewhere, kept: true });
    return true;
  }

  /** Places a new group, or keeps in mind why there is none. */
  place(candidate: Candidate): void {
    const refusal = this.fresh(candidate);
    if (refusal !== undefined) this.refusals.push(refusal);
  }

  private fresh(candidate: Candidate): Refusal | undefined {
    const { limit } = this.offer;
    if (!this.isWithinLimit()) return () => limitFault(candidate, limit, this.candidates.length);
    const whole = this.wholeBeside(candidate);
    if (whole !== undefined) return () => wholeFault(candidate, whole);
    const shares = formerShares(candidate, this.allocation) ?? this.freshShares(candidate);
    if (typeof shares === 'function') return shares;
    const elsewhere = this.elsewhere(candidate);
    if (typeof elsewhere === 'function') return elsewhere;
    this.take({ candidate, shares, elsewhere, kept: false });
    return undefined;
  }

  private take(placed: Placed): void {
    for (const { place, data, code } of [...placed.shares, ...placed.elsewhere])
      this.allocation.take(place, data | code, { name: placed.candidate.name, foreign: false });
    this.placed.push(placed);
  }

  private isWithinLimit(): boolean {
    const { groups, foreign } = this.offer.limit;
    return this.placed.length + 1 + foreign.length < groups;
  }

  /** Another program's group that no exclusive group can be beside. */
  private wholeBeside({ wish }: Candidate): ForeignMask | undefined {
    return wish.exclusive === true ? this.offer.foreign.find(isWhole) : undefined;
  }

  private freshShares(candidate: Candidate): readonly Share[] | Refusal {
    const { quantity, places, wish } = candidate;
    const ways = quantity.data + quantity.code;
    const shares: Share[] = [];
    for (const place of places) {
      if (wish.kind === 'mask') {
        const { mask } = wish;
        const attempt = this.attempt(candidate, place);
        if (!this.allocation.isFree(place, mask)) return () => maskFault(candidate, mask, place, attempt);
        shares.push({ place, data: mask, code: mask });
        continue;
      }
      const mask = this.allocation.fit(place, ways);
      const attempt = this.attempt(candidate, place);
      if (mask === undefined) return () => defaultFault(candidate, place, attempt);
      shares.push({ place, ...splitMask(mask, quantity.code) });
    }
    return shares;
  }

  /** What is taken now, for the words of a refusal. */
  private attempt(candidate: Candidate, place: Place): Attempt {
    const others = this.placed.flatMap(({ candidate: asked, shares }) =>
      shares
        .filter((share) => share.place.domain === place.domain)
        .map(({ data, code }) => ({ asked, ways: bitsIn(data | code) })),
    );
    return {
      allocation: new Allocation(this.allocation),
      others,
      helps: (name, ways) => this.wouldHelp(candidate, name, ways),
    };
  }

  /** Plans again with another wish of one guest. */
  private wouldHelp(candidate: Candidate, name: string, ways: number): boolean {
    const quantity = { data: ways, code: 0, why: '' };
    const changed = this.candidates.map((one): Candidate =>
      one.name === name ? { ...one, quantity, wish: { ...one.wish, kind: 'ways', ways } } : one,
    );
    const placed = new Set(placeAll(this.offer, changed).placed.map((one) => one.candidate.name));
    return [...this.placed.map((one) => one.candidate), candidate].every((one) => placed.has(one.name));
  }

  /** The kernel checks an exclusive group in every cache, also where its guest has no CPU. */
  private elsewhereOf({ wish, places }: Candidate): readonly Place[] {
    if (wish.exclusive !== true) return [];
    const here = new Set(places.map(({ domain }) => domain));
    return this.offer.everywhere.filter(({ domain }) => !here.has(domain));
  }

  /**
   * Ways of an exclusive group in a cache of another level or of other CPUs: the fewest that there can be where its guest has no CPU.
   * Where it has some, its part of all that the default group and the other exclusive groups do not need.
   */
  private waysElsewhere({ cpus }: Candidate, place: Place): number {
    const { control, domain } = place;
    const least = leastWays(control);
    const own = intersectCpus(cpus, domain.cache.cpus).length;
    if (own === 0) return least;
    const others = this.candidates.filter(({ wish }) => wish.exclusive === true).length - 1;
    const room = mostWays(control, this.before.taken(place)) - others * least;
    return Math.max(least, Math.floor((room * own) / domain.cache.cpus.length));
  }

  private elsewhere(candidate: Candidate): readonly Share[] | Refusal {
    const shares: Share[] = [];
    for (const place of this.elsewhereOf(candidate)) {
      const least = leastWays(place.control);
      const mask =
        this.allocation.fit(place, this.waysElsewhere(candidate, place)) ?? this.allocation.fit(place, least);
      const allocation = new Allocation(this.allocation);
      if (mask === undefined) return () => elsewhereFault(candidate, least, place, allocation);
      shares.push({ place, data: mask, code: mask });
    }
    return shares;
  }
}
