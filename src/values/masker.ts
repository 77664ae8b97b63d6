/**
 * What hides secrets in texts that are cut off. It is the only state that the pure layers share in a process: what cuts a text stands deep in
 * filters and modules, and a process is one command with one set of secrets.
 */

export interface Masker {
  text(text: string): string;
  /** So many of the last characters of a text that is cut off may be the beginning of a secret. */
  readonly reach: number;
}

let current: Masker = { text: (text) => text, reach: 0 };

/** From here on these secrets are hidden: a command gives its own, and a run those that it was given. */
export function maskBeforeShortening(secrets: Masker): void {
  current = secrets;
}

/** Before any was given: one that hides nothing. */
export function currentMasker(): Masker {
  return current;
}
