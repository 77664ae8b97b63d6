/**
 * What only RTPROV_THOROUGH=1 tries, because CI has no time for it. docs/development/ci.md lists all of it by the names that are given
 * here, with what CI runs instead; test/docs-ci.test.ts compares the two.
 */
export function thorough(_name: string): boolean {
  return process.env['RTPROV_THOROUGH'] === '1';
}
