/**
 * Template tag for shell functions written by hand: backslashes stay as they are, and `$\{name}` stands for
 * the shell's own `${name}`, which a TypeScript template would take for its own.
 */
export function shellText(strings: TemplateStringsArray): string {
  return (strings.raw[0] ?? '').replaceAll('$\\{', '${');
}
