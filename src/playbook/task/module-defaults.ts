/** `module_defaults`: arguments for every task that uses a module. */
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import { describeNode, type Node as YamlNode } from '../../yaml/node.js';
import { finishArguments, readArguments, type Arguments } from './arguments.js';
import type { LoadContext } from '../read/context.js';
import type { ModuleDefaults } from '../read/inherited.js';
import { isMistyped, reportUnknownModule, shortName } from './module-key.js';
import type { Scope } from '../read/scope.js';

/** `module_defaults`: arguments by module. */
export function checkDefaultArguments(node: YamlNode, scope: Scope, load: LoadContext): ModuleDefaults {
  const defaults = new Map<string, Arguments>();
  if (node.type !== 'map') {
    load.diagnostics.error(
      'WRONG_TYPE',
      'Keyword has a value of the wrong type',
      `"module_defaults" takes modules and their arguments, but this is ${describeNode(node)}.`,
      node.range,
      'Write the name of a module, and below it its arguments.',
    );
    return defaults;
  }
  for (const { key, keyRange, value } of node.entries) {
    const module = load.modules.find(shortName(key));
    if (key.startsWith('group/')) reportGroup(key, keyRange, load);
    // As in Ansible they say nothing by themselves: a task has to use the module.
    else if (module === undefined)
      reportUnknownModule(key, keyRange, load, isMistyped(key, load) ? 'error' : 'warning');
    else if (value.type !== 'map') reportNoArguments(key, value, load);
    else {
      // Required arguments may be missing here: the tasks give them.
      const given = { list: readArguments(value, module, load).list, broken: true };
      defaults.set(module.name, finishArguments(given, module, keyRange, {}, scope, load));
    }
  }
  return defaults;
}

function reportNoArguments(module: string, value: YamlNode, load: LoadContext): void {
  load.diagnostics.error(
    'WRONG_TYPE',
    'Keyword has a value of the wrong type',
    `"module_defaults" takes arguments for "${module}", but this is ${describeNode(value)}.`,
    value.range,
    'Write "argument: value" pairs below the name of the module.',
  );
}

function reportGroup(key: string, range: SourceRange, load: LoadContext): void {
  load.diagnostics.error(
    'UNSUPPORTED_KEYWORD',
    'Action groups are not supported',
    `"${key}" names a group of modules of a collection; rtprov supports only single modules here.`,
    range,
    'Name each module by itself.',
  );
}
