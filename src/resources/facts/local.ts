/** Facts of the administrator's own: /etc/ansible/facts.d/NAME.fact, JSON or INI. They are read, never executed. */
import type { Value } from '../../values/value.js';

function parseIni(text: string): Value {
  const sections: Record<string, Record<string, Value>> = {};
  let current: Record<string, Value> | undefined;
  for (const line of text.split('\n')) {
    const [, header] = /^\[(.+)\]\s*$/.exec(line) ?? [];
    if (header !== undefined) {
      sections[header] = current = {};
      continue;
    }
    const [, key, value] = /^([^#;=:\s][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (current !== undefined && key !== undefined && value !== undefined) current[key.toLowerCase()] = value;
  }
  return sections;
}

function parseFact(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return /^\s*\[.+\]\s*$/m.test(text) ? parseIni(text) : `error loading fact: neither JSON nor INI`;
  }
}

export function localFacts(lines: readonly string[]): Readonly<Record<string, Value>> {
  const texts = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of lines) {
    const [, name] = /^::fact .*\/([^/]+)\.fact$/.exec(line) ?? [];
    if (name !== undefined) texts.set(name, (current = []));
    else current.push(line);
  }
  return Object.fromEntries([...texts].map(([name, text]) => [name, parseFact(text.join('\n'))]));
}
