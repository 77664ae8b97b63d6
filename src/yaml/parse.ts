/** YAML text to nodes with positions; every fault becomes one diagnostic. */

import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { NodeBuilder } from './build.js';
import { parseDocuments } from './documents.js';
import { reportSyntax } from './faults.js';
import type { Node } from './node.js';
import { SourceText } from './source.js';

/** YAML 1.2, section 5.1; a lone surrogate cannot come from UTF-8. */
// eslint-disable-next-line no-control-regex
const unprintable = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/**
 * The documents of a YAML (or JSON) text. An empty text has none. After a syntax error the list is empty:
 * guesses about the rest would only bury the fault.
 */
export function parseYaml(text: string, file: string, diagnostics: Diagnostics): readonly Node[] {
  const source = new SourceText(text.replace(/^\uFEFF/, ''), file);
  if (source.text.startsWith('$ANSIBLE_VAULT;')) {
    diagnostics.error(
      'VAULT_UNSUPPORTED',
      'Ansible Vault file',
      'The whole file is encrypted with Ansible Vault, which rtprov cannot read yet.',
      source.range(0),
      'Decrypt it with ansible-vault, or give the secrets with --extra-vars @file.',
    );
    return [];
  }
  const bad = unprintable.exec(source.text);
  if (bad !== null) {
    diagnostics.error(
      'YAML_CHARACTER',
      'Character that YAML does not allow',
      `There is a control character (U+${bad[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}) in the file.`,
      source.range(bad.index),
      'Remove it, or write it as an escape in double quotes, such as "\\x07".',
    );
    return [];
  }
  // The failsafe schema leaves every scalar as text: what it means is decided in plain.ts.
  const documents = parseDocuments(source.text, {
    schema: 'failsafe',
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (reportSyntax(documents, source, diagnostics)) return [];
  const version = /^%YAML\s+(?<version>\S+)/m.exec(source.text);
  if (documents[0]?.directives.docStart === true && version !== null && !/^1\./.test(version[1] ?? '')) {
    diagnostics.error(
      'YAML_VERSION',
      'Unsupported version of YAML',
      `The file says that it is YAML ${version[1] ?? ''}; rtprov reads YAML 1.`,
      source.range(version.index, version.index + version[0].length),
      'Remove the line.',
    );
    return [];
  }
  return documents.map((document) => new NodeBuilder(source, diagnostics).document(document.contents));
}

/** The one document of a file; undefined when it has none. A second one is a fault. */
export function parseYamlFile(text: string, file: string, diagnostics: Diagnostics): Node | undefined {
  const [first, second] = parseYaml(text, file, diagnostics);
  if (second !== undefined) {
    diagnostics.error(
      'YAML_DOCUMENTS',
      'More than one document',
      'A file has one YAML document, but here a second one begins.',
      second.range,
      'Remove the line "---", or make a second file.',
    );
  }
  return first;
}
