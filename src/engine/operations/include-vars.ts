/** `include_vars`: variables from files of the controller. */
import { readdir, stat } from 'node:fs/promises';
import { extname, isAbsolute, join } from 'node:path';
import { Diagnostics } from '../../diagnostics/diagnostic.js';
import { pythonRegex } from '../../values/python-regex.js';
import { isMapping, type Value } from '../../values/value.js';
import { toValue } from '../../yaml/node.js';
import { parseYamlFile } from '../../yaml/parse.js';
import { readTextFile } from '../../yaml/text-file.js';
import { bad, good, type OperationInputs, type OperationOf, type OperationOutcome } from './operation.js';

export async function includeVars(
  operation: OperationOf<'include_vars'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  const diagnostics = new Diagnostics();
  const folders = inputs.task.searchPaths.flatMap((folder) => [join(folder, 'vars'), folder]);
  const find = async (name: string): Promise<string | undefined> => {
    for (const path of isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))) {
      if ((await stat(path).catch(() => undefined)) !== undefined) return path;
    }
    return undefined;
  };
  const named = operation.file ?? operation.dir ?? '';
  const path = await find(named);
  if (path === undefined) return bad(`${named} was not found in ${folders.join(', ')}`);
  const files: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const full = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (operation.depth === 0 || depth < operation.depth) await walk(full, depth + 1);
      } else if (
        !operation.ignoreFiles.some((pattern) => pythonRegex(pattern).test(entry.name)) &&
        (operation.filesMatching === undefined || pythonRegex(operation.filesMatching).test(entry.name)) &&
        (operation.ignoreUnknownExtensions
          ? operation.extensions.includes(extname(entry.name).slice(1))
          : true)
      ) {
        files.push(full);
      }
    }
  };
  if ((await stat(path)).isDirectory() !== (operation.dir !== undefined))
    return bad(
      `${path} is ${operation.dir === undefined ? 'a folder: name it with "dir"' : 'not a folder: name it with "file"'}`,
    );
  if (operation.dir === undefined) files.push(path);
  else await walk(path, 1);
  let vars: Record<string, Value> = {};
  for (const file of files) {
    let text;
    try {
      text = readTextFile(file);
    } catch (error) {
      return bad(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    const node = parseYamlFile(text, file, diagnostics);
    diagnostics.throwIfErrors();
    const value = node === undefined ? {} : toValue(node);
    if (!isMapping(value)) return bad(`${file} does not contain a mapping of variables`);
    vars = operation.hashBehaviour === 'merge' ? merged(vars, value) : { ...vars, ...value };
  }
  const facts: Readonly<Record<string, Value>> =
    operation.name === undefined ? vars : { [operation.name]: vars };
  return good({ ansible_facts: facts, ansible_included_var_files: files });
}

function merged(
  into: Readonly<Record<string, Value>>,
  from: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const out: Record<string, Value> = { ...into };
  for (const [key, value] of Object.entries(from)) {
    const there = out[key];
    out[key] = there !== undefined && isMapping(there) && isMapping(value) ? merged(there, value) : value;
  }
  return out;
}
