/** Colours, or none: NO_COLOR, FORCE_COLOR and terminals are respected (https://no-color.org). */
import pc from 'picocolors';

export type Paint = ReturnType<typeof pc.createColors>;

export const noPaint: Paint = pc.createColors(false);

export function paintFor(
  stream: { readonly isTTY?: boolean },
  environment: NodeJS.ProcessEnv = process.env,
): Paint {
  if (environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '') return pc.createColors(false);
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return pc.createColors(forced !== '0' && forced !== 'false');
  return pc.createColors(stream.isTTY === true && environment['TERM'] !== 'dumb');
}
