/** JSON, YAML, base64, hashes. */
import { createHash } from 'node:crypto';
import { given, toInteger, toText } from '../runtime/arguments.js';
import { TemplateFault } from '../fault.js';
import { str } from '../python/format.js';
import { own, truth } from '../python/values.js';
import { define, type Definition, type Definitions } from '../runtime/toolbox.js';
import { fromYaml, fromYamlAll } from './from-yaml.js';
import { dumpJson } from './json.js';
import { dumpYaml } from './yaml.js';

const isSet = (value: unknown): boolean => value !== undefined && value !== null && truth(value);

function hash(value: unknown, algorithm: string): string {
  const known = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];
  if (!known.includes(algorithm)) {
    throw new TemplateFault(
      'TEMPLATE_FILTER_FAILED',
      `The hash "${algorithm}" is not known.`,
      `It is one of: ${known.join(', ')}.`,
    );
  }
  return createHash(algorithm).update(str(value), 'utf8').digest('hex');
}

const hashOf = (algorithm: string): Definition => define([], (_, value) => hash(value, algorithm));

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new TemplateFault('TEMPLATE_FILTER_FAILED', `The text is not JSON: ${jsonFault(text)}.`);
  }
}

/** Is it JSON as far as it goes? */
function goesOn(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const at = / at position (\d+)/.exec(message)?.[1];
    return /end of JSON input|Unterminated string/.test(message) || Number(at) >= text.length;
  }
}

/** Where it is none. V8 does not always say where, and shows parts of the text, which may be secrets. */
function jsonFault(text: string): string {
  if (goesOn(text)) return 'it ends too early';
  let [good, bad] = [0, text.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (goesOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  const before = text.slice(0, good).split('\n');
  return `the text at line ${before.length}, column ${(before.at(-1) ?? '').length + 1} is not allowed`;
}

const json = (indentByDefault: number | undefined, sortByDefault: boolean): Definition =>
  define(
    ['indent', 'sort_keys', 'ensure_ascii', 'separators', 'vault_to_text', 'preprocess_unsafe'],
    (_, value, args) => {
      const [indent, sortKeys, ascii, separators] = args;
      const width =
        indent === undefined ? indentByDefault : indent === null ? undefined : toInteger(indent, 'to_json');
      const pair =
        (separators as unknown[] | undefined) ?? (width === undefined ? [', ', ': '] : [',', ': ']);
      return dumpJson(value, {
        ...(width === undefined ? {} : { indent: width }),
        sortKeys: sortKeys === undefined ? sortByDefault : truth(sortKeys),
        ascii: ascii === undefined || truth(ascii),
        separators: [toText(pair[0], 'separators'), toText(pair[1], 'separators')],
      });
    },
  );

/** Jinja's `tojson`: sorted, and safe inside HTML. */
function toJson(value: unknown, indent: unknown): string {
  const width = indent === undefined || indent === null ? {} : { indent: toInteger(indent, 'tojson') };
  const separators = 'indent' in width ? ([',', ': '] as const) : ([', ', ': '] as const);
  return dumpJson(value, { ...width, sortKeys: true, ascii: true, separators })
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll("'", '\\u0027');
}

const yaml = (indentByDefault: number, nice: boolean): Definition =>
  define(
    ['indent', 'width', 'sort_keys', 'default_flow_style', 'explicit_start'],
    (_, value, [indent, width, sortKeys, flow, start]) =>
      (isSet(start) ? '---\n' : '') +
      dumpYaml(value, {
        indent: toInteger(given(indent, indentByDefault), 'to_yaml'),
        width: toInteger(given(width, 80), 'to_yaml'),
        sortKeys: sortKeys === undefined || truth(sortKeys),
        flow: flow === undefined || flow === null ? (nice ? false : 'leaves') : truth(flow),
      }),
  );

export const encodingFilters: Definitions = {
  to_json: json(undefined, false),
  to_nice_json: json(4, true),
  tojson: define(['indent'], (_, value, [indent]) => toJson(value, indent)),
  from_json: define([], (_, value) => fromJson(toText(value, 'from_json'))),
  to_yaml: yaml(2, false),
  to_nice_yaml: yaml(4, true),
  from_yaml: define([], (_, value) => (typeof value === 'string' ? fromYaml(value) : value)),
  from_yaml_all: define([], (_, value) => (typeof value === 'string' ? own(fromYamlAll(value)) : value)),
  b64encode: define(['encoding'], (_, value) => Buffer.from(str(value), 'utf8').toString('base64')),
  b64decode: define(['encoding'], (_, value) => {
    const text = str(value).replaceAll(/\s/g, '');
    if (!/^[A-Za-z\d+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
      throw new TemplateFault('TEMPLATE_FILTER_FAILED', 'The text is not base64.');
    }
    return Buffer.from(text, 'base64').toString('utf8');
  }),
  hash: define(['hashtype'], (_, value, [type]) => hash(value, toText(given(type, 'sha1'), 'hash'))),
  md5: hashOf('md5'),
  sha1: hashOf('sha1'),
  checksum: hashOf('sha1'),
  to_uuid: define(['namespace'], (_, value, [namespace]) =>
    uuid5(str(value), toText(given(namespace, '361E6D51-FAEC-444A-9079-341386DA8E2E'), 'to_uuid')),
  ),
};

/** A name-based UUID, version 5 (RFC 9562). */
function uuid5(name: string, namespace: string): string {
  const space = namespace.replaceAll('-', '');
  if (!/^[\da-f]{32}$/i.test(space))
    throw new TemplateFault('TEMPLATE_FILTER_FAILED', `"${namespace}" is not a UUID.`);
  const bytes = createHash('sha1')
    .update(Buffer.from(space, 'hex'))
    .update(name, 'utf8')
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
