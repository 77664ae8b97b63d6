/** `ini_file`: options of a section. Lines that are not touched stay as they are, byte for byte. */
import { linesWithEnds, withoutEnd } from './bytes.js';
import type { Edited } from './line.js';

export interface IniWanted {
  /** Undefined: the lines before the first section. */
  readonly section?: string | undefined;
  /** Undefined: the section as a whole. */
  readonly option?: string | undefined;
  readonly values: readonly string[];
  readonly state: 'present' | 'absent';
  /** Whether lines of the option with other values are removed. */
  readonly exclusive: boolean;
  readonly noExtraSpaces: boolean;
  /** Blanks around `=` do not count as a difference. */
  readonly ignoreSpaces: boolean;
  readonly allowNoValue: boolean;
  /** Whether a commented-out line of the option is used for it. */
  readonly modifyInactive: boolean;
}

interface OptionLine {
  readonly active: boolean;
  /** Undefined for an option without `=`. */
  readonly value: string | undefined;
}

interface Split {
  readonly before: readonly string[];
  /** The section's own lines, without its header. */
  readonly body: readonly string[];
  readonly after: readonly string[];
}

function headerOf(line: string): string | undefined {
  return /^\[(.*)\][ \t]*(?:[#;].*)?$/.exec(withoutEnd(line))?.[1]?.trim();
}

/** Cuts the lines at the first section of that name; undefined when there is none. */
function findSection(lines: readonly string[], section: string | undefined): Split | undefined {
  const header = section === undefined ? -1 : lines.findIndex((line) => headerOf(line) === section);
  if (section !== undefined && header === -1) return undefined;
  const next = lines.findIndex((line, index) => index > header && headerOf(line) !== undefined);
  const end = next === -1 ? lines.length : next;
  return { before: lines.slice(0, header + 1), body: lines.slice(header + 1, end), after: lines.slice(end) };
}

function optionLine(line: string, option: string, inactive: boolean): OptionLine | undefined {
  const found = /^([ \t]*)([#;][#; \t]*)?([^=]*?)[ \t]*(?:=[ \t]*(.*?))?[ \t]*$/.exec(withoutEnd(line));
  if (found === null || found[3] !== option) return undefined;
  const active = found[2] === undefined;
  return active || inactive ? { active, value: found[4] } : undefined;
}

function assignment(wanted: IniWanted, value: string | undefined): string {
  if (value === undefined) return `${wanted.option ?? ''}\n`;
  return `${wanted.option ?? ''}${wanted.noExtraSpaces ? '=' : ' = '}${value}\n`;
}

/** Whether a line may stay for a value. */
function stands(line: string, found: OptionLine, value: string | undefined, wanted: IniWanted): boolean {
  if (!found.active || found.value !== value) return false;
  return wanted.ignoreSpaces || withoutEnd(line) === withoutEnd(assignment(wanted, value));
}

/** After the last line that is neither empty nor a comment. */
function insertAt(body: readonly string[]): number {
  return body.findLastIndex((line) => !/^[ \t]*(?:[#;].*)?[\r\n]*$/.test(line)) + 1;
}

function ended(lines: readonly string[]): string[] {
  return lines.map((line) => (line.endsWith('\n') ? line : `${line}\n`));
}

interface Slot {
  line: string;
  readonly found: OptionLine | undefined;
  settled: boolean;
}

/** The section's lines with the wanted options, and what was done. */
function setOptions(
  body: readonly string[],
  wanted: IniWanted,
): { readonly body: readonly string[]; readonly msg: string } {
  const option = wanted.option ?? '';
  const slots = body.map((line): Slot => {
    const found = optionLine(line, option, wanted.modifyInactive);
    return { line, found, settled: found === undefined };
  });
  const open: (string | undefined)[] = wanted.values.length === 0 ? [undefined] : [...wanted.values];
  const rewritten: Slot[] = [];
  const settle = (slot: Slot, value: string | undefined): void => {
    if (slot.found === undefined) return;
    if (!stands(slot.line, slot.found, value, wanted)) {
      slot.line = assignment(wanted, value);
      rewritten.push(slot);
    }
    slot.settled = true;
  };
  // Lines that have a wanted value already keep it, those in use before those commented out.
  for (const active of [true, false]) {
    for (const slot of slots) {
      const index = slot.settled || slot.found?.active !== active ? -1 : open.indexOf(slot.found.value);
      if (index !== -1) settle(slot, open.splice(index, 1)[0]);
    }
  }
  if (wanted.exclusive) {
    for (const slot of slots) if (!slot.settled && open.length > 0) settle(slot, open.shift());
  }
  const kept = slots.filter((slot) => slot.settled || !wanted.exclusive);
  const removed = kept.length < slots.length;
  const lines = kept.map((slot) => slot.line);
  const at = insertAt(lines);
  const added = open.map((value) => assignment(wanted, value));
  const result = added.length === 0 ? lines : [...ended(lines.slice(0, at)), ...added, ...lines.slice(at)];
  return {
    body: result,
    msg: added.length > 0 ? 'option added' : rewritten.length > 0 || removed ? 'option changed' : '',
  };
}

function removeOptions(
  body: readonly string[],
  wanted: IniWanted,
): { readonly body: readonly string[]; readonly msg: string } {
  const kept = body.filter((line) => {
    const found = optionLine(line, wanted.option ?? '', false);
    if (found === undefined) return true;
    return !wanted.exclusive && wanted.values.length > 0 && !wanted.values.includes(found.value ?? '');
  });
  return { body: kept, msg: kept.length < body.length ? 'option changed' : '' };
}

function addSection(lines: readonly string[], wanted: IniWanted): Edited {
  const options = wanted.option === undefined ? [] : setOptions([], wanted).body;
  const header = wanted.section === undefined ? [] : [`[${wanted.section}]\n`];
  // A file that was empty starts with an empty line, as Ansible writes it.
  const start = lines.length === 0 ? ['\n'] : ended(lines);
  const text = [...start, ...header, ...options].join('');
  return { text, msg: options.length === 0 ? 'only section added' : 'section and option added' };
}

export function editIni(text: string, wanted: IniWanted): Edited {
  const lines = linesWithEnds(text);
  const split = findSection(lines, wanted.section);
  if (split === undefined) return wanted.state === 'absent' ? { text, msg: '' } : addSection(lines, wanted);
  const { before, body, after } = split;
  if (wanted.option === undefined) {
    if (wanted.state === 'present') return { text, msg: '' };
    const rest = (wanted.section === undefined ? after : [...before.slice(0, -1), ...after]).join('');
    if (rest === text) return { text, msg: '' };
    // Further sections of the name go as well: absent is absent.
    return { text: editIni(rest, wanted).text, msg: 'section removed' };
  }
  const edited = wanted.state === 'present' ? setOptions(body, wanted) : removeOptions(body, wanted);
  if (edited.msg === '') return { text, msg: '' };
  const top = edited.body.length > 0 ? ended(before) : before;
  return {
    text: [...top, ...(after.length > 0 ? ended(edited.body) : edited.body), ...after].join(''),
    msg: edited.msg,
  };
}
