/** The secrets of this process. One process is one command, so that what it learns holds for all that it writes, errors too. */
import { Secrets } from '../engine/run/secrets.js';
import { maskBeforeShortening } from '../values/masker.js';

export const commandSecrets = new Secrets();

// Also in the messages of commands that are not a run.
maskBeforeShortening(commandSecrets);
