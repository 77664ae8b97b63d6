/** The text of bytes, or undefined when they are not UTF-8. A byte order mark stays. */
export function utf8Text(content: Buffer): string | undefined {
  const text = content.toString('utf8');
  return Buffer.from(text, 'utf8').equals(content) ? text : undefined;
}
