/** The connection variables of the hosts, looked at before any host is contacted. */
import { homedir } from 'node:os';
import { type Diagnostics, RtprovError, type SourceRange } from '../diagnostics/diagnostic.js';
import { connectionSettings } from '../inventory/connection.js';
import { HostVars } from '../inventory/host-vars.js';
import type { Inventory } from '../inventory/inventory.js';
import { inventoryLayers } from '../inventory/layers.js';
import type { VarLayer } from '../inventory/precedence.js';
import { statOf } from '../yaml/text-file.js';
import { parseSshArgs } from '../transport/ssh/args.js';
import type { Value } from '../values/value.js';

const KEY_FILES = ['ansible_private_key_file', 'ansible_ssh_private_key_file'];

interface Found {
  readonly value: Value;
  readonly origin?: SourceRange | undefined;
}

/** The result of a template is known in the play alone, where it is checked too. */
function isPlain({ value }: Found): boolean {
  return typeof value !== 'string' || !/\{[{%#]/.test(value);
}

/** Reports wrong values of all hosts that the limit leaves, each at its definition. */
export function checkConnections(
  inventory: Inventory,
  limited: ReadonlySet<string> | undefined,
  extraVars: VarLayer,
  diagnostics: Diagnostics,
): void {
  // A variable of a group is wrong once, however many hosts have it.
  const seen = new Set<string>();
  for (const { name } of inventory.hosts) {
    if (limited !== undefined && !limited.has(name)) continue;
    const vars = HostVars.of(inventoryLayers(inventory, name)).withLayer(extraVars);
    const fresh = (what: string, variable: string): Found | undefined => {
      const found = vars.lookup(variable);
      const place = JSON.stringify([what, variable, found?.origin]);
      if (found === undefined || !isPlain(found) || seen.has(place)) return undefined;
      seen.add(place);
      return found;
    };
    connectionSettings(name, { lookup: (variable) => fresh('value', variable) }, diagnostics);
    for (const variable of ['ansible_ssh_common_args', 'ansible_ssh_extra_args']) {
      const found = fresh('words', variable);
      if (found !== undefined) checkArguments(variable, name, found, diagnostics);
    }
    for (const variable of KEY_FILES) {
      const found = fresh('file', variable);
      if (found !== undefined) checkKeyFile(variable, name, found, diagnostics);
    }
  }
}

/** The private half may be with the agent alone: then the public half is enough. */
function checkKeyFile(
  variable: string,
  host: string,
  { value, origin }: Found,
  diagnostics: Diagnostics,
): void {
  if (typeof value !== 'string' || value === '') return;
  const path = value.replace(/^~(?=\/)/, homedir());
  if ([path, `${path}.pub`].some((one) => statOf(one)?.isFile() === true)) return;
  diagnostics.error(
    'CONNECTION_VARIABLE',
    'Bad connection variable',
    `${variable} of the host ${host} is not the path of a file: ${path}.`,
    origin,
    'Correct the path; a relative path starts in the folder in which rtprov is started.',
  );
}

function checkArguments(
  variable: string,
  host: string,
  { value, origin }: Found,
  diagnostics: Diagnostics,
): void {
  if (typeof value !== 'string') return;
  try {
    parseSshArgs(value);
  } catch (error) {
    if (!(error instanceof RtprovError)) throw error;
    diagnostics.error(
      'CONNECTION_VARIABLE',
      'Bad connection variable',
      `${variable} of the host ${host}: ${error.message}.`,
      origin,
      error.hint,
    );
  }
}
