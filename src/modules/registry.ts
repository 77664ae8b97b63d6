/** Every module that rtprov has, by its short name. A module that is not in this list does not exist. */
import { apt } from './apt.js';
import { assert } from './assert.js';
import { command } from './command.js';
import { copy } from './copy.js';
import { debug } from './debug.js';
import { fail } from './fail.js';
import { file } from './file.js';
import { lineinfile } from './lineinfile.js';
import type { Module } from './module.js';
import { packageModule } from './package.js';
import { rawModule } from './raw.js';
import { script } from './script.js';
import { service } from './service.js';
import { setFact } from './set-fact.js';
import { shell } from './shell.js';
import { systemd, systemdService } from './systemd.js';
import { template } from './template.js';

const all: readonly Module[] = [
  apt,
  assert,
  command,
  copy,
  debug,
  fail,
  file,
  lineinfile,
  packageModule,
  rawModule,
  script,
  service,
  setFact,
  shell,
  systemd,
  systemdService,
  template,
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
