import assert from 'node:assert/strict';

/** For assert.rejects: the code, and pieces that message or hint must hold. */
export function coded(code: string, ...pieces: readonly (string | RegExp)[]) {
  return (error: unknown): true => {
    const fault = error as Error & { code?: string; hint?: string };
    assert.equal(fault.code, code, `${String(fault.code)}: ${fault.message}`);
    const text = `${fault.message}\n${fault.hint ?? ''}`;
    for (const piece of pieces) {
      assert.ok(
        typeof piece === 'string' ? text.includes(piece) : piece.test(text),
        `${String(piece)} in ${text}`,
      );
    }
    return true;
  };
}
