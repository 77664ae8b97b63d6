/** Hosts by their inventory names, opened for a command that is not a playbook run. */
import { DiagnosticError, Diagnostics } from '../diagnostics/diagnostic.js';
import { settingsOf } from '../engine/host/become.js';
import { addConnectionSecrets } from '../engine/run/connection-secrets.js';
import { newRunId } from '../engine/run/run-id.js';
import { checkSshArguments } from '../engine/target/ssh-arguments.js';
import { Target } from '../engine/target/target.js';
import type { TargetShell } from '../engine/target/target-shell.js';
import { placeOf } from '../inventory/connection.js';
import { HostVars } from '../inventory/host-vars.js';
import type { Inventory } from '../inventory/inventory.js';
import { inventoryLayers } from '../inventory/layers.js';
import type { VarLayer } from '../inventory/precedence.js';
import { MemoryContentStore } from '../resources/lib/content-store.js';
import { Templates } from '../template/engine.js';
import { commandSecrets } from './command-secrets.js';
import { connector } from './connect.js';
import { leaveOnSignals } from './interrupts.js';
import type { ConnectionOptions } from './options.js';
import { TerminalPrompter } from './prompter.js';
import { askPasswords } from './passwords.js';

export interface OpenTarget {
  readonly target: Target;
  /** The become user's when become is asked for, else the login user's. */
  readonly shell: TargetShell;
  /** Another user's. */
  shellOf(user: string): TargetShell;
}

/** Where hosts are by the inventory, as far as it says so without a fault. */
export function placesOf(
  names: readonly string[],
  inventory: Inventory,
  extraVars: VarLayer,
): ReadonlyMap<string, string> {
  const templates = new Templates();
  return new Map(
    names.flatMap((name) => {
      try {
        const vars = HostVars.of(inventoryLayers(inventory, name)).withLayer(extraVars);
        return [[name, placeOf(settingsOf(name, vars, templates))] as const];
      } catch (error) {
        if (error instanceof DiagnosticError) return [];
        throw error;
      }
    }),
  );
}

/**
 * Asks for passwords once, and gives a function that opens the named hosts. With `locks` nobody else may change a host meanwhile.
 * Throws DiagnosticError for arguments of ssh that are not honoured, before any host is contacted.
 */
export async function targetOpener(
  names: readonly string[],
  inventory: Inventory,
  extraVars: VarLayer,
  options: ConnectionOptions,
  locks = false,
): Promise<(name: string) => OpenTarget> {
  addConnectionSecrets(inventory, extraVars, commandSecrets);
  const templates = new Templates();
  const varsOf = (name: string): HostVars =>
    HostVars.of(inventoryLayers(inventory, name)).withLayer(extraVars);
  const diagnostics = new Diagnostics();
  checkSshArguments(new Map(names.map((name) => [name, varsOf(name)])), templates, diagnostics);
  diagnostics.throwIfErrors();
  leaveOnSignals();
  const prompter = process.stdin.isTTY ? new TerminalPrompter(() => undefined) : undefined;
  const passwords = await askPasswords(options, prompter);
  const connect = connector(options, passwords, prompter);
  return (name) => {
    const settings = settingsOf(name, varsOf(name), templates);
    const target = new Target({
      name,
      run: newRunId(new Date()),
      who: 'rtprov',
      runJson: '',
      store: new MemoryContentStore(),
      largeFiles: new Map(),
      use: locks ? 'change' : 'look',
      connect: () => connect(name, settings),
    });
    const password = settings.becomePassword ?? passwords.become;
    const shellOf = (user: string): TargetShell =>
      target.shell({ user, method: 'sudo', ...(password === undefined ? {} : { password }) });
    const become = settings.become ?? options.become;
    const shell = become ? shellOf(settings.becomeUser ?? options.becomeUser ?? 'root') : target.shell();
    return { target, shell, shellOf };
  };
}
