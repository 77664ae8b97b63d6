/** Errors that end a host: it could not be reached, or it failed. */
import { DiagnosticError, RtprovError } from '../diagnostics/diagnostic.js';
import { diagnosticText } from '../diagnostics/text.js';
import type { RunEvent } from './events.js';

/** Errors that mean: this host could not be reached (exit code 5), as opposed to: it failed. */
const unreachableCodes: ReadonlySet<string> = new Set([
  'UNREACHABLE',
  'HOST_KEY_UNKNOWN',
  'HOST_KEY_CHANGED',
  'HOST_KEY_REVOKED',
  'AUTH_FAILED',
  'CONNECTION_LOST',
]);

export function isUnreachable(error: unknown): error is RtprovError {
  return error instanceof RtprovError && unreachableCodes.has(error.code);
}

/** An error with the errors that caused it. */
export function messageOf(error: RtprovError): string {
  const parts = [error.message];
  for (let { cause } = error; cause instanceof Error; cause = cause.cause) {
    if (!parts.some((part) => part.includes(cause.message))) parts.push(cause.message);
  }
  return parts.join(': ');
}

function hintOf(error: RtprovError): { readonly hint?: string } {
  return error.hint === undefined ? {} : { hint: error.hint };
}

/** What is told of a host that an error has ended. */
export function hostErrorEvent(host: string, error: RtprovError): RunEvent {
  const msg = error instanceof DiagnosticError ? diagnosticText(error.diagnostics) : messageOf(error);
  return {
    type: isUnreachable(error) ? 'host_unreachable' : 'host_failed',
    host,
    code: error.code,
    msg,
    ...hintOf(error),
  };
}
