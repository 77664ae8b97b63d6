/**
 * What libvirt's `cachetune` will choose: it takes sizes, and chooses the position by itself when the domain starts
 * (virResctrlAllocFindUnused() in src/util/virresctrl.c): of the free runs that are large enough the smallest, of equals the lowest. Free is
 * what no group has, the default group included: so that one has to be made smaller first.
 */
import { ofGuest, planError, planWarning } from '../diagnostics.js';
import { byName } from '../guests/demand.js';
import type { PlanDiagnostic } from '../model.js';
import { splitMask, type Allocation, type Place, type Share } from './allocation.js';
import { bitRun, bitsIn, hex, isContiguous, runsIn } from './mask.js';
import type { Placed } from './planner.js';
import { defaultNeeds } from './position.js';
import { cacheName } from './refusals.js';
import { parseSchemata, type Masks } from './schemata.js';

/** The mask; undefined: "Not enough room for allocation". `taken`: the bits of all groups, also the default one. */
export function predictLibvirt(maskBits: number, taken: bigint, ways: number): bigint | undefined {
  const runs = runsIn(bitRun(0, maskBits) & ~taken).filter(({ count }) => count >= ways);
  const [first] = [...runs].sort((a, b) => a.count - b.count || a.start - b.start);
  return first === undefined ? undefined : bitRun(first.start, ways);
}

function bitsAt(place: Place, placed: readonly Placed[]): bigint {
  return placed
    .flatMap(({ shares, elsewhere }) => [...shares, ...elsewhere])
    .filter((share) => share.place.domain === place.domain)
    .reduce((bits, { data, code }) => bits | data | code, 0n);
}

/** The groups as they will be once all guests run. */
export class Prediction {
  readonly diagnostics: PlanDiagnostic[] = [];
  readonly placed: readonly Placed[];
  /** Whether a guest uses cachetune. Then the default group stays as small as it is. */
  private readonly usesLibvirt: boolean;
  /** Groups that libvirt makes when their guests start; what it made before stays while they run. */
  private readonly starting: readonly Placed[];
  private readonly now: Masks;
  private readonly chosen = new Map<Place['domain'], bigint>();

  /** @param schemata Of the default group, as it is now; empty: not known. */
  constructor(
    placed: readonly Placed[],
    private readonly allocation: Allocation,
    schemata: string,
  ) {
    this.now = parseSchemata(schemata);
    this.usesLibvirt = placed.some(({ candidate }) => candidate.wish.by === 'libvirt');
    const starts = ({ candidate, kept }: Placed): boolean => candidate.wish.by === 'libvirt' && !kept;
    this.starting = placed.filter(starts).sort((a, b) => byName(a.candidate, b.candidate));
    const started = this.starting.flatMap((one) => this.start(one) ?? []);
    this.placed = [...placed.filter((one) => !starts(one)), ...started];
  }

  /** What is left to the default group. Who uses cachetune has to make it smaller before: where it is smaller already, it stays so. */
  defaultMask(place: Place): bigint {
    const most = this.allocation.defaultMask(place);
    const now = this.nowAt(place);
    const { control } = place;
    const does =
      this.usesLibvirt &&
      (now & ~most) === 0n &&
      (now & control.shareable) === control.shareable &&
      isContiguous(now) &&
      bitsIn(now) >= defaultNeeds(control);
    return does ? now : most;
  }

  /** Whether it has less than it could, because it is smaller now. */
  isSmallerDefault(place: Place): boolean {
    return this.defaultMask(place) !== this.allocation.defaultMask(place);
  }

  private nowAt({ control, domain }: Place): bigint {
    return control.names.reduce((bits, name) => bits | (this.now[name]?.get(domain.id) ?? 0n), 0n);
  }

  /** Undefined: libvirt will refuse to start the guest. */
  private start(one: Placed): Placed | undefined {
    const { candidate } = one;
    const shares: Share[] = [];
    for (const { place, data, code } of one.shares) {
      const ways = bitsIn(data | code);
      const others = this.allocation.taken(place) & ~bitsAt(place, this.starting);
      const taken = others | this.defaultMask(place) | (this.chosen.get(place.domain) ?? 0n);
      const mask = predictLibvirt(place.control.maskBits, taken, ways);
      if (mask === undefined) return void this.diagnostics.push(noRoom(candidate.name, ways, place));
      shares.push({ place, ...splitMask(mask, candidate.quantity.code) });
    }
    for (const { place, data, code } of shares)
      this.chosen.set(place.domain, (this.chosen.get(place.domain) ?? 0n) | data | code);
    const held = shares.find(({ place, data, code }) => (this.nowAt(place) & (data | code)) !== 0n);
    if (held !== undefined) this.diagnostics.push(this.notShrunk(candidate.name, held.place));
    return { ...one, shares };
  }

  private notShrunk(name: string, place: Place): PlanDiagnostic {
    return planWarning('CAT_LIBVIRT', ofGuest(name, 'cache', 'by'), {
      message: `${name}: libvirt takes only ways that no group has, and the default group has ${hex(this.nowAt(place))} of ${cacheName(place)} now`,
      hint: `Put the plan into effect before the guest starts: it leaves ${hex(this.defaultMask(place))} to the default group.`,
    });
  }
}

function noRoom(name: string, ways: number, place: Place): PlanDiagnostic {
  return planError('CAT_LIBVIRT', ofGuest(name, 'cache', 'by'), {
    message: `${name}: libvirt will not find ${ways} free ways in one piece in ${cacheName(place)}: it gives the guests that start before it the smallest holes`,
    hint: 'Remove rt_guest.cache.by, or plan again with --replan.',
  });
}
