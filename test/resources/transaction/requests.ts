import type { TransactionRequest } from '../../../src/resources/transaction/state.js';

/** A request that asks for nothing, with what a test adds. */
export function request(more: Partial<TransactionRequest>): TransactionRequest {
  return {
    install: [],
    remove: [],
    purge: false,
    autoremove: false,
    latest: false,
    allowDowngrade: false,
    updateCache: false,
    cacheValidSeconds: 0,
    look: false,
    ...more,
  };
}
