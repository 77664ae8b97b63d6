/** Why a wish for cache has no room where its guest is, with the numbers and who has the ways. */
import { counted, listed, ofGuest, planError } from '../diagnostics.js';
import type { PlanDiagnostic } from '../model.js';
import type { Allocation, Holding, Place } from './allocation.js';
import type { ForeignMask } from './foreign.js';
import { bitsIn, hex } from './mask.js';
import { defaultNeeds, firstFit } from './position.js';
import { amountText } from './quantity.js';
import { cacheName, leastOf, type Asked } from './refusals.js';

/** What was taken when a group was refused, and what may be tried instead. */
export interface Attempt {
  readonly allocation: Allocation;
  /** Guests with a group in the same cache, and their ways. */
  readonly others: readonly { readonly asked: Asked; readonly ways: number }[];
  /** Whether the group has room, and all others too, once the guest `name` asks for so many ways. */
  readonly helps: (name: string, ways: number) => boolean;
}

/** `the group dpdk of another program`. */
function groupsText(groups: readonly string[]): string {
  return groups.length === 1
    ? `the group ${groups.join('')} of another program`
    : `the groups ${listed(groups)} of other programs`;
}

function foreignAt(allocation: Allocation, place: Place): readonly Holding[] {
  return allocation.holders(place).filter(({ foreign }) => foreign);
}

/** `; there the group dpdk of another program has f0`; empty without such groups. */
function foreignText(allocation: Allocation, place: Place): string {
  const foreign = foreignAt(allocation, place);
  if (foreign.length === 0) return '';
  const mask = foreign.reduce((bits, one) => bits | one.mask, 0n);
  const have = foreign.length === 1 ? 'has' : 'have';
  return `; there ${groupsText(foreign.map(({ name }) => name))} ${have} ${hex(mask)}`;
}

function freeHint(allocation: Allocation, place: Place): string {
  const free = allocation.freeMasks(place).map(hex);
  return free.length === 0
    ? 'Nothing is free there: take cache from another group.'
    : `Free there: ${free.join(' or ')}.`;
}

/** Why an explicit mask cannot be had in one cache. */
export function maskFault(asked: Asked, mask: bigint, place: Place, attempt: Attempt): PlanDiagnostic {
  const { name } = asked;
  const { allocation } = attempt;
  const holders = allocation.holders(place).filter((one) => (one.mask & mask) !== 0n);
  if (holders.length > 0) {
    const overlap = mask & holders.reduce((bits, one) => bits | one.mask, 0n);
    const owners = holders.map((one) => (one.foreign ? groupsText([one.name]) : one.name));
    return planError('CAT_OVERLAP', ofGuest(name, 'cache', 'mask'), {
      message: `${name}: the mask ${hex(mask)} shares ${hex(overlap)} of ${cacheName(place)} with ${listed(owners)}`,
      hint: freeHint(allocation, place),
    });
  }
  const shared = mask & place.control.shareable;
  if (shared !== 0n)
    return planError('CAT_SHAREABLE', ofGuest(name, 'cache', 'mask'), {
      message: `${name}: the mask ${hex(mask)} takes ${hex(shared)} of the bits that devices use too (${hex(place.control.shareable)})`,
      hint: 'Choose other bits.',
    });
  return defaultFault(asked, place, attempt);
}

function amount(asked: Asked, ways: number): string {
  const domains = asked.places.map(({ domain }) => domain);
  const parts = asked.quantity.code === 0 ? '' : ' (data and code together, each in whole ways)';
  return `at most ${amountText(ways, domains)} for ${asked.name}${parts}`;
}

/** The guest with the largest group could give some of it back. */
function othersHint(ways: number, most: number, { others, helps }: Attempt): readonly string[] {
  const [largest] = [...others].sort((a, b) => b.ways - a.ways);
  if (largest === undefined) return [];
  const { asked } = largest;
  const less = largest.ways - (ways - most);
  const least = Math.max(...asked.places.map(({ control }) => leastOf(asked, control)));
  return less >= least && helps(asked.name, less) ? [amount(asked, less)] : [];
}

/** Groups of other programs are named as a way out where that is enough. */
function foreignHint(ways: number, place: Place, { allocation }: Attempt): readonly string[] {
  const foreign = foreignAt(allocation, place);
  const rest = allocation.holders(place).filter((one) => !one.foreign);
  const taken = rest.reduce((bits, { mask }) => bits | mask, 0n);
  if (foreign.length === 0 || firstFit(place.control, taken, ways) === undefined) return [];
  return [`remove ${groupsText(foreign.map(({ name }) => name))}`];
}

function sentence(hints: readonly string[]): string {
  const text = hints.join(', or ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The default group would keep too little. */
export function defaultFault(asked: Asked, place: Place, attempt: Attempt): PlanDiagnostic {
  const { name, wish, quantity } = asked;
  const { allocation } = attempt;
  const { control } = place;
  const ways = quantity.data + quantity.code;
  const left = Math.max(bitsIn(allocation.defaultMask(place)) - ways, 0);
  const there = allocation.mostWays(place, 1);
  const most = Math.min(...asked.places.map((one) => allocation.mostWays(one, leastOf(asked, one.control))));
  const amounts = [...(most > 0 ? [amount(asked, most)] : []), ...othersHint(ways, there, attempt)];
  const hints = [
    ...(amounts.length > 0 ? [`ask for ${amounts.join(', or ')}`] : []),
    ...foreignHint(ways, place, attempt),
  ];
  const hint = sentence(hints.length === 0 ? [`Remove rt_guest.cache of ${name}`] : hints);
  const needs = defaultNeeds(control);
  const wanted = counted(ways, 'way');
  const why =
    left < needs
      ? `with its ${wanted} of ${cacheName(place)} the default group would keep ${left} of the ${needs} ways that it needs`
      : `${cacheName(place)} has no ${wanted} in one piece that neither a group nor a device uses, beside the ${needs} that the default group needs; there are ${there}`;
  return planError('CAT_DEFAULT_SMALL', ofGuest(name, 'cache'), {
    message: `${name}: ${why}${foreignText(allocation, place)}`,
    hint: wish.kind === 'mask' ? freeHint(allocation, place) : hint,
  });
}

/** Other programs leave the default group too little, so nothing can be given to a guest. */
export function foreignFault(
  { name }: Pick<Asked, 'name'>,
  place: Place,
  allocation: Allocation,
): PlanDiagnostic {
  const groups = groupsText(foreignAt(allocation, place).map((one) => one.name));
  const left = bitsIn(allocation.defaultMask(place));
  return planError('CAT_DEFAULT_SMALL', ofGuest(name, 'cache'), {
    message: `${name}: the default group needs ${defaultNeeds(place.control)} ways in one piece of ${cacheName(place)} and has ${left}${foreignText(allocation, place)}`,
    hint: `Remove ${groups}, or rt_guest.cache of ${name}.`,
  });
}

/** An exclusive group, and another program's group with all of a cache. */
export function wholeFault({ name, places }: Asked, { group, place, mask }: ForeignMask): PlanDiagnostic {
  const isHere = places.some(({ domain }) => domain === place.domain);
  const where = isHere ? '' : ', and the kernel looks at each cache';
  return planError(isHere ? 'CAT_OVERLAP' : 'CAT_EXCL_OTHER', ofGuest(name, 'cache', 'exclusive'), {
    message: `${name}: an exclusive group shares no way with another group${where}; ${groupsText([group])} has ${hex(mask)} of ${cacheName(place)}`,
    hint: `Remove exclusive, or ${groupsText([group])}.`,
  });
}

/** An exclusive group, and no room for it in a cache where it asks for nothing. */
export function elsewhereFault(
  { name }: Asked,
  least: number,
  place: Place,
  allocation: Allocation,
): PlanDiagnostic {
  return planError('CAT_EXCL_OTHER', ofGuest(name, 'cache', 'exclusive'), {
    message: `${name}: an exclusive group also takes ${counted(least, 'way')} of ${cacheName(place)}, and no more are free there${foreignText(allocation, place)}`,
    hint: 'Remove exclusive: groups that share no bit are apart without it.',
  });
}

/** How many groups there may be. */
export interface Limit {
  /** Of the hardware, the default group included. */
  readonly groups: number;
  /** Whether code and data have masks of their own, which takes two of the hardware's groups for each. */
  readonly cdp: boolean;
  /** Groups of other programs. */
  readonly foreign: readonly string[];
}

/** @param asking How many guests ask for a group. */
export function limitFault({ name }: Asked, { groups, cdp, foreign }: Limit, asking: number): PlanDiagnostic {
  const others = foreign.length === 0 ? '' : ` and ${groupsText(foreign)}`;
  const guests = asking === 1 ? '1 guest asks' : `${asking} guests ask`;
  const hints = [
    'remove rt_guest.cache of a guest',
    ...(foreign.length === 0 ? [] : [groupsText(foreign)]),
    ...(cdp ? ['mount resctrl without cdp, which takes two for each'] : []),
  ];
  return planError('CAT_CLOSID', ofGuest(name, 'cache'), {
    message: `${name}: the hardware has ${counted(groups, 'group')}, the default one${others} included, and ${guests} for one`,
    hint: sentence(hints),
  });
}
