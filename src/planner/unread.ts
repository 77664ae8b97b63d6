/** Why a state that was asked for is not known. */
import { keyOf, type ReadRequest } from '../resources/resource.js';
import type { Unknown } from '../values/value.js';

/** Thrown when a state is asked for that was not read: the engine reads it and plans the task again. */
export class NotRead extends Error {
  constructor(readonly request: ReadRequest) {
    super(`${keyOf(request)} was not read`);
  }
}

/** Thrown when a state cannot be known before acting. */
export class StateUnknown extends Error {
  constructor(readonly reason: Unknown) {
    super(reason.reason);
  }
}
