/** Files as Python's configparser reads them: sections, `key = value` and `key: value`, values over several lines. */

export type IniSection = ReadonlyMap<string, string | null>;

export interface IniFile {
  /** What holds for every section. */
  readonly defaults: IniSection;
  readonly sections: ReadonlyMap<string, IniSection>;
}

export interface IniOptions {
  /** A key without a value is null instead of a fault. */
  readonly allowNoValue: boolean;
  /** Otherwise keys are read in lower case. */
  readonly caseSensitive: boolean;
  readonly file: string;
}

/** Throws an Error with the line that is none of a section, a key and its value, or a comment. */
export function parseIni(text: string, options: IniOptions): IniFile {
  const defaults = new Map<string, string | null>();
  const sections = new Map<string, Map<string, string | null>>();
  let section: Map<string, string | null> | undefined;
  let seen = new Set<string>();
  let key: string | undefined;
  let indent = 0;
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const fault = (why: string): Error => new Error(`${options.file}, line ${index + 1}: ${why}`);
    if (/^\s*[#;]/.test(line)) continue;
    const content = line.trim();
    const depth = line.length - line.trimStart().length;
    if (content === '') {
      // An empty line is a part of a value that goes on after it.
      if (section !== undefined && key !== undefined) append(section, key, '');
      else indent = 0;
      continue;
    }
    if (section !== undefined && key !== undefined && depth > indent) {
      append(section, key, content);
      continue;
    }
    indent = depth;
    const head = /^\[(.+)\]/.exec(content);
    if (head !== null) {
      const name = head[1] ?? '';
      if (name !== 'DEFAULT' && sections.has(name)) throw fault(`the section "${name}" appears twice`);
      section = name === 'DEFAULT' ? defaults : new Map<string, string | null>();
      if (name !== 'DEFAULT') sections.set(name, section);
      seen = new Set();
      key = undefined;
      continue;
    }
    if (section === undefined) throw fault('it is before the first section');
    const pair = /^(.*?)\s*[=:]\s*(.*)$/.exec(content);
    if (pair === null && !options.allowNoValue) throw fault('it is not "key = value"');
    const written = pair?.[1] ?? content;
    if (written === '') throw fault('a key is missing');
    key = options.caseSensitive ? written : written.toLowerCase();
    if (seen.has(key)) throw fault(`the key "${key}" appears twice`);
    seen.add(key);
    section.set(key, pair === null ? null : (pair[2] ?? ''));
  }
  return {
    defaults: ended(defaults),
    sections: new Map([...sections].map(([name, one]) => [name, ended(one)])),
  };
}

function append(section: Map<string, string | null>, key: string, line: string): void {
  const value = section.get(key) ?? null;
  if (value !== null) section.set(key, `${value}\n${line}`);
}

/** Empty lines after a value do not belong to it. */
function ended(section: IniSection): IniSection {
  return new Map([...section].map(([key, value]) => [key, value === null ? null : value.trimEnd()]));
}

const deepest = 10;

/** `%(other)s` in a value, as configparser's BasicInterpolation. */
export function interpolate(value: string, values: IniSection, caseSensitive: boolean, depth = 0): string {
  if (!value.includes('%')) return value;
  if (depth > deepest) throw new Error('its values name each other in a circle');
  return value.replace(/%(%|\(([^)]*)\)s)?/g, (_, form?: string, name?: string) => {
    if (form === '%') return '%';
    if (form === undefined || name === undefined)
      throw new Error(`"%" has to be followed by "%" or "(name)s" in "${value}"; or set interpolation=false`);
    const other = values.get(caseSensitive ? name : name.toLowerCase());
    if (other === undefined) throw new Error(`"${value}" names "${name}", which does not exist`);
    return interpolate(other ?? '', values, caseSensitive, depth + 1);
  });
}
