/**
 * What libvirt's `cachetune` will choose: it takes sizes, and chooses the position by itself when the domain starts
 * (virResctrlAllocFindUnused() in src/util/virresctrl.c): of the free runs that are large enough the smallest, of equals the lowest. Free is
 * what no group has, the default group included: so that one has to be made smaller first.
 */
import { bitRun, runsIn } from './mask.js';

/** The mask; undefined: "Not enough room for allocation". `taken`: the bits of all groups, also the default one. */
export function predictLibvirt(maskBits: number, taken: bigint, ways: number): bigint | undefined {
  const runs = runsIn(bitRun(0, maskBits) & ~taken).filter(({ count }) => count >= ways);
  const [first] = [...runs].sort((a, b) => a.count - b.count || a.start - b.start);
  return first === undefined ? undefined : bitRun(first.start, ways);
}
