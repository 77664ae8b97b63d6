/** The value of one scalar: its explicit tag if it has one, else what its text means. */

import type { SourceRange, Diagnostics } from '../diagnostics/diagnostic.js';
import type { ScalarNode } from './node.js';
import { resolvePlain, type Plain } from './plain.js';

const CORE = 'tag:yaml.org,2002:';

function warnSurprise(plain: Plain, source: string, range: SourceRange, diagnostics: Diagnostics): void {
  if (plain.surprise === 'sexagesimal') {
    diagnostics.warning(
      'YAML_SEXAGESIMAL',
      'Number in base 60',
      `YAML 1.1 reads ${source} as a number in base 60, which is ${String(plain.value)}.`,
      range,
      `If it is a time, a pair of ports or an address, quote it: "${source}".`,
    );
  } else if (plain.surprise === 'big') {
    diagnostics.warning(
      'YAML_BIG_NUMBER',
      'Number too big to hold exactly',
      `${source} is beyond 2^53 and would lose digits as a number; it is kept as text.`,
      range,
      `Quote it to show that text is meant: "${source}".`,
    );
  }
}

export interface RawScalar {
  /** The text after quotes and escapes are removed. */
  readonly text: string;
  readonly source: string;
  readonly quoted: boolean;
  readonly range: SourceRange;
  readonly tag: string | undefined;
}

function tagged(raw: RawScalar, name: string, diagnostics: Diagnostics): ScalarNode['value'] {
  if (name === 'str') return raw.text;
  const { value } = resolvePlain(raw.text.trim());
  const fits =
    (name === 'int' && Number.isInteger(value)) ||
    (name === 'float' && typeof value === 'number') ||
    (name === 'bool' && typeof value === 'boolean') ||
    (name === 'null' && value === null);
  if (!fits) {
    diagnostics.error(
      'YAML_BAD_TAG',
      'Value does not fit its tag',
      `The tag !!${name} does not fit the value ${JSON.stringify(raw.text)}.`,
      raw.range,
      'Remove the tag, or correct the value.',
    );
  }
  return value;
}

/** Resolves a scalar; `unsafe` is true inside a collection tagged `!unsafe`. */
export function resolveScalar(raw: RawScalar, unsafe: boolean, diagnostics: Diagnostics): ScalarNode {
  const node = { type: 'scalar', range: raw.range, source: raw.source, quoted: raw.quoted } as const;
  const { tag } = raw;
  if (tag === '!unsafe') return { ...node, value: raw.text, tag };
  if (tag === '!vault' || tag === '!vault-encrypted') {
    diagnostics.error(
      'VAULT_UNSUPPORTED',
      'Ansible Vault value',
      'This value is encrypted with Ansible Vault, which rtprov cannot read yet.',
      raw.range,
      'Decrypt it with ansible-vault, or give the secret with --extra-vars @file.',
    );
    return { ...node, value: null, tag };
  }
  if (tag === '!') return { ...node, value: raw.text };
  if (tag !== undefined && /^(?:str|int|float|bool|null)$/.test(tag.replace(CORE, ''))) {
    const name = tag.replace(CORE, '');
    return { ...node, value: tagged(raw, name, diagnostics), tag: `!!${name}` };
  }
  if (tag !== undefined && tag !== `${CORE}timestamp`) unknownTag(tag, raw.range, diagnostics);
  if (raw.quoted) return { ...node, value: raw.text, ...(unsafe ? { tag: '!unsafe' } : {}) };
  const plain = resolvePlain(raw.text);
  warnSurprise(plain, raw.source, raw.range, diagnostics);
  return {
    ...node,
    value: plain.value,
    ...(unsafe && typeof plain.value === 'string' ? { tag: '!unsafe' } : {}),
  };
}

/** Reports a tag that rtprov does not know. */
export function unknownTag(tag: string, range: SourceRange, diagnostics: Diagnostics): void {
  diagnostics.error(
    'YAML_UNKNOWN_TAG',
    'Unknown YAML tag',
    `rtprov does not know the tag ${tag.replace(CORE, '!!')}. It knows !unsafe, !!str, !!int, !!float, !!bool, !!null, !!map and !!seq.`,
    range,
    'Remove the tag, or quote the value if it starts with "!" by intent. To negate a condition write "not".',
  );
}
