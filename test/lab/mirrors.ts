import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const suite = 'bookworm';

/** One `deb` line of the machine's own sources, without options but a keyring. */
function line(uri: string, dist: string, components: string, signedBy: string | undefined): string {
  const options = signedBy === undefined ? '' : `[signed-by=${signedBy}] `;
  return `deb ${options}${uri} ${dist} ${components}`;
}

function fromList(text: string): readonly string[] {
  return text.split('\n').flatMap((raw) => {
    const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(\S.*)$/.exec(raw.trim());
    if (match === null) return [];
    const [, options = '', uri = '', dist = '', components = ''] = match;
    return [line(uri, dist, components, /signed-by=(\/\S+)/.exec(options)?.[1])];
  });
}

function fromDeb822(text: string): readonly string[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    for (const raw of stanza.split('\n')) {
      const match = /^([A-Za-z-]+):\s*(.*)$/.exec(raw);
      if (match !== null) fields.set((match[1] ?? '').toLowerCase(), (match[2] ?? '').trim());
    }
    if (!(fields.get('types') ?? '').split(/\s+/).includes('deb')) return [];
    const signedBy = fields.get('signed-by');
    return (fields.get('uris') ?? '')
      .split(/\s+/)
      .flatMap((uri) =>
        (fields.get('suites') ?? '')
          .split(/\s+/)
          .map((dist) =>
            line(
              uri,
              dist,
              fields.get('components') ?? '',
              signedBy?.startsWith('/') === true ? signedBy : undefined,
            ),
          ),
      );
  });
}

/**
 * The machine's own Debian mirrors for the lab's suite, as one-line sources: whoever runs the lab has chosen a mirror
 * already, and it may be the only one that is reachable. Empty when the machine is not of that suite; mmdebstrap then
 * takes its default.
 */
export function machineMirrors(): readonly string[] {
  const dir = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : []),
  ].filter((file) => existsSync(file));
  const lines = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return file.endsWith('.sources') ? fromDeb822(text) : file.endsWith('.list') ? fromList(text) : [];
  });
  return lines.filter((entry) => new RegExp(` ${suite}(-updates|-security)? [^ ]*\\bmain\\b`).test(entry));
}
