/** How PyYAML writes one scalar: which style a text can have (emitter.py, analyze_scalar). */
import { floatText, repr } from '../python/format.js';
import { Float, isFloat, touch } from '../python/values.js';

/** Words and numbers that YAML 1.1 would read as something else than a text (resolver.py). */
const otherType = [
  /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  /^(?:~|null|Null|NULL|)$/,
  /^(?:<<|=)$/,
  /^(?:[-+]?(?:\d[\d_]*)\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][\d_]*)|[-+]?0x[\da-fA-F_]+|[-+]?[1-9][\d_]*(?::[0-5]?\d)+)$/,
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/,
];

const blanks = '\0 \t\r\n';
export const isBreak = (character: string): boolean => character === '\n';

function isPrintable(character: string): boolean {
  if (character === '\n' || (character >= ' ' && character <= '~')) return true;
  const code = character.codePointAt(0) ?? 0;
  // NEL, LS and PS end lines in YAML 1.1 and not in 1.2; as escapes they mean the same in both.
  if (code === 0x2028 || code === 0x2029 || code === 0xfeff) return false;
  return (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || code >= 0x10000;
}

export interface Analysis {
  readonly multiline: boolean;
  readonly flowPlain: boolean;
  readonly blockPlain: boolean;
  readonly singleQuoted: boolean;
}

export function analyze(characters: readonly string[]): Analysis {
  if (characters.length === 0)
    return { multiline: false, flowPlain: false, blockPlain: true, singleQuoted: true };
  const text = characters.join('');
  const isBlank = (index: number): boolean =>
    index >= characters.length || blanks.includes(characters[index] ?? '');
  let blockIndicator = /^(?:---|\.\.\.)/.test(text);
  let flowIndicator = blockIndicator;
  characters.forEach((character, index) => {
    if (index === 0) {
      if ('#,[]{}&*!|>\'"%@`'.includes(character)) flowIndicator = blockIndicator = true;
      if ('?:'.includes(character)) flowIndicator = true;
      if ('?:-'.includes(character) && isBlank(1)) flowIndicator = blockIndicator = true;
      return;
    }
    if (',?[]{}:'.includes(character)) flowIndicator = true;
    if (character === ':' && isBlank(index + 1)) blockIndicator = true;
    if (character === '#' && isBlank(index - 1)) flowIndicator = blockIndicator = true;
  });
  const isMultiline = characters.some(isBreak);
  const special = characters.some((character) => !isPrintable(character));
  const first = characters[0] ?? '';
  const last = characters.at(-1) ?? '';
  const spaceAtEnds = [first, last].some((character) => character === ' ' || isBreak(character));
  const breakSpace = characters.some(
    (character, index) => isBreak(character) && characters[index + 1] === ' ',
  );
  const spaceBreak = characters.some(
    (character, index) => character === ' ' && isBreak(characters[index + 1] ?? ''),
  );
  const plain = !spaceAtEnds && !isMultiline && !special;
  return {
    multiline: isMultiline,
    flowPlain: plain && !flowIndicator,
    blockPlain: plain && !blockIndicator,
    singleQuoted: !breakSpace && !spaceBreak && !special,
  };
}

/** Whether a plain text of these characters would be read as a text again. */
export function readsAsText(text: string): boolean {
  return !otherType.some((pattern) => pattern.test(text));
}

/** The plain form of anything but a text; undefined for texts. */
export function plainForm(value: unknown): string | undefined {
  touch(value);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Float) return floatForm(value.value);
  if (typeof value === 'number') return isFloat(value) ? floatForm(value) : repr(value);
  return undefined;
}

function floatForm(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = floatText(value);
  return text.includes('.') || !text.includes('e') ? text : text.replace('e', '.0e');
}
