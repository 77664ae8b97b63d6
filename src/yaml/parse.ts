/** YAML text to nodes with positions; every fault becomes one diagnostic. */

import { parseAllDocuments } from 'yaml';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { NodeBuilder } from './build.js';
import { reportSyntax } from './faults.js';
import type { Node } from './node.js';
import { SourceText } from './source.js';

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
  // The failsafe schema leaves every scalar as text: what it means is decided in plain.ts.
  const parsed = parseAllDocuments(source.text, {
    schema: 'failsafe',
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const documents = Array.isArray(parsed) ? parsed : [];
  if (reportSyntax(documents, source, diagnostics)) return [];
  return documents.map((document) => new NodeBuilder(source, diagnostics).document(document.contents));
}
