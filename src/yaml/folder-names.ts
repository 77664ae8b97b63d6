/** The names in a folder of the controller. */
import { readdirSync } from 'node:fs';

/** In no certain order; none when the folder cannot be read. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
