/** Line ends of templates, and the options that a template file or its task gives. */
import { TemplateFault } from '../fault.js';

/** Options of the template module. The tags default to Jinja's. */
export interface FileOptions {
  readonly trimBlocks?: boolean;
  readonly lstripBlocks?: boolean;
  readonly newlineSequence?: '\n' | '\r\n' | '\r';
  readonly blockStartString?: string;
  readonly blockEndString?: string;
  readonly variableStartString?: string;
  readonly variableEndString?: string;
  readonly commentStartString?: string;
  readonly commentEndString?: string;
}

/** What Jinja2 reads: line ends are `\n`, and one at the end of the text is dropped. */
export function normalized(text: string): string {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return lines.endsWith('\n') ? lines.slice(0, -1) : lines;
}

function newlinesAtEnd(text: string): number {
  let count = 0;
  while (count < text.length && text[text.length - 1 - count] === '\n') count += 1;
  return count;
}

/** Ansible's rule (Templar.do_template): at least as many line ends at the end as the template's text has. */
export function keepNewlines(text: string, rendered: string, newline: string): string {
  const missing = newlinesAtEnd(text) - newlinesAtEnd(rendered);
  return missing > 0 ? rendered + newline.repeat(missing) : rendered;
}

const header = '#jinja2:';
const names: Readonly<Record<string, keyof FileOptions>> = {
  trim_blocks: 'trimBlocks',
  lstrip_blocks: 'lstripBlocks',
  newline_sequence: 'newlineSequence',
  block_start_string: 'blockStartString',
  block_end_string: 'blockEndString',
  variable_start_string: 'variableStartString',
  variable_end_string: 'variableEndString',
  comment_start_string: 'commentStartString',
  comment_end_string: 'commentEndString',
};

/** The options of a first line like `#jinja2: lstrip_blocks: True`, and the text without that line. */
export function headerOptions(
  text: string,
  file: string,
): { readonly options: FileOptions; readonly text: string; readonly lines: number } {
  if (!text.startsWith(header)) return { options: {}, text, lines: 0 };
  const end = text.indexOf('\n') < 0 ? text.length : text.indexOf('\n');
  const line = text.slice(header.length, end);
  const options: Record<string, string | boolean> = {};
  const fail = (detail: string): TemplateFault =>
    new TemplateFault('TEMPLATE_SYNTAX', detail, 'Write: #jinja2: lstrip_blocks: True', {
      source: { text, file },
      line: 0,
      column: 0,
    });
  for (const pair of line.split(',')) {
    const [, name = '', value = ''] = /^\s*(\w+)\s*:\s*(.*?)\s*$/.exec(pair) ?? [];
    const option = names[name];
    if (option === undefined)
      throw fail(`The first line sets "${pair.trim()}", which is not an option of templates.`);
    const string = /^(['"])(.*)\1$/.exec(value)?.[2];
    if (/^(True|False)$/.test(value)) options[option] = value === 'True';
    else if (string !== undefined) options[option] = string.replaceAll('\\n', '\n').replaceAll('\\r', '\r');
    else throw fail(`The option "${name}" needs True, False or a quoted text, not ${value}.`);
  }
  return { options, text: text.slice(end + 1), lines: 1 };
}
