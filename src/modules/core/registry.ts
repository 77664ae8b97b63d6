/** Every module that rtprov has, by its short name. A module that is not in this list does not exist. */
import { apt } from '../packages/apt.js';
import { assert } from '../control/assert.js';
import { bootEntry } from '../boot/boot-entry.js';
import { grubMenu } from '../boot/grub-menu.js';
import { kernelCmdline } from '../boot/kernel-cmdline.js';
import { kernelSetting } from '../boot/kernel-setting.js';
import { rtKernel } from '../boot/rt-kernel.js';
import { rtPartition } from '../partition/rt-partition.js';
import { blockinfile } from '../files/blockinfile.js';
import { command } from '../commands/command.js';
import { copy } from '../files/copy.js';
import { debug } from '../control/debug.js';
import { fail } from '../control/fail.js';
import { fetch } from '../files/fetch.js';
import { file } from '../files/file.js';
import { group } from '../accounts/group.js';
import { includeVars } from '../control/include-vars.js';
import { iniFile } from '../files/ini-file.js';
import { lineinfile } from '../files/lineinfile.js';
import { meta } from '../control/meta.js';
import { modprobe } from '../boot/modprobe.js';
import type { Module } from './module.js';
import { packageModule } from '../packages/package.js';
import { pause } from '../control/pause.js';
import { rawModule } from '../commands/raw.js';
import { reboot } from '../boot/reboot.js';
import { replace } from '../files/replace.js';
import { script } from '../commands/script.js';
import { service } from '../units/service.js';
import { setFact } from '../control/set-fact.js';
import { gatherFacts, setup } from '../control/setup.js';
import { shell } from '../commands/shell.js';
import { slurp } from '../files/slurp.js';
import { stat } from '../files/stat.js';
import { sysctl } from '../boot/sysctl.js';
import { systemd, systemdService } from '../units/systemd.js';
import { template } from '../files/template.js';
import { user } from '../accounts/user.js';
import { waitFor } from '../control/wait-for.js';
import { waitForConnection } from '../control/wait-for-connection.js';

const all: readonly Module[] = [
  apt,
  assert,
  blockinfile,
  bootEntry,
  command,
  copy,
  debug,
  fail,
  fetch,
  file,
  gatherFacts,
  group,
  grubMenu,
  includeVars,
  iniFile,
  kernelCmdline,
  kernelSetting,
  lineinfile,
  meta,
  modprobe,
  packageModule,
  pause,
  rawModule,
  reboot,
  replace,
  rtKernel,
  rtPartition,
  script,
  service,
  setFact,
  setup,
  shell,
  slurp,
  stat,
  sysctl,
  systemd,
  systemdService,
  template,
  user,
  waitFor,
  waitForConnection,
];

/** By short name, in the order of the names. */
export const modules: ReadonlyMap<string, Module> = new Map(all.map((module) => [module.name, module]));

/** The short names, for lists and for finding the nearest to a mistyped one. */
export const moduleNames: readonly string[] = [...modules.keys()];

const byFullName: ReadonlyMap<string, Module> = new Map(
  all.flatMap((module) => module.fullNames.map((name) => [name, module] as const)),
);

/** Finds a module by its short name, or by a full one of the collection that is its home. */
export function findModule(name: string): Module | undefined {
  return modules.get(name) ?? byFullName.get(name);
}
