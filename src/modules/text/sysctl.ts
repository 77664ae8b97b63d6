/** Lines of sysctl.conf(5). */
import { foldValue } from '../../resources/sysctl/kind.js';
import { linesWithEnds } from './bytes.js';
import type { Edited } from './line.js';

/** `net/ipv4/ip_forward` and `net.ipv4.ip_forward` are one parameter: the separator is whichever comes first. */
export function sysctlName(name: string): string {
  if (/[./]/.exec(name)?.[0] !== '/') return name;
  return name.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/'));
}

/** A `-` before the name asks sysctl(8) to go on where the parameter does not exist. */
function parseLine(line: string): { readonly name: string; readonly value: string } | undefined {
  if (/^\s*(?:[#;]|$)/.test(line)) return undefined;
  const [, name, value] = /^\s*-?\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
  return name === undefined || value === undefined
    ? undefined
    : { name: sysctlName(name), value: foldValue(value) };
}

/** One line for the parameter: the first that is there is set, further ones go. Undefined: all of them go. */
export function editSysctl(text: string, name: string, value: string | undefined): Edited {
  const lines = linesWithEnds(text);
  const wanted = sysctlName(name);
  const hits = lines.flatMap((line, index) => (parseLine(line)?.name === wanted ? [index] : []));
  if (value === undefined) {
    if (hits.length === 0) return { text, msg: '' };
    return { text: lines.filter((_, index) => !hits.includes(index)).join(''), msg: 'removed' };
  }
  const [first] = hits;
  const folded = foldValue(value);
  if (first === undefined) {
    const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    return { text: `${before}${name}=${folded}\n`, msg: 'added' };
  }
  const same = parseLine(lines[first] ?? '')?.value === folded;
  if (same && hits.length === 1) return { text, msg: '' };
  const set = same ? lines : lines.with(first, `${name}=${folded}\n`);
  return {
    text: set.filter((_, index) => index === first || !hits.includes(index)).join(''),
    msg: 'changed',
  };
}
