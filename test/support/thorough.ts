/**
 * Whether to try what CI has no time for: with RTPROV_THOROUGH=1 all of it, with RTPROV_THOROUGH=NAME only this. docs/development/ci.md
 * lists all names, with what CI runs instead; test/docs-ci.test.ts compares the two.
 */
export function thorough(name: string): boolean {
  const asked = process.env['RTPROV_THOROUGH'];
  return asked === '1' || asked === name;
}
