/** rtprov's part of custom.cfg: whatever else is in it stays. */
const begin = '# BEGIN rtprov: rewritten for each trial boot, do not edit';
const end = '# END rtprov';

/** The text with rtprov's entries in place of those it had; without any, as it was before there were some. */
export function withEntries(text: string, entries: readonly string[]): string {
  const from = text.indexOf(`${begin}\n`);
  const to = text.indexOf(`${end}\n`, from);
  const others = from < 0 || to < 0 ? text : text.slice(0, from) + text.slice(to + end.length + 1);
  if (entries.length === 0) return others;
  const gap = others === '' || others.endsWith('\n') ? '' : '\n';
  return `${others}${gap}${begin}\n${entries.join('')}${end}\n`;
}
