/** The checks that need everything to be loaded. */
import type { LoadContext, PlayContext } from './context.js';
import { checkNotified } from '../play/handlers.js';
import { checkUses } from './references.js';

export function finishLoad(load: LoadContext, plays: readonly PlayContext[]): void {
  for (const play of plays) checkNotified(play);
  checkUses(load);
}
