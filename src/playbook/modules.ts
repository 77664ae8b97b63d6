/** The modules that exist, as loading asks for them. */
import type { Module } from '../modules/module.js';
import { findModule, moduleNames } from '../modules/registry.js';
import type { ModuleTable } from './tools.js';

export const MODULES: ModuleTable = { find: findModule, names: moduleNames };

/** A table of other modules, for tests. */
export function moduleTable(modules: readonly Module[]): ModuleTable {
  const byName = new Map<string, Module>();
  for (const module of modules) for (const name of [module.name, ...module.fullNames]) byName.set(name, module);
  return { find: (name) => byName.get(name), names: modules.map((module) => module.name) };
}
