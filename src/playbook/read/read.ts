/** Reads what a keyword holds, as the keyword's type says; every misfit is one diagnostic. */
import { describeNode, type Node as YamlNode } from '../../yaml/node.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Located, Templated } from './model.js';
import { isTemplate, located } from './templated.js';

const TRUE = /^(?:yes|on|true|t|y|1)$/i;
const FALSE = /^(?:no|off|false|f|n|0)$/i;

function misfit(node: YamlNode, name: string, wanted: string, hint: string, diagnostics: Diagnostics): void {
  diagnostics.error(
    'WRONG_TYPE',
    'Keyword has a value of the wrong type',
    `"${name}" takes ${wanted}, but this is ${describeNode(node)}.`,
    node.range,
    hint,
  );
}

function isTemplateNode(node: YamlNode): boolean {
  return node.type === 'scalar' && typeof node.value === 'string' && isTemplate(node.value);
}

/** True or false, also in the spellings that Ansible takes ("yes", 1), or a template. */
export function readFlag(node: YamlNode, name: string, diagnostics: Diagnostics): Templated | undefined {
  if (isTemplateNode(node)) return located(node);
  if (node.type === 'scalar' && node.value !== null) {
    const text = String(node.value);
    if (TRUE.test(text)) return { value: true, range: node.range };
    if (FALSE.test(text)) return { value: false, range: node.range };
  }
  // What is at no_log itself is not a secret.
  const { hidden: _, ...shown } = node.range;
  const place = name === 'no_log' ? { ...node, range: shown } : node;
  misfit(place, name, 'true or false', 'Write true or false, without quotes.', diagnostics);
  return undefined;
}

/** A number that is not negative, or a template. */
export function readNumber(node: YamlNode, name: string, diagnostics: Diagnostics): Templated | undefined {
  if (isTemplateNode(node)) return located(node);
  if (node.type === 'scalar' && (typeof node.value === 'number' || typeof node.value === 'string')) {
    const value = Number(node.value);
    if (String(node.value).trim() !== '' && Number.isFinite(value) && value >= 0) {
      return { value, range: node.range };
    }
  }
  misfit(node, name, 'a number that is 0 or more', 'Write a plain number.', diagnostics);
  return undefined;
}

/** A text; numbers and flags count as the text that was written. */
export function readText(
  node: YamlNode,
  name: string,
  diagnostics: Diagnostics,
): Located<string> | undefined {
  if (node.type === 'scalar' && node.value !== null) {
    return { value: typeof node.value === 'string' ? node.value : node.source, range: node.range };
  }
  misfit(node, name, 'a text', 'Write one text, in quotes if it has special characters.', diagnostics);
  return undefined;
}

/** A text or a list of texts. */
export function readTexts(
  node: YamlNode,
  name: string,
  diagnostics: Diagnostics,
): readonly Located<string>[] {
  const items = node.type === 'list' ? node.items : [node];
  const found: Located<string>[] = [];
  for (const item of items) {
    if (item.type === 'scalar' && item.value !== null) {
      found.push({ value: typeof item.value === 'string' ? item.value : item.source, range: item.range });
    } else {
      misfit(item, name, 'a text or a list of texts', 'Write one name, or a list of names.', diagnostics);
    }
  }
  return found;
}

/** A text with commas, or a list of such texts. Numbers count as text; true, false and templates do not. */
export function readTags(node: YamlNode, diagnostics: Diagnostics): readonly string[] {
  const items = node.type === 'list' ? node.items : [node];
  const tags: string[] = [];
  for (const item of items) {
    const fits = item.type === 'scalar' && (typeof item.value === 'string' || typeof item.value === 'number');
    if (!fits) {
      misfit(item, 'tags', 'a text or a list of texts', 'Write "tags: [one, two]".', diagnostics);
    } else if (isTemplateNode(item)) {
      diagnostics.error(
        'TEMPLATED_TAG',
        'Tag is a template',
        'Tags select tasks before any variable of a host is known, so they cannot contain templates.',
        item.range,
        'Write the tag out, or use a condition in `when`.',
      );
    } else {
      const text = typeof item.value === 'string' ? item.value : item.source;
      tags.push(
        ...text
          .split(',')
          .map((tag) => tag.trim())
          .filter((tag) => tag !== ''),
      );
    }
  }
  return [...new Set(tags)];
}
