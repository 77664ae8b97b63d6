/** Every lookup by its name: exactly those of `src/template/runtime/lookup-table.ts`. */
import type { LookupName } from '../template/runtime/lookup-table.js';
import { lines, pipe } from './commands.js';
import { csvfile } from './csvfile.js';
import {
  dict,
  env,
  indexedItems,
  items,
  list,
  nested,
  sequence,
  subelements,
  together,
  varnames,
  vars,
} from './data.js';
import { file, fileglob, firstFound } from './files.js';
import { ini } from './ini.js';
import type { Lookup } from './lookup.js';
import { password } from './password.js';
import { template } from './template.js';
import { url } from './url.js';

export const REGISTRY: Readonly<Record<LookupName, Lookup>> = {
  csvfile,
  dict,
  env,
  file,
  fileglob,
  first_found: firstFound,
  indexed_items: indexedItems,
  ini,
  items,
  lines,
  list,
  nested,
  password,
  pipe,
  sequence,
  subelements,
  template,
  together,
  url,
  varnames,
  vars,
};
