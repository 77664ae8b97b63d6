/**
 * How long tests wait. Their limits are for what hangs, not for what is slow: a machine on which a process takes 20 ms to start needs many
 * times what another one does. RTPROV_TEST_PATIENCE=N multiplies each limit by N, by default 4.
 */
const given = Number(process.env['RTPROV_TEST_PATIENCE'] ?? 4);
const factor = Number.isFinite(given) && given > 0 ? given : 4;

/** A limit of a test's own, in the unit in which it is given. */
export function patiently(limit: number): number {
  return limit * factor;
}
