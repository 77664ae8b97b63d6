/** A host by its inventory name, opened for a command that is no playbook run. */
import { Diagnostics } from '../diagnostics/diagnostic.js';
import { settingsOf } from '../engine/become.js';
import { newRunId } from '../engine/run-id.js';
import { checkSshArguments } from '../engine/ssh-arguments.js';
import { Target } from '../engine/target.js';
import type { TargetShell } from '../engine/target-shell.js';
import { HostVars } from '../inventory/host-vars.js';
import type { Inventory } from '../inventory/inventory.js';
import { inventoryLayers } from '../inventory/layers.js';
import { MemoryContentStore } from '../resources/content-store.js';
import { Templates } from '../template/engine.js';
import { connector } from './connect.js';
import type { ConnectionOptions } from './options.js';
import { TerminalPrompter } from './prompter.js';
import { askPasswords } from './passwords.js';

/** The shell is the become user's when become is asked for, else the login user's. Nothing is locked. */
export async function openTarget(
  name: string,
  inventory: Inventory,
  options: ConnectionOptions,
): Promise<{ readonly target: Target; readonly shell: TargetShell }> {
  const prompter = process.stdin.isTTY ? new TerminalPrompter(() => undefined) : undefined;
  const passwords = await askPasswords(options, prompter);
  const vars = HostVars.of(inventoryLayers(inventory, name));
  const templates = new Templates();
  const diagnostics = new Diagnostics();
  checkSshArguments(new Map([[name, vars]]), templates, diagnostics);
  diagnostics.throwIfErrors();
  const settings = settingsOf(name, vars, templates);
  const connect = connector(options, passwords, prompter);
  const target = new Target({
    name,
    run: newRunId(new Date()),
    who: 'rtprov',
    runJson: '',
    store: new MemoryContentStore(),
    largeFiles: new Map(),
    locks: false,
    connect: () => connect(name, settings),
  });
  const password = settings.becomePassword ?? passwords.become;
  const become = settings.become ?? options.become;
  const shell = target.shell(
    become
      ? {
          user: settings.becomeUser ?? options.becomeUser ?? 'root',
          method: 'sudo',
          ...(password === undefined ? {} : { password }),
        }
      : undefined,
  );
  return { target, shell };
}
