/** The modules that exist, as loading asks for them. */
import { findModule, moduleNames } from '../../modules/core/registry.js';
import type { ModuleTable } from '../read/tools.js';

export const MODULES: ModuleTable = { find: findModule, names: moduleNames };
