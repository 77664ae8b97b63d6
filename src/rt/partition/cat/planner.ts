/** Placing cache groups one after the other. */
import type { Resctrl } from '../../topology/model.js';
import { ofGuest, planError } from '../diagnostics.js';
import { byName } from '../guests/demand.js';
import type { CacheGroup, GuestRequest, PlanDiagnostic } from '../model.js';
import { Allocation, splitMask, type Place, type Share } from './allocation.js';
import type { Candidate } from './candidate.js';
import type { CacheControl } from './domains.js';
import { predictLibvirt } from './libvirt.js';
import { bitsIn, hex } from './mask.js';
import { cacheName, defaultFault, maskFault } from './refusals.js';
import { parseSchemata } from './schemata.js';

/** The folder of a guest's group below the mount point of resctrl. */
export function groupFolder(guest: string): string {
  return `rtprov-${guest}`;
}

/** libvirt's own group of a domain: `qemu-3-plc1-vcpus_0-3`. */
function isOfDomain(folder: string, guests: readonly GuestRequest[]): boolean {
  return guests.some(
    ({ name }) => new RegExp(String.raw`^qemu-\d+-`).test(folder) && folder.includes(`-${name}-vcpus_`),
  );
}

function noRoom({ name }: Candidate, ways: number, place: Place): PlanDiagnostic {
  return planError('CAT_LIBVIRT', ofGuest(name, 'cache', 'by'), {
    message: `${name}: libvirt will not find ${ways} free ways in one piece in ${cacheName(place)}: it gives the guests that start before it the smallest holes`,
    hint: 'Remove rt_guest.cache.by, or plan again with --replan.',
  });
}

interface Placed {
  readonly candidate: Candidate;
  readonly shares: readonly Share[];
  /** For an exclusive group: what it has to take elsewhere. */
  readonly elsewhere: readonly Share[];
}

export class CachePlanner {
  readonly diagnostics: PlanDiagnostic[] = [];
  private readonly allocation = new Allocation();
  private readonly placed: Placed[] = [];

  constructor(
    private readonly controls: readonly CacheControl[],
    private readonly resctrl: Resctrl,
  ) {}

  /** Every cache that can be allocated. */
  private everywhere(): readonly Place[] {
    return this.controls.flatMap((control) => control.domains.map((domain) => ({ control, domain })));
  }

  /** Groups of other programs keep their ways, unless they have the whole cache as a new group does. Gives how many there are. */
  reserveForeign(guests: readonly GuestRequest[]): number {
    const own = new Set(guests.map(({ name }) => groupFolder(name)));
    const foreign = this.resctrl.groups.filter(
      ({ name }) => name !== '' && !own.has(name) && !isOfDomain(name, guests),
    );
    for (const { schemata } of foreign) {
      const masks = parseSchemata(schemata);
      for (const place of this.everywhere()) {
        const { control, domain } = place;
        const mask = control.names.reduce((bits, name) => bits | (masks[name]?.get(domain.id) ?? 0n), 0n);
        const own = mask & ~control.shareable;
        if (bitsIn(mask) < control.maskBits - bitsIn(control.shareable)) this.allocation.take(place, own);
      }
    }
    return foreign.length;
  }

  /** The masks of a candidate's former group, where they still do. */
  private formerShares({ former, places, quantity, wish }: Candidate): readonly Share[] | undefined {
    if (former === undefined || wish.kind === 'mask') return undefined;
    const masks = parseSchemata(former);
    const shares = places.map((place): Share | undefined => {
      const { control, domain } = place;
      const parts = control.names.map((name) => masks[name]?.get(domain.id) ?? 0n);
      const mask = parts.reduce((bits, part) => bits | part, 0n);
      const split = splitMask(mask, quantity.code);
      const asBefore = parts[0] === split.data && (parts[1] ?? split.code) === split.code;
      if (!asBefore || bitsIn(mask) !== quantity.data + quantity.code) return undefined;
      return this.allocation.isFree(place, mask) ? { place, ...split } : undefined;
    });
    return shares.every((share) => share !== undefined) ? shares : undefined;
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

  /** The kernel checks an exclusive group in every cache: where its guest has no CPU, it has to take the least there is. */
  private elsewhere(candidate: Candidate): readonly Share[] | PlanDiagnostic {
    if (candidate.wish.exclusive !== true) return [];
    const here = new Set(candidate.places.map(({ domain }) => domain));
    const shares: Share[] = [];
    for (const place of this.everywhere().filter(({ domain }) => !here.has(domain))) {
      const ways = Math.max(place.control.minBits, 1);
      const mask = this.allocation.fit(place, ways);
      if (mask === undefined)
        return planError('CAT_EXCL_OTHER', ofGuest(candidate.name, 'cache', 'exclusive'), {
          message: `${candidate.name}: an exclusive group also takes ${ways} ways of ${cacheName(place)}, and no more are free there`,
          hint: 'Remove exclusive: groups that share no bit are apart without it.',
        });
      shares.push({ place, data: mask, code: mask });
    }
    return shares;
  }

  place(candidate: Candidate): void {
    const shares = this.formerShares(candidate) ?? this.freshShares(candidate);
    if ('code' in shares) return void this.diagnostics.push(shares);
    const elsewhere = this.elsewhere(candidate);
    if ('code' in elsewhere) return void this.diagnostics.push(elsewhere);
    for (const { place, data, code } of [...shares, ...elsewhere]) this.allocation.take(place, data | code);
    this.placed.push({ candidate, shares, elsewhere });
  }

  keeps(candidate: Candidate): boolean {
    return this.formerShares(candidate) !== undefined;
  }

  /** libvirt chooses by itself when the guest starts; the plan says what it will choose, guests started in the order of their names. */
  private predicted(): readonly Placed[] {
    const fixed = this.placed.filter(({ candidate }) => candidate.wish.by !== 'libvirt');
    const taken = new Map(
      this.everywhere().map((place) => {
        const own = fixed.flatMap(({ shares, elsewhere }) => [...shares, ...elsewhere]);
        const bits = own
          .filter((share) => share.place.domain === place.domain)
          .map(({ data, code }) => data | code);
        return [
          place.domain,
          bits.reduce((all, mask) => all | mask, this.allocation.defaultMask(place)),
        ] as const;
      }),
    );
    const chosen = this.placed
      .filter(({ candidate }) => candidate.wish.by === 'libvirt')
      .sort((a, b) => byName(a.candidate, b.candidate))
      .map((one): Placed => {
        const shares = one.shares.map(({ place, data, code }): Share => {
          const all = taken.get(place.domain) ?? 0n;
          const ways = bitsIn(data | code);
          const mask = predictLibvirt(place.control.maskBits, all, ways);
          if (mask === undefined) {
            this.diagnostics.push(noRoom(one.candidate, ways, place));
            return { place, data, code };
          }
          taken.set(place.domain, all | mask);
          return { place, ...splitMask(mask, one.candidate.quantity.code) };
        });
        return { ...one, shares };
      });
    return [...fixed, ...chosen];
  }

  groups(): readonly CacheGroup[] {
    if (this.placed.length === 0) return [];
    const placed = this.predicted();
    const masksOf = (own: readonly Share[]): CacheGroup['masks'] =>
      Object.fromEntries(
        this.controls.flatMap((control) =>
          control.names.map((name, index) => {
            const ids = control.domains.map((domain) => {
              const share = own.find((one) => one.place.domain === domain);
              const mask =
                share === undefined
                  ? this.allocation.defaultMask({ control, domain })
                  : index === 0
                    ? share.data
                    : share.code;
              return [domain.id, mask] as const;
            });
            return [name, new Map(ids)] as const;
          }),
        ),
      );
    const groups = placed.map(({ candidate, shares, elsewhere }): CacheGroup => {
      const { name, wish, quantity, cpus } = candidate;
      const where = shares.map(({ place, data, code }) => `${cacheName(place)} bits ${hex(data | code)}`);
      return {
        name,
        cpus,
        mode: wish.exclusive === true ? 'exclusive' : 'shareable',
        by: wish.by ?? 'resctrl',
        masks: masksOf([...shares, ...elsewhere]),
        why: [quantity.why, where.join(', ')],
      };
    });
    const rest: CacheGroup = {
      name: '',
      cpus: [],
      mode: 'shareable',
      by: 'resctrl',
      masks: masksOf([]),
      why: ['the longest run that is left, with the bits that devices use too'],
    };
    return [...groups.sort(byName), rest];
  }
}
