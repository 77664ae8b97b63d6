/** `vars_files` of a play. */
import { relative } from 'node:path';
import { describeNode, type Node as YamlNode } from '../../yaml/node.js';
import type { PlayContext } from '../read/context.js';
import { filesLike, findFile, reportMissingFile } from '../read/files.js';
import type { Templated } from '../read/model.js';
import { hasTemplate, located, noteUses } from '../read/templated.js';
import { readVarsFile } from './vars.js';

function textsOf(node: YamlNode): readonly string[] {
  const items = node.type === 'list' ? node.items : [node];
  return items.flatMap((item) =>
    item.type === 'scalar' && typeof item.value === 'string' ? [item.value] : [],
  );
}

/** Names in a file that depends on a variable: those of every file that it may be. */
function learnFrom(names: readonly string[], play: PlayContext): void {
  const files = names.flatMap((name) => filesLike(name, [play.playbookDir], 'vars'));
  if (files.length === 0) play.scope.open();
  for (const path of files) readVarsFile(path, 'play_vars', play.scope, play.load);
}

function readEntry(node: YamlNode, play: PlayContext): readonly Templated[] {
  const { load, playbookDir } = play;
  const names = textsOf(node);
  noteUses(node, play.scope, load);
  if (names.length === 0) {
    load.diagnostics.error(
      'WRONG_TYPE',
      'Keyword has a value of the wrong type',
      `"vars_files" takes names of files, but this is ${describeNode(node)}.`,
      node.range,
      'Write one "- file.yml" per line.',
    );
    return [];
  }
  if (hasTemplate(node)) {
    learnFrom(names, play);
    return [located(node)];
  }
  const found = names.map((name) => findFile(name, [playbookDir], 'vars'));
  const path = found.find((file) => file.path !== undefined)?.path;
  if (path === undefined) {
    play.scope.open();
    const tried = found.flatMap((file) => file.tried);
    reportMissingFile(names.join('", "'), tried, node.range, load, (place) => relative(playbookDir, place));
    return [];
  }
  readVarsFile(path, 'play_vars', play.scope, load);
  return [{ value: path, range: node.range }];
}

/** Literal files are read for their names and faults, and given with their full path; the engine reads the values. */
export function readVarsFiles(node: YamlNode | undefined, play: PlayContext): readonly Templated[] {
  if (node === undefined || (node.type === 'scalar' && node.value === null)) return [];
  const items = node.type === 'list' ? node.items : [node];
  return items.flatMap((item) => readEntry(item, play));
}
