/** Every module that rtprov has, by its short name. A module that is not in this list does not exist. */
import { apt } from './apt.js';
import { assert } from './assert.js';
import { bootEntry } from './boot-entry.js';
import { grubMenu } from './grub-menu.js';
import { kernelCmdline } from './kernel-cmdline.js';
import { rtKernel } from './rt-kernel.js';
import { blockinfile } from './blockinfile.js';
import { command } from './command.js';
import { copy } from './copy.js';
import { debug } from './debug.js';
import { fail } from './fail.js';
import { fetch } from './fetch.js';
import { file } from './file.js';
import { group } from './group.js';
import { includeVars } from './include-vars.js';
import { iniFile } from './ini-file.js';
import { lineinfile } from './lineinfile.js';
import { meta } from './meta.js';
import { modprobe } from './modprobe.js';
import type { Module } from './module.js';
import { packageModule } from './package.js';
import { pause } from './pause.js';
import { rawModule } from './raw.js';
import { reboot } from './reboot.js';
import { replace } from './replace.js';
import { script } from './script.js';
import { service } from './service.js';
import { setFact } from './set-fact.js';
import { gatherFacts, setup } from './setup.js';
import { shell } from './shell.js';
import { slurp } from './slurp.js';
import { stat } from './stat.js';
import { sysctl } from './sysctl.js';
import { systemd, systemdService } from './systemd.js';
import { template } from './template.js';
import { user } from './user.js';
import { waitFor } from './wait-for.js';
import { waitForConnection } from './wait-for-connection.js';

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
  lineinfile,
  meta,
  modprobe,
  packageModule,
  pause,
  rawModule,
  reboot,
  replace,
  rtKernel,
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
