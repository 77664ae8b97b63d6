/** The reference of the modules as Markdown, from their documentation and their argument types. */
import type * as z from 'zod';
import { isRequired, metaOf, shapeOf } from '../args/check.js';
import type { ArgRule, Module } from './module.js';

function code(text: string): string {
  return `\`${text}\``;
}

/** Text in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function typeText(type: z.ZodType): string {
  const { type: name, choices } = metaOf(type) as { type?: string; choices?: readonly string[] };
  // Line ends as choices are the written ones over again.
  const words = (choices ?? []).filter((choice) => !/[\r\n]/.test(choice));
  return words.length > 0 ? words.map(code).join(', ') : (name ?? 'any');
}

function ruleText(rule: ArgRule): string {
  if (rule.type === 'requires') {
    const when = rule.value === undefined ? code(rule.arg) : code(`${rule.arg}: ${String(rule.value)}`);
    return `${when} needs ${rule.needs.map(code).join(', ')}.`;
  }
  const args = rule.args.map(code).join(', ');
  if (rule.type === 'exclusive') return `Only one of ${args} may be given.`;
  if (rule.type === 'one-of') return `One of ${args} must be given.`;
  return `${args} are given together or not at all.`;
}

function argumentRow(module: Module, arg: string, type: z.ZodType): string {
  const others = module.aliases[arg] ?? [];
  const names = [code(arg), ...others.map((other) => `(${code(other)})`)].join(' ');
  const needed = isRequired(type) ? ' **needed**' : '';
  return `| ${cell(names)}${needed} | ${cell(typeText(type))} | ${cell(module.doc.args[arg] ?? '')} |`;
}

function isUnsupported(type: z.ZodType): boolean {
  return typeof metaOf(type)['unsupported'] === 'string';
}

function argumentsTable(module: Module): readonly string[] {
  const all = Object.entries(shapeOf(module) ?? {});
  const table = ([title, rows]: readonly [string, readonly string[]]): readonly string[] =>
    rows.length === 0 ? [] : [`## ${title}`, '', ...rows, ''];
  const supported = all.filter(([, type]) => !isUnsupported(type));
  const rows = supported.map(([arg, type]) => argumentRow(module, arg, type));
  const refused = all
    .filter(([, type]) => isUnsupported(type))
    .map(([arg, type]) => `- ${code(arg)}: ${String(metaOf(type)['unsupported'])}`);
  return [
    ...table([
      'Arguments',
      rows.length === 0 ? [] : ['| argument | type | meaning |', '| --- | --- | --- |', ...rows],
    ]),
    ...table(['Rules', (module.rules ?? []).map((rule) => `- ${ruleText(rule)}`)]),
    ...table(['Ansible arguments that rtprov refuses', refused]),
  ];
}

function kindText(module: Module): string {
  return module.barrier
    ? 'A barrier: its effect cannot be predicted, so a plan says "may change" for everything that depends on it.'
    : 'Planned exactly: a check shows what a run will do.';
}

/** One page. */
export function moduleReference(module: Module): string {
  const names = module.fullNames.map(code).join(', ');
  const shape = shapeOf(module);
  const free =
    module.freeForm === undefined ? [] : [`Text directly after the name is ${code(module.freeForm)}.`, ''];
  return [
    `# ${module.name}`,
    '',
    module.doc.summary,
    '',
    `Also written ${names}. ${kindText(module)}`,
    '',
    ...free,
    ...(shape === undefined
      ? Object.entries(module.doc.args).map(([arg, text]) => `- ${code(arg)}: ${text}`)
      : argumentsTable(module)),
    ...(shape === undefined ? [''] : []),
    '## Examples',
    '',
    '```yaml',
    module.doc.examples.join('\n\n'),
    '```',
    '',
  ].join('\n');
}

/** The list of all pages. */
export function moduleIndex(modules: Iterable<Module>): string {
  const rows = [...modules].map(
    (module) => `| [${module.name}](${module.name}.md) | ${cell(module.doc.summary)} |`,
  );
  return [
    '# Modules',
    '',
    'Written by `scripts/generate-docs.ts`.',
    '',
    '| module | |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** Every page by the name of its file. */
export function modulePages(modules: Iterable<Module>): ReadonlyMap<string, string> {
  const all = [...modules];
  return new Map([
    ['README.md', moduleIndex(all)],
    ...all.map((module) => [`${module.name}.md`, moduleReference(module)] as const),
  ]);
}
