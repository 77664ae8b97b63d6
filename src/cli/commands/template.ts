/** `rtprov template NAME --host HOST`: a template of the package as the roles would render it. It changes nothing. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DiagnosticError, Diagnostics, RtprovError, type Diagnostic } from '../../diagnostics/diagnostic.js';
import { didYouMean, suggests } from '../../diagnostics/nearest.js';
import { hostError } from '../../engine/host/error.js';
import { parseExtraVars } from '../../inventory/extra-vars.js';
import type { Inventory } from '../../inventory/inventory.js';
import type { VarLayer } from '../../inventory/precedence.js';
import { Templates } from '../../template/engine.js';
import { plainText, type Vars } from '../../values/value.js';
import { readTextFile } from '../../yaml/text-file.js';
import { chosenHosts } from '../chosen-hosts.js';
import { commandSecrets } from '../command-secrets.js';
import { readInventory } from '../inventory-option.js';
import { targetOpener } from '../open-target.js';
import type { ConnectionOptions, InventoryOptions } from '../options.js';
import { packageFolder } from '../package-folder.js';
import { Wanted } from '../partition/machine-vars.js';
import { makePlan, type Seen } from '../partition/make-plan.js';
import { printDiagnostics } from '../partition/report-plan.js';
import { roleDefaults, roleVars } from '../partition/role-vars.js';
import { seeHost } from '../partition/see-host.js';
import { templateFile } from '../template-files.js';
import { readTopologyTree } from '../topology/tree.js';
import { exitCodeOf, reportFault } from './host-journals.js';

export interface TemplateCommandOptions extends InventoryOptions, ConnectionOptions {
  readonly name?: string;
  readonly host?: string;
  readonly topology?: string;
}

const folder = join(packageFolder, 'templates');

/** The names of the package's templates, as playbooks write them. */
export function templateNames(): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.j2'))
    .sort();
}

function chosenTemplate(name: string | undefined): string {
  const names = templateNames();
  const list = `The templates are: ${names.join(', ')}.`;
  if (name === undefined) throw new RtprovError('BAD_OPTION', 'no template is named', { hint: list });
  const found = names.find((known) => known === name || known === `${name}.j2`);
  if (found !== undefined) return join(folder, found);
  const near = didYouMean(name, names);
  throw new RtprovError('BAD_OPTION', `there is no template ${JSON.stringify(name)}`, {
    hint: near === undefined ? list : `${near} ${list}`,
  });
}

function chosenHost(
  { host, limit }: TemplateCommandOptions,
  inventory: Inventory,
  diagnostics: Diagnostics,
): string {
  if (host === undefined)
    throw new RtprovError('BAD_OPTION', 'no host is named', { hint: 'Name the host: --host HOST' });
  const names = chosenHosts(inventory, [host], limit, diagnostics);
  diagnostics.throwIfErrors();
  const [only] = names;
  if (names.length === 1 && only !== undefined) return only;
  throw new RtprovError('BAD_OPTION', `--host is one host, and ${host} selects ${names.length}`, {
    hint: 'Name one host.',
  });
}

/** What the host shows; without contact it has no facts. */
async function seen(
  host: string,
  inventory: Inventory,
  extraVars: VarLayer,
  options: TemplateCommandOptions,
): Promise<Seen & { readonly facts: Vars }> {
  if (options.topology !== undefined)
    return { topology: await readTopologyTree(options.topology), found: [], former: '', facts: {} };
  const { target, shell } = (await targetOpener([host], inventory, extraVars, options))(host);
  try {
    return { ...(await seeHost(shell)), facts: await shell.allFacts() };
  } finally {
    await target.close();
  }
}

/** A variable that nothing gives: where it would come from in a run. */
function withOrigin(diagnostic: Diagnostic, hasFacts: boolean): Diagnostic {
  if (diagnostic.code !== 'TEMPLATE_UNDEFINED' || suggests(diagnostic.hint)) return diagnostic;
  if (/\bitem\b/.test(diagnostic.detail))
    return {
      ...diagnostic,
      hint: `A loop of the role gives it. Give one here: -e '{"item": {"key": "a", "value": "b"}}'`,
    };
  if (!hasFacts && /\bansible_\w+/.test(diagnostic.detail))
    return {
      ...diagnostic,
      hint: 'It may be a fact: with --topology no host is asked. Give it with -e, or leave --topology out.',
    };
  return diagnostic;
}

/** Prints the rendered bytes and nothing else. A plan that is refused renders nothing. */
export async function templateCommand(options: TemplateCommandOptions): Promise<number> {
  const file = chosenTemplate(options.name);
  const diagnostics = new Diagnostics();
  const extraVars = parseExtraVars(options.extraVars, diagnostics);
  const inventory = readInventory(options, diagnostics);
  diagnostics.throwIfErrors();
  const host = chosenHost(options, inventory, diagnostics);
  let machine: Seen & { readonly facts: Vars };
  try {
    machine = await seen(host, inventory, extraVars, options);
  } catch (fault) {
    if (options.topology !== undefined) throw fault;
    const error = hostError(fault);
    reportFault(host, error);
    return exitCodeOf(error);
  }
  const templates = new Templates({ load: templateFile });
  try {
    const wanted = new Wanted(inventory, extraVars, templates, roleDefaults(diagnostics));
    const { plan } = makePlan(host, wanted, machine, false, diagnostics);
    diagnostics.throwIfErrors();
    const vars = roleVars({ inventory, host, extraVars, facts: machine.facts, plan }, diagnostics);
    diagnostics.throwIfErrors();
    const text = templates.renderFile(readTextFile(file), vars, { file });
    process.stdout.write(commandSecrets.text(plainText(text)));
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const hasFacts = options.topology === undefined;
    throw new DiagnosticError(error.diagnostics.map((one) => withOrigin(one, hasFacts)));
  }
  printDiagnostics(diagnostics);
  return 0;
}
