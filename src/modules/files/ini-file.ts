/** `ini_file`: options in files with sections. */
import * as z from 'zod';
import { attributeAliases, attributeArgs, attributeDocs } from '../args/file-args.js';
import { bool, choice, listOfWhole, name, path, str, unsupported } from '../args/types.js';
import { editNeeds, finishEdit, openFile } from './edit-file.js';
import { targetPath } from './target-path.js';
import type { Module } from '../core/module.js';
import { failed, unchanged } from '../core/plan-result.js';
import { editIni } from '../text/ini.js';
import { utf8Text } from '../text/utf8.js';

const args = z.strictObject({
  ...attributeArgs,
  path: path(),
  section: str().optional(),
  option: name().optional(),
  value: str().optional(),
  values: listOfWhole().optional(),
  state: choice(['present', 'absent']).default('present'),
  exclusive: bool().default(true),
  no_extra_spaces: bool().default(false),
  ignore_spaces: bool().default(false),
  allow_no_value: bool().default(false),
  modify_inactive_option: bool().default(true),
  create: bool().default(true),
  backup: bool().default(false),
  follow: unsupported('A link at the path is always followed.', true),
  section_has_values: unsupported('The first section with this name is used.'),
});
export type IniFileArgs = z.infer<typeof args>;

/** A value of several lines would be read as further options. */
function faultOf(given: IniFileArgs, values: readonly string[]): string | undefined {
  const texts = [given.section ?? '', given.option ?? '', ...values];
  if (texts.some((text) => /[\n\r]/.test(text))) return 'section, option and value are single lines';
  if (given.option !== undefined && /^[#;[]|=/.test(given.option))
    return `"${given.option}" cannot be the name of an option`;
  if (given.option !== given.option?.trim()) return 'an option cannot start or end with blanks';
  if (given.state === 'absent' || given.option === undefined || given.allow_no_value || values.length > 0)
    return undefined;
  return 'option needs value or values, or allow_no_value: true';
}

export const iniFile: Module<IniFileArgs> = {
  name: 'ini_file',
  fullNames: ['community.general.ini_file'],
  barrier: false,
  args,
  aliases: { ...attributeAliases, path: ['dest'] },
  rules: [{ type: 'exclusive', args: ['value', 'values'] }],
  doc: {
    summary: 'Sets and removes options in a file with [sections].',
    args: {
      ...attributeDocs,
      path: 'The file. Links are followed.',
      section: 'The section. Default: the lines before the first one.',
      option: 'The option. Without it, the section as a whole is meant.',
      value: 'Its value.',
      values: 'Its values, each on a separate line.',
      state: '`present` or `absent`. Default: present.',
      exclusive: 'Whether lines of the option with other values are removed. Default: true.',
      no_extra_spaces: 'Whether `=` is written without blanks. Default: false.',
      ignore_spaces: 'Whether a line that differs only in blanks around `=` is kept. Default: false.',
      allow_no_value: 'Whether the option may be without a value. Default: false.',
      modify_inactive_option: 'Whether a commented-out line of the option is used for it. Default: true.',
      create: 'Whether to create the file, and the folders above it, if it does not exist. Default: true.',
      backup: 'Whether to keep the old file beside the new one, with the time in its name. Default: false.',
      follow: 'Links are always followed.',
      section_has_values: 'Choosing among sections with the same name.',
    },
    examples: [
      '- community.general.ini_file:\n    path: /etc/systemd/system.conf\n    section: Manager\n    option: CPUAffinity\n    value: 0-1\n    no_extra_spaces: true',
    ],
  },
  touches: (given, facts) =>
    typeof given['path'] === 'string'
      ? [{ kind: 'file', name: targetPath(given['path'], facts) }]
      : undefined,
  needs: (given, context) => editNeeds(given, given.create, context),
  plan(given, context) {
    const values = (given.values ?? (given.value === undefined ? [] : [given.value])).map((value) =>
      value.trim(),
    );
    const fault = faultOf(given, values);
    if (fault !== undefined) return failed(fault);
    const file = openFile(given, context);
    if ('type' in file) return file;
    if (file.content === undefined && !given.create)
      return failed(`Destination ${file.path} does not exist!`, { rc: 257 });
    if (file.content === undefined && given.state === 'absent') return unchanged({ path: file.path }, 'OK');
    const text = utf8Text(file.content ?? Buffer.alloc(0));
    if (text === undefined) return failed(`${file.path} is not UTF-8`);
    const edited = editIni(text, {
      section: given.section === '' ? undefined : given.section,
      option: given.option,
      values: [...new Set(values)],
      state: given.state,
      exclusive: given.exclusive,
      noExtraSpaces: given.no_extra_spaces,
      ignoreSpaces: given.ignore_spaces,
      allowNoValue: given.allow_no_value,
      modifyInactive: given.modify_inactive_option,
    });
    const content = edited.text === text ? undefined : Buffer.from(edited.text);
    const msg = content === undefined ? 'OK' : edited.msg;
    return finishEdit(given, file, { content, msg, backupKey: 'backup_file' }, context);
  },
};
