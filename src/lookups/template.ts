/** `template`: a template file, rendered with the variables of the task. */
import { hostname } from 'node:os';
import type { FileOptions } from '../template/syntax/newlines.js';
import { templateVars } from '../template/runtime/template-vars.js';
import type { Vars } from '../values/value.js';
import { fileOrigin } from './file-owner.js';
import type { Lookup } from './lookup.js';
import { flagOption, mappingOption, textOf } from './options.js';
import { baseFolder, demand, readText } from './search.js';

function optionsOf(given: Vars): FileOptions {
  const names = {
    variable_start_string: 'variableStartString',
    variable_end_string: 'variableEndString',
    comment_start_string: 'commentStartString',
    comment_end_string: 'commentEndString',
  } as const;
  const markers = Object.entries(names).flatMap(([name, option]) => {
    const value = given[name];
    return value === undefined || value === null ? [] : [[option, textOf(value, name)] as const];
  });
  return { ...Object.fromEntries(markers), trimBlocks: flagOption(given, 'trim_blocks', true) };
}

export const template: Lookup = (call, world) =>
  call.terms.map((term) => {
    const name = textOf(term, 'the name of a template');
    const path = demand(name, 'templates', call, world.furtherTemplates(baseFolder(call)));
    const own = templateVars({ name, path, host: hostname(), ...fileOrigin(path), now: world.started });
    // What the user set is not covered.
    const managed = call.variable('ansible_managed');
    const vars = {
      ...own,
      ...(managed === undefined ? {} : { ansible_managed: managed }),
      ...mappingOption(call.options, 'template_vars'),
    };
    return call.render(readText(path), path, optionsOf(call.options), vars);
  });
