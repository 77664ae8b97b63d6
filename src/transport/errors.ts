/** The transport's errors: stable codes, what happened, where, and how to repair it. */
import { RtprovError } from '../diagnostics/diagnostic.js';

export type TransportCode =
  | 'UNREACHABLE'
  | 'HOST_KEY_UNKNOWN'
  | 'HOST_KEY_CHANGED'
  | 'HOST_KEY_REVOKED'
  | 'AUTH_FAILED'
  | 'CONNECTION_LOST'
  | 'SHELL_DIED'
  | 'INPUT_EATEN'
  | 'SCRIPT_TIMEOUT'
  | 'OUTPUT_TOO_LARGE'
  | 'INTERRUPTED'
  | 'BECOME_FAILED'
  | 'BECOME_USER_MISSING'
  | 'BECOME_PASSWORD_WRONG'
  | 'BECOME_PASSWORD_MISSING'
  | 'CHANNEL_FAILED'
  | 'UPLOAD_FAILED'
  | 'DOWNLOAD_FAILED'
  | 'SSH_CONFIG';

export function transportError(
  code: TransportCode,
  message: string,
  options?: { readonly cause?: unknown; readonly hint?: string },
): RtprovError {
  return new RtprovError(code, message, options);
}

/** `host:port as user`, with brackets around IPv6 addresses. */
export function where(target: {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return `${host}:${target.port} as ${target.user}`;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The last lines that a program printed, for a message; empty when it printed nothing. */
export function lastWords(text: string): string {
  const lines = text.trim().split('\n').slice(-5).join(' / ').trim();
  return lines.length > 500 ? `...${lines.slice(-500)}` : lines;
}
