/** Errors that end a host: it could not be reached, or it failed. */
import { DiagnosticError, RtprovError } from '../../diagnostics/diagnostic.js';
import { diagnosticText } from '../../diagnostics/text.js';
import { NulByte } from '../../shell/shell.js';
import { shortened } from '../../values/shortened.js';
import type { RunEvent } from '../run/events.js';
import { sourceStack } from './stack.js';

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

/** What Node says of bytes that are not text any more, and of texts and lists that V8 cannot hold. */
const tooLarge =
  /^Cannot create a string longer|^Invalid (?:string|array|typed array) length|^Array buffer allocation failed/;

/**
 * Any error as one of a host: an error that nobody foresaw is a bug in rtprov (INTERNAL_FAULT), and ends no other host. A text
 * that is too long is no such fault (TOO_LARGE).
 */
export function hostError(error: unknown): RtprovError {
  if (error instanceof RtprovError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NulByte)
    return new RtprovError('NUL_BYTE', 'a value contains a NUL character, which no script can hold', {
      hint: 'Look for "\\0" in the values of tasks and in what the host reports about itself (facts, HOME).',
    });
  if (tooLarge.test(message)) {
    return new RtprovError('TOO_LARGE', `a text is too long (more than 512 MiB): ${message}`, {
      cause: error,
      hint: 'Look for a command, a file or a template that produces very much text.',
    });
  }
  return new RtprovError(
    'INTERNAL_FAULT',
    `This is a bug in rtprov: ${error instanceof Error ? sourceStack(error) : message}`,
    { cause: error, hint: 'Please report it. Other hosts continue.' },
  );
}

const longestMessage = 10_000;

/** An error with the errors that caused it. */
export function messageOf(error: RtprovError): string {
  const parts = [error.message];
  for (let { cause } = error; cause instanceof Error; cause = cause.cause) {
    if (!parts.some((part) => part.includes(cause.message))) parts.push(cause.message);
  }
  // A target may say any amount.
  return shortened(parts.join(': '), longestMessage);
}

function hintOf(error: RtprovError): { readonly hint?: string } {
  return error.hint === undefined ? {} : { hint: error.hint };
}

/** What is reported of a host that an error has ended. */
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
