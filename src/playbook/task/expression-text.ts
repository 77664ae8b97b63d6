/** A node as the text of a template expression: how `with_*` loops become a `loop` of one expression. */
import type { Node as YamlNode } from '../../yaml/node.js';
import { isTemplate } from '../read/templated.js';

const PART = /\{\{((?:(?!\}\}).)*)\}\}/gs;

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}

/** A text with templates in it: `a{{ b }}` is `'a' ~ (b)`. A template that is all of the text keeps its type. */
function textExpression(text: string): string {
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(PART)) {
    if (match.index > end) parts.push(quoted(text.slice(end, match.index)));
    parts.push(`(${(match[1] ?? '').trim()})`);
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(quoted(text.slice(end)));
  return parts.join(' ~ ');
}

export function expressionOf(node: YamlNode): string {
  if (node.type === 'list') return `[${node.items.map(expressionOf).join(', ')}]`;
  if (node.type === 'map') {
    return `{${node.entries.map((entry) => `${quoted(entry.key)}: ${expressionOf(entry.value)}`).join(', ')}}`;
  }
  if (node.value === null) return 'none';
  if (typeof node.value !== 'string') return String(node.value);
  return node.tag !== '!unsafe' && isTemplate(node.value) ? textExpression(node.value) : quoted(node.value);
}
