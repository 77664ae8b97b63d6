/** The modules that exist, as loading asks for them. */
import { findModule, moduleNames } from '../modules/registry.js';
import type { ModuleTable } from './tools.js';

export const MODULES: ModuleTable = { find: findModule, names: moduleNames };
