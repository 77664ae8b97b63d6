/** The text of a `content` argument: text as it is, a boolean as Python prints it, anything else as JSON. */
import { Unknown, type Value } from '../../values/value.js';

/** JSON with blanks after commas and colons, as Python writes it. */
function json(value: Value): string {
  if (value instanceof Unknown) return JSON.stringify(value.toString());
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(json).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    const items = Object.entries(value as Readonly<Record<string, Value>>);
    return `{${items.map(([key, item]) => `${JSON.stringify(key)}: ${json(item)}`).join(', ')}}`;
  }
  return JSON.stringify(value);
}

export function contentText(value: Value): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? value : json(value);
}
