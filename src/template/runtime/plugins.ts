/** What to do instead of filters and tests that come from collections or from `filter_plugins`. */

/** `known`: whether rtprov has one of that name itself. */
export function insteadOfPlugin(
  name: string,
  kind: 'filter' | 'test',
  known: (name: string) => boolean,
): string {
  const parts = name.split('.');
  const short = parts.at(-1) ?? name;
  if (parts.length > 1 && known(short))
    return `rtprov has a ${kind} of its own with this name: write ${short}.`;
  const from = parts.length > 1 ? `the collection ${parts.slice(0, 2).join('.')}` : `${kind}_plugins`;
  return `If it is of ${from}: rtprov runs no Python. Use what docs/templates.md lists, or give the value in a variable.`;
}
