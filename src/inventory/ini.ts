/** Inventories in Ansible's INI format. */

import type { SourceRange } from '../diagnostics/diagnostic.js';
import { SourceText } from '../yaml/source.js';
import { readAddress } from './address.js';
import type { GroupDraft, InventoryBuilder } from './builder.js';
import { readSection, type SectionKind } from './ini-section.js';
import { readLiteral } from './literal.js';
import { checkVarName } from './var-name.js';
import { shellWords, type ShellWord } from '../shell/words.js';

class IniReader {
  private group: GroupDraft | undefined;
  private kind: SectionKind = 'hosts';
  private number = 0;

  constructor(
    private readonly source: SourceText,
    private readonly builder: InventoryBuilder,
  ) {
    this.group = builder.groups.get('ungrouped');
  }

  read(): void {
    this.source.lines.forEach((line, number) => {
      this.number = number;
      if (/^\s*(?:[#;]|$)/.test(line)) return;
      if (/^\s*\[(?!.*\]\S)/.test(line) && !/^\s*\[[^\]]*\]:\d/.test(line)) this.section(line);
      else if (this.group === undefined) return;
      else if (this.kind === 'vars') this.variable(line, this.group);
      else if (this.kind === 'children') this.child(line, this.group);
      else this.hostLine(line, this.group);
    });
  }

  private at(from: number, to?: number): SourceRange {
    return this.source.at(this.number, from, to);
  }

  private error(code: string, summary: string, detail: string, at: SourceRange, hint: string): void {
    this.builder.diagnostics.error(code, summary, detail, at, hint);
  }

  private section(line: string): void {
    const section = readSection(line, (from, to) => this.at(from, to), this.builder.diagnostics);
    this.group = undefined;
    if (section === undefined) return;
    const { name, kind, at } = section;
    this.kind = kind;
    this.group =
      kind === 'vars' ? this.builder.mentionGroup(name, at, 'vars') : this.builder.declareGroup(name, at);
  }

  private child(line: string, parent: GroupDraft): void {
    const [all, space = '', name = ''] = /^(\s*)([^:\]\s]+)\s*(?:#.*)?$/.exec(line) ?? [];
    if (all === undefined) {
      this.error(
        'INI_BAD_CHILD',
        'Bad name of a child group',
        'A line below [group:children] has the name of one group and nothing else.',
        this.at(line.search(/\S/)),
        'Write each group on its own line; variables go to [group:vars].',
      );
      return;
    }
    const at = this.at(space.length, space.length + name.length);
    this.builder.addChild(parent, this.builder.mentionGroup(name, at, 'child'), at);
  }

  private variable(line: string, group: GroupDraft): void {
    const equals = line.indexOf('=');
    const from = line.search(/\S/);
    const name = line.slice(0, Math.max(equals, 0)).trim();
    if (equals < 0 || name === '') {
      this.error(
        'INI_VAR_WITHOUT_VALUE',
        'Variable without a value',
        'A line below [group:vars] has to read name=value.',
        this.at(from, line.trimEnd().length),
        'Write name=value; a host belongs below [group] without ":vars".',
      );
      return;
    }
    const origin = this.at(from, from + name.length);
    if (!checkVarName(name, origin, this.builder.diagnostics)) return;
    const value = readLiteral(line.slice(equals + 1).trim());
    this.builder.setGroupVar(group, name, { value, origin, unsafe: false });
  }

  private hostLine(line: string, group: GroupDraft): void {
    const split = shellWords(line, { comments: true });
    if (!split.ok) {
      const quote = split.what === 'quote';
      this.error(
        'INI_BAD_QUOTING',
        quote ? 'Quote is not closed' : 'Backslash at the end of a line',
        quote
          ? 'The quote that starts here has no end on this line.'
          : 'A backslash needs a character to escape.',
        this.at(split.at),
        quote ? 'Close the quote; write a quote as a character as \\".' : 'Double the backslash.',
      );
      return;
    }
    const [first, ...words] = split.words;
    if (first === undefined || this.notAHost(first)) return;
    const place = (from: number): SourceRange =>
      this.at(first.from + from, from === 0 ? first.to : undefined);
    const address = readAddress(first.text, place, this.builder.diagnostics);
    if (address === undefined) return;
    const stray = words.find(({ text }) => text.indexOf('=') < 1);
    if (stray !== undefined) this.notAVariable(stray);
    const variables = stray === undefined ? words.flatMap((word) => this.hostVar(word)) : [];
    for (const name of address.names) {
      const host = this.builder.addHost(name, group, place(0));
      if (address.port !== undefined) {
        host.vars.set('ansible_port', { value: address.port, origin: place(0), unsafe: false });
      }
      for (const [key, entry] of variables) host.vars.set(key, entry);
    }
  }

  private notAHost({ text, from, to }: ShellWord): boolean {
    if (text === '---' || (text.endsWith(':') && !text.endsWith('::'))) {
      this.error(
        'INI_LOOKS_LIKE_YAML',
        'YAML in an INI inventory',
        `"${text}" has no meaning in an INI inventory, but it would in YAML.`,
        this.at(from, to),
        'Give a YAML inventory a name that ends in .yml or .yaml.',
      );
      this.group = undefined;
      return true;
    }
    if (!text.includes('=')) return false;
    this.error(
      'INI_VAR_WITHOUT_HOST',
      'Line starts with a variable',
      `A line of a group starts with a host name, but "${text}" is a variable.`,
      this.at(from, to),
      'Put the host name first, or move the variable below [group:vars].',
    );
    return true;
  }

  /** Reported once for each line: `name = value` and `name: value` are several words that are none. */
  private notAVariable({ text, from, to }: ShellWord): void {
    this.error(
      'INI_VAR_WITHOUT_VALUE',
      'Variable without a value',
      `After a host name come variables as name=value, but "${text}" is not one.`,
      this.at(from, to),
      /^[a-z_]\w*:?$/i.test(text)
        ? `Write ${text.replace(':', '')}=VALUE without spaces around "="; write each host on its own line.`
        : 'Write name=value without spaces around "="; quote a value that contains spaces.',
    );
  }

  private hostVar({
    text,
    from,
  }: ShellWord): readonly (readonly [
    string,
    { value: ReturnType<typeof readLiteral>; origin: SourceRange; unsafe: false },
  ])[] {
    const equals = text.indexOf('=');
    const name = text.slice(0, equals);
    const origin = this.at(from, from + equals);
    if (!checkVarName(name, origin, this.builder.diagnostics)) return [];
    return [[name, { value: readLiteral(text.slice(equals + 1)), origin, unsafe: false }]];
  }
}

/** Reads an INI inventory into the builder. */
export function readIni(text: string, file: string, builder: InventoryBuilder): void {
  new IniReader(new SourceText(text.replace(/^\uFEFF/, ''), file), builder).read();
}
