/**
 * The one list of lookups: lint and run both know them from here. `src/lookups/registry.ts` has exactly these,
 * which its type and a test hold.
 */
export interface LookupShape {
  /** Options besides `wantlist` and `errors`. */
  readonly options: readonly string[];
  /** Options that Ansible has and rtprov refuses, with what to do instead. */
  readonly refused?: Readonly<Record<string, string>>;
  /** Options of which rtprov knows only these values. They may also be in a term, as in `'path encrypt=sha512_crypt'`. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** Only computes from its terms. All others read files, the environment or variables, or act. */
  readonly computes?: true;
}

const NO_LIBRARY = 'Omit it: the controller connects with the settings of Node.js.';

export const LOOKUPS = {
  csvfile: { options: ['col', 'default', 'delimiter', 'encoding', 'file', 'keycol'] },
  dict: { options: [], computes: true },
  env: { options: ['default'] },
  file: { options: ['lstrip', 'rstrip'] },
  fileglob: { options: [] },
  first_found: { options: ['files', 'paths', 'skip'] },
  indexed_items: { options: [], computes: true },
  ini: {
    options: [
      'allow_no_value',
      'allow_none',
      'case_sensitive',
      'default',
      'encoding',
      'file',
      'interpolation',
      're',
      'section',
      'type',
    ],
  },
  items: { options: [], computes: true },
  lines: { options: [] },
  list: { options: [], computes: true },
  nested: { options: [], computes: true },
  password: {
    options: ['chars', 'encrypt', 'ident', 'length', 'seed'],
    choices: { encrypt: ['sha256_crypt', 'sha512_crypt'] },
  },
  pipe: { options: [] },
  sequence: { options: ['count', 'end', 'format', 'start', 'stride'], computes: true },
  subelements: { options: ['skip_missing'], computes: true },
  template: {
    options: [
      'comment_end_string',
      'comment_start_string',
      'convert_data',
      'jinja2_native',
      'template_vars',
      'trim_blocks',
      'variable_end_string',
      'variable_start_string',
    ],
  },
  together: { options: [], computes: true },
  url: {
    options: [
      'body',
      'follow_redirects',
      'force',
      'force_basic_auth',
      'headers',
      'http_agent',
      'method',
      'password',
      'split_lines',
      'timeout',
      'username',
      'validate_certs',
      'ca_path',
      'use_netrc',
      'use_proxy',
    ],
    refused: {
      ciphers: NO_LIBRARY,
      unix_socket: NO_LIBRARY,
      unredirected_headers: NO_LIBRARY,
      use_gssapi: 'Give username and password, or a header.',
    },
  },
  varnames: { options: [] },
  vars: { options: ['default'] },
} as const satisfies Readonly<Record<string, LookupShape>>;

/** The functions that call them. */
export const LOOKUP_CALLS: ReadonlySet<string> = new Set(['lookup', 'query', 'q']);

export type LookupName = keyof typeof LOOKUPS;

/** Lookups of Ansible that are not here, with what to write instead. */
const ABSENT: Readonly<Record<string, string>> = {
  cartesian: "Write: lookup('nested', ...), or {{ a | product(b) | list }}.",
  config: 'rtprov is not configured by Ansible; write the value itself.',
  flattened: 'Write: {{ lists | flatten }}.',
  hashi_vault: 'Fetch the secret in a task with a command and register it with no_log.',
  inventory_hostnames: "Write: {{ groups['NAME'] }}.",
  random_choice:
    'The plan and the run must give the same result: write {{ items | random(seed=inventory_hostname) }}.',
  unvault: 'rtprov does not read Ansible Vault; give the secret with --extra-vars @FILE.',
};

const known: ReadonlyMap<string, LookupShape> = new Map(Object.entries(LOOKUPS));

/** A lookup by its name with or without `ansible.builtin.`. */
export function lookupName(written: string): string {
  return written.replace(/^ansible\.(builtin|legacy)\./, '');
}

export function lookupShape(name: string): LookupShape | undefined {
  return known.get(name);
}

export function isLookup(name: string): name is LookupName {
  return known.has(name);
}

export const LOOKUP_NAMES: readonly string[] = [...known.keys()];

/** What to write instead of a lookup that is not here. */
export function insteadOfLookup(name: string): string | undefined {
  return Object.hasOwn(ABSENT, name.replace(/^community\.\w+\./, ''))
    ? ABSENT[name.replace(/^community\.\w+\./, '')]
    : undefined;
}
