/** `vars_prompt`: variables that a person is asked for. */
import { didYouMean } from '../../diagnostics/nearest.js';
import { describeNode, mapGet, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import type { LoadContext } from '../read/context.js';
import type { VarsPrompt } from '../read/model.js';
import { readFlag, readText } from '../read/read.js';
import type { Scope } from '../read/scope.js';
import { noteUses, valueOf } from '../read/templated.js';
import { isVariableName, reportBadName } from './vars.js';

const KEYS = ['name', 'prompt', 'default', 'private', 'confirm', 'unsafe'];
const UNSUPPORTED = ['encrypt', 'salt', 'salt_size'];

function checkPromptKeys(map: MapNode, load: LoadContext): void {
  for (const { key, keyRange } of map.entries) {
    if (KEYS.includes(key)) continue;
    if (UNSUPPORTED.includes(key)) {
      load.diagnostics.error(
        'UNSUPPORTED_KEYWORD',
        'Keyword is not supported',
        `Ansible has "${key}", but this version of rtprov does not.`,
        keyRange,
        'Ask for the hash itself (mkpasswd --method=sha-512).',
      );
    } else {
      load.diagnostics.error(
        'UNKNOWN_KEYWORD',
        'Unknown keyword',
        `"${key}" is not a keyword of vars_prompt.`,
        keyRange,
        didYouMean(key, KEYS) ?? `It has: ${KEYS.join(', ')}.`,
      );
    }
  }
}

function readPrompt(map: MapNode, scope: Scope, load: LoadContext): readonly VarsPrompt[] {
  checkPromptKeys(map, load);
  const nameNode = mapGet(map, 'name')?.value;
  const name = nameNode === undefined ? undefined : readText(nameNode, 'name', load.diagnostics);
  if (name === undefined) {
    if (nameNode === undefined) reportNotPrompt(map, load);
    return [];
  }
  if (!isVariableName(name.value)) reportBadName(name.value, name.range, load);
  scope.add(name.value, name.range);
  load.defined.add(name.value, name.range);
  load.given.add(name.value);
  const prompt = mapGet(map, 'prompt')?.value;
  const byDefault = mapGet(map, 'default')?.value;
  const flag = (key: string, otherwise: boolean): boolean => {
    const node = mapGet(map, key)?.value;
    return node === undefined ? otherwise : readFlag(node, key, load.diagnostics)?.value === true;
  };
  if (byDefault !== undefined) noteUses(byDefault, scope, load, { lazy: true });
  return [
    {
      name: name.value,
      prompt:
        (prompt === undefined ? undefined : readText(prompt, 'prompt', load.diagnostics)?.value) ??
        name.value,
      private: flag('private', true),
      ...(byDefault === undefined ? {} : { default: valueOf(byDefault) }),
      confirm: flag('confirm', false),
      range: map.range,
    },
  ];
}

function reportNotPrompt(node: YamlNode, load: LoadContext): void {
  load.diagnostics.error(
    'WRONG_TYPE',
    'Keyword has a value of the wrong type',
    `"vars_prompt" takes a list of mappings with "name" and "prompt", but this is ${describeNode(node)}.`,
    node.range,
    'Write "- name: VARIABLE" and below it "prompt: TEXT".',
  );
}

export function readPrompts(
  node: YamlNode | undefined,
  scope: Scope,
  load: LoadContext,
): readonly VarsPrompt[] {
  if (node === undefined || (node.type === 'scalar' && node.value === null)) return [];
  if (node.type !== 'list') {
    reportNotPrompt(node, load);
    return [];
  }
  return node.items.flatMap((item) => {
    if (item.type === 'map') return readPrompt(item, scope, load);
    reportNotPrompt(item, load);
    return [];
  });
}
