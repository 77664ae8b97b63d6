/** Reads everything that a run needs from files, so that every fault is reported before a host is contacted. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DiagnosticError, Diagnostics, type Diagnostic } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/nearest.js';
import type { Inventory } from '../inventory/inventory.js';
import { parseExtraVars } from '../inventory/extra-vars.js';
import { selectLimit } from '../inventory/limit.js';
import type { VarLayer } from '../inventory/precedence.js';
import { loadPlaybook } from '../playbook/read/load.js';
import type { Playbook } from '../playbook/read/model.js';
import { selectTags, startAtTask, taskNames } from '../playbook/task/tags.js';
import { Lookups } from '../lookups/lookups.js';
import { pathLook } from '../lookups/path-look.js';
import { Templates } from '../template/engine.js';
import { readAnsibleConfig, surroundings } from './ansible-config.js';
import { checkConnections } from './check-connections.js';
import { checkTemplates } from './check-templates.js';
import { hasNoInventory, readInventory, warnOfUnread } from './inventory-option.js';
import { packageLibrary } from './package-folder.js';
import { templateFile } from './template-files.js';
import type { InventoryOptions } from './options.js';

export interface RunFiles {
  readonly inventory: Inventory;
  readonly playbooks: readonly Playbook[];
  readonly extraVars: VarLayer;
  readonly limited: ReadonlySet<string> | undefined;
  readonly templates: Templates;
  readonly lookups: Lookups;
  /** The ansible.cfg that was read. */
  readonly configFile?: string;
  readonly warnings: readonly Diagnostic[];
  /** sha256 by what it is, for saved plans. */
  readonly digests: Readonly<Record<string, string>>;
}

/** Names of every variable that the inventory gives to some host or group. */
function inventoryNames(inventory: Inventory): ReadonlySet<string> {
  const names = new Set<string>();
  for (const holder of [...inventory.hosts, ...inventory.groups])
    for (const name of holder.vars.keys()) names.add(name);
  for (const dirs of [...inventory.inventoryVars, ...inventory.playbookVars]) {
    for (const table of [...dirs.groups.values(), ...dirs.hosts.values()])
      for (const name of table.keys()) names.add(name);
  }
  return names;
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** --tags, --skip-tags and --start-at-task. */
export interface Chosen {
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly startAtTask?: string;
}

/** Every task may be chosen by these, whatever its tags. */
const SPECIAL_TAGS = ['all', 'always', 'never', 'tagged', 'untagged'];

/** A tag that no task has would choose nothing, in silence. */
function checkTags(playbooks: readonly Playbook[], chosen: Chosen, diagnostics: Diagnostics): void {
  const known = new Set(playbooks.flatMap(({ tags }) => tags.known));
  const complete = playbooks.every(({ tags }) => tags.complete);
  for (const [option, tags] of [
    ['--tags', chosen.tags],
    ['--skip-tags', chosen.skipTags],
  ] as const)
    for (const tag of tags) {
      if (known.has(tag) || SPECIAL_TAGS.includes(tag)) continue;
      const hint =
        didYouMean(tag, [...known, ...SPECIAL_TAGS]) ??
        (known.size === 0 ? 'No task has a tag.' : `The tags are: ${[...known].sort().join(', ')}.`);
      // Which files a host includes by a name that it alone knows is not known, and so are their tags.
      diagnostics[complete ? 'error' : 'warning'](
        'UNKNOWN_TAG',
        'Unknown tag',
        `${option} names "${tag}", and no known task has this tag.`,
        undefined,
        hint,
      );
    }
}

/** The playbooks with only the tasks that are to run. Throws DiagnosticError when --start-at-task names none. */
function choose(
  playbooks: readonly Playbook[],
  chosen: Chosen,
  diagnostics: Diagnostics,
): readonly Playbook[] {
  let started = chosen.startAtTask === undefined;
  const result = playbooks.map((playbook) => ({
    ...playbook,
    plays: playbook.plays.flatMap((play) => {
      const from = started || chosen.startAtTask === undefined ? play : startAtTask(play, chosen.startAtTask);
      if (from === undefined) return [];
      started = true;
      return [selectTags(from, chosen.tags, chosen.skipTags)];
    }),
  }));
  if (!started) {
    const name = chosen.startAtTask ?? '';
    diagnostics.error(
      'UNKNOWN_TASK',
      'Unknown task',
      `--start-at-task names "${name}", and no known task has this name.`,
      undefined,
      didYouMean(name, taskNames(playbooks)) ?? 'See `rtprov run PLAYBOOK --list-tasks`.',
    );
    diagnostics.throwIfErrors();
  }
  return result;
}

/** Faults of an inventory or a file of variables after which nobody knows which variables it would have defined. */
const LOSES_VARIABLES =
  /^(?:INVENTORY_(?:CIRCLE|EMPTY|PLUGIN|SCRIPT|SHAPE|TOML|UNREADABLE)|NO_INVENTORY|INI_LOOKS_LIKE_YAML|UNREADABLE_FILE|VARS_SHAPE|VAULT_UNSUPPORTED|YAML_\w+)$/;

function losesVariables({ severity, code }: Diagnostic): boolean {
  return severity === 'error' && LOSES_VARIABLES.test(code);
}

/** Throws DiagnosticError with all faults of all files. `checkUndefined`: false where the inventory's variables are not known. */
export function readRunFiles(
  paths: readonly string[],
  options: InventoryOptions & { readonly user?: string },
  { chosen, checkUndefined = true }: { readonly chosen: Chosen; readonly checkUndefined?: boolean },
): RunFiles {
  const diagnostics = new Diagnostics();
  const extraVars = parseExtraVars(options.extraVars, diagnostics);
  const config = readAnsibleConfig(options.rolesPath, surroundings(), diagnostics);
  let inventory = readInventory(options, diagnostics, config);
  let lost = !checkUndefined || diagnostics.all.some(losesVariables);
  const lookups = new Lookups(process.env, packageLibrary.templates);
  const templates = new Templates({
    load: templateFile,
    lookup: lookups.run,
    path: pathLook,
    warn: (text) => {
      lookups.warn(text);
    },
  });
  const playbooks: Playbook[] = [];
  for (const path of paths) {
    const before = diagnostics.all.length;
    inventory = inventory.withPlaybookDir(dirname(resolve(path)), diagnostics);
    lost ||= diagnostics.all.slice(before).some(losesVariables);
    try {
      const loaded = loadPlaybook(path, {
        extraVars: extraVars.vars,
        inventoryNames: inventoryNames(inventory),
        templates,
        checkUndefined: !lost,
        library: packageLibrary,
        ...(config.rolesPath === undefined ? {} : { rolesPath: config.rolesPath }),
      });
      playbooks.push(loaded.playbook);
      for (const diagnostic of loaded.diagnostics) diagnostics.add(diagnostic);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      for (const diagnostic of error.diagnostics) diagnostics.add(diagnostic);
    }
  }
  const limited =
    options.limit === undefined || hasNoInventory(options.inventory)
      ? undefined
      : new Set([...selectLimit(inventory, options.limit, diagnostics)].map((host) => host.name));
  checkConnections(inventory, limited, extraVars, diagnostics);
  checkTemplates(inventory, limited, extraVars, templates, diagnostics);
  warnOfUnread(config, options, inventoryNames(inventory), diagnostics);
  if (!diagnostics.hasErrors) checkTags(playbooks, chosen, diagnostics);
  diagnostics.throwIfErrors();
  const digests: Record<string, string> = {};
  for (const file of playbooks.flatMap((playbook) => playbook.files))
    digests[file] = sha256(readFileSync(file));
  digests['--inventory'] = sha256(
    JSON.stringify(
      inventory.hosts.map((host) => [host.name, [...host.vars].map(([name, entry]) => [name, entry.value])]),
    ),
  );
  digests['--extra-vars'] = sha256(JSON.stringify(extraVars.vars));
  digests['--limit'] = sha256(options.limit ?? '');
  digests['--tags'] = sha256(JSON.stringify([chosen.tags, chosen.skipTags, chosen.startAtTask ?? null]));
  return {
    inventory,
    playbooks: choose(playbooks, chosen, diagnostics),
    extraVars,
    limited,
    templates,
    lookups,
    ...(config.file === undefined ? {} : { configFile: config.file }),
    warnings: diagnostics.all,
    digests,
  };
}
