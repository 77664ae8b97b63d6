/** YAML 1.1 as PyYAML reads it (`from_yaml`): its resolver.py and constructor.py for plain scalars. */
import { isScalar, parseAllDocuments, visit, type Document, type Scalar } from 'yaml';
import { TemplateFault } from '../fault.js';
import { str } from '../python/format.js';
import { integer } from '../python/values.js';

const integerForm =
  /^(?<sign>[-+]?)(?:0b(?<binary>[01_]+)|0x(?<hex>[\da-fA-F_]+)|0(?<octal>[0-7_]+)|(?<sexagesimal>[1-9][\d_]*(?::[0-5]?\d)+)|(?<decimal>0|[1-9][\d_]*))$/;
const floatForm =
  /^(?:[-+]?(?:\d[\d_]*)\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*)$/;

function sexagesimal(text: string): number {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

function readInteger(text: string): number | undefined {
  const parts = integerForm.exec(text.replaceAll('_', ''))?.groups as
    Readonly<Record<string, string | undefined>> | undefined;
  if (parts === undefined || !integerForm.test(text)) return undefined;
  const { sign, binary, hex, octal, decimal } = parts;
  let value: number;
  if (binary !== undefined) value = Number.parseInt(binary, 2);
  else if (hex !== undefined) value = Number.parseInt(hex, 16);
  else if (octal !== undefined) value = Number.parseInt(octal, 8);
  else value = decimal === undefined ? sexagesimal(parts['sexagesimal'] ?? '') : Number(decimal);
  return integer(sign === '-' ? -value : value);
}

function readFloat(text: string): number | undefined {
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  if (!floatForm.test(text)) return undefined;
  const digits = text.replaceAll('_', '');
  if (!digits.includes(':')) return Number(digits);
  const value = sexagesimal(digits.replace(/^[-+]/, ''));
  return digits.startsWith('-') ? -value : value;
}

/** The value of a plain scalar. Dates stay texts. */
function resolve(text: string): unknown {
  if (/^(?:~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text)) return true;
  if (/^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text)) return false;
  return readInteger(text) ?? readFloat(text) ?? text;
}

const tagged: Readonly<Record<string, (text: string) => unknown>> = {
  'tag:yaml.org,2002:int': (text) => readInteger(text) ?? text,
  'tag:yaml.org,2002:float': (text) => readFloat(text) ?? Number(text),
  'tag:yaml.org,2002:bool': resolve,
  'tag:yaml.org,2002:null': () => null,
};

function valueOf(scalar: Scalar): unknown {
  const text = typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
  if (scalar.tag !== undefined) return tagged[scalar.tag]?.(text) ?? text;
  return scalar.type === 'PLAIN' ? resolve(text) : text;
}

function read(document: Document.Parsed): unknown {
  const [error] = document.errors;
  if (error !== undefined) {
    // The message of the library shows lines of the text, which may be secrets.
    const [{ line, col } = { line: 1, col: 1 }] = error.linePos ?? [];
    const what = error.code.toLowerCase().replaceAll('_', ' ');
    throw new TemplateFault(
      'TEMPLATE_FILTER_FAILED',
      `The text is not YAML: ${what} at line ${line}, column ${col}.`,
    );
  }
  visit(document, {
    Scalar: (key, scalar) => {
      const value = valueOf(scalar);
      // Keys of mappings are texts here; the merge key must stay as it is.
      scalar.value = key === 'key' && typeof value !== 'string' ? str(value) : value;
    },
  });
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return null;
  return document.toJS() as unknown;
}

export function fromYamlAll(text: string): unknown[] {
  const documents = parseAllDocuments(text, { version: '1.1', schema: 'failsafe', merge: true });
  return Array.isArray(documents) ? documents.map(read) : [];
}

export function fromYaml(text: string): unknown {
  const all = fromYamlAll(text);
  if (all.length > 1) {
    throw new TemplateFault(
      'TEMPLATE_FILTER_FAILED',
      'The text has several YAML documents.',
      'Write the filter "from_yaml_all".',
    );
  }
  return all[0] ?? null;
}
