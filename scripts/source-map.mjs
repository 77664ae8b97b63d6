// A small source map, for the stack traces of bug reports: which line of which source file, and nothing else (docs/adr/0023).
import { decode, encode } from '@jridgewell/sourcemap-codec';

/** Paths from `dist/cli/`, where the map is, as paths from the root of the sources. */
const fromRoot = (source) => source.replace(/^(\.\.\/)+/, '');

/** Gives the text of the map without the sources, without names, and with one segment for each line of a source. */
export function lineMap(text) {
  const { sources, mappings } = JSON.parse(text);
  const lines = decode(mappings).map((segments) => {
    let last;
    const kept = [];
    for (const [column, source, line] of segments) {
      const place = `${source}:${line}`;
      if (source === undefined || place === last) continue;
      last = place;
      kept.push([column, source, line, 0]);
    }
    return kept;
  });
  return JSON.stringify({ version: 3, sources: sources.map(fromRoot), names: [], mappings: encode(lines) });
}
