/** `ini`: values of a file of sections, or of a file of properties, which has none. */
import { pythonRegex } from '../values/python-regex.js';
import { isMapping, type Value, type Vars } from '../values/value.js';
import type { LookupCall } from '../template/runtime/lookup.js';
import { interpolate, parseIni, type IniSection } from './ini-text.js';
import type { Lookup } from './lookup.js';
import { flagOption, termOptions, textOf, textOption } from './options.js';
import { demand, readText } from './search.js';

export const ini: Lookup = (call) => {
  // Options that one term gives hold for the terms after it, too.
  let given = call.options;
  return call.terms.flatMap((term) => {
    const text = textOf(term, 'a key');
    const { words, options } = /[=\s]/.test(text.trim()) ? termOptions(text) : { words: [text], options: {} };
    given = { ...given, ...options };
    const [key] = words;
    if (key === undefined) throw new Error(`"${text}" has no key; the key comes first`);
    return valuesOf(key, given, call);
  });
};

function valuesOf(key: string, given: Vars, call: LookupCall): readonly Value[] {
  const type = textOption(given, 'type', 'ini');
  if (type !== 'ini' && type !== 'properties') throw new Error(`"type" is ini or properties, not ${type}`);
  const encoding = textOption(given, 'encoding', 'utf-8');
  if (!/^utf-?8$/i.test(encoding)) throw new Error(`files are read as UTF-8 and not as ${encoding}`);
  const section = type === 'properties' ? 'java_properties' : textOption(given, 'section', 'global');
  const path = demand(textOption(given, 'file', 'ansible.ini'), 'files', call);
  const caseSensitive = flagOption(given, 'case_sensitive', false);
  const text = readText(path);
  const { defaults, sections } = parseIni(type === 'properties' ? `[${section}]\n${text}` : text, {
    allowNoValue: flagOption(given, 'allow_no_value', flagOption(given, 'allow_none', false)),
    caseSensitive,
    file: path,
  });
  const own = section === 'DEFAULT' ? defaults : sections.get(section);
  if (own === undefined) throw new Error(`${path} has no section "${section}"`);
  const all: IniSection = new Map([...defaults, ...own]);
  const read = (value: string | null): string | null =>
    value === null || !flagOption(given, 'interpolation', true)
      ? value
      : interpolate(value, all, caseSensitive);
  if (flagOption(given, 're', false)) {
    const like = pythonRegex(`^(?:${key})`);
    return [...all].filter(([name]) => like.test(name)).map(([, value]) => read(value));
  }
  const value = all.get(caseSensitive ? key : key.toLowerCase());
  if (value !== undefined) return value === null ? [] : [read(value)];
  const fallback = given['default'] ?? '';
  return Array.isArray(fallback) && !isMapping(fallback) ? (fallback as readonly Value[]) : [fallback];
}
