/**
 * What a plain (unquoted) scalar means. Users of Ansible mean YAML 1.1 (yaml.org/type/: bool, int, float,
 * null) as PyYAML reads it: `yes` is true but `y` is a string, `0644` is 420, `1e3` is a string.
 * test/yaml/fixtures/pyyaml.json records what PyYAML says.
 */

const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const BINARY = /^[-+]?0b[01_]+$/;
const OCTAL = /^[-+]?0[0-7_]+$/;
const DECIMAL = /^[-+]?(?:0|[1-9][0-9_]*)$/;
const HEX = /^[-+]?0x[0-9a-fA-F_]+$/;
const SIXTY = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const FLOAT = /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/;
const INFINITE = /^[-+]?\.(?:inf|Inf|INF)$/;
const NAN = /^\.(?:nan|NaN|NAN)$/;

export interface Plain {
  readonly value: null | boolean | number | string;
  /** Why the reading may surprise: a base 60 number, or a whole number too big to hold exactly. */
  readonly surprise?: 'sexagesimal' | 'big';
}

function whole(digits: string, base: number, negative: boolean, source: string): Plain {
  const value = Number.parseInt(digits === '' ? '0' : digits, base);
  if (!Number.isSafeInteger(value)) return { value: source, surprise: 'big' };
  return { value: negative ? 0 - value : value };
}

function sexagesimal(body: string, negative: boolean): Plain {
  const value = body.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return { value: negative ? 0 - value : value, surprise: 'sexagesimal' };
}

/** Reads a number as YAML 1.1 does; undefined when the text is none. */
function resolveNumber(source: string): Plain | undefined {
  const negative = source.startsWith('-');
  const body = source.replace(/^[-+]/, '').replaceAll('_', '');
  if (BINARY.test(source)) return whole(body.slice(2), 2, negative, source);
  if (HEX.test(source)) return whole(body.slice(2), 16, negative, source);
  if (OCTAL.test(source)) return whole(body.slice(1), 8, negative, source);
  if (DECIMAL.test(source)) return whole(body, 10, negative, source);
  if (FLOAT.test(source)) return { value: Number(body) * (negative ? -1 : 1) };
  if (INFINITE.test(source)) return { value: negative ? -Infinity : Infinity };
  if (NAN.test(source)) return { value: NaN };
  // A leading zero makes no base 60 whole number (05:30 is text), only a base 60 fraction.
  if (SIXTY.test(source) && (body.includes('.') || !body.startsWith('0'))) return sexagesimal(body, negative);
  return undefined;
}

/** The value of a plain scalar. Dates stay text. */
export function resolvePlain(source: string): Plain {
  if (NULL.test(source)) return { value: null };
  if (BOOL.test(source)) return { value: /^(?:yes|true|on)$/i.test(source) };
  return resolveNumber(source) ?? { value: source };
}
