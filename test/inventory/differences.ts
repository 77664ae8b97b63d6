/** Where rtprov reads an inventory in a different way than Ansible, by intent: what was recorded, amended. */

type Json = Readonly<Record<string, unknown>>;

interface Listing extends Json {
  readonly _meta: { readonly hostvars: Readonly<Record<string, Json>> };
}

type Amend = (hostvars: Record<string, Record<string, unknown>>, listing: Record<string, unknown>) => void;

const AMEND: Readonly<Record<string, Amend>> = {
  // Ansible silently ignores the port of a host that it knows already; here the later line counts.
  'ini-ports': (hostvars) => {
    Object.assign(hostvars['h1'] ?? {}, { ansible_port: 220 });
    Object.assign(hostvars['h2'] ?? {}, { ansible_port: 220 });
  },
  // Ansible's JSON wraps !unsafe texts; here the mark is kept beside the value.
  'yaml-unsafe': (hostvars) => Object.assign(hostvars['h1'] ?? {}, { a: 'x {{ y }}' }),
};

/** Ansible orders `all` level by level; here it is the order of definition, so `all[-1]` is another host. */
export const OTHER_PATTERNS: ReadonlySet<string> = new Set(['ini-groups all[-1]']);

/** What ansible-inventory printed, with the intended differences of the case worked in. */
export function differences(name: string, recorded: Json | undefined): unknown {
  const listing = structuredClone(recorded) as Listing | undefined;
  const amend = AMEND[name];
  if (listing !== undefined && amend !== undefined) {
    amend(listing._meta.hostvars, listing);
  }
  return listing;
}
