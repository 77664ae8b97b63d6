/** Reports an error that ends a command to the person who called it. */
import { DiagnosticError, RtprovError } from '../diagnostics/diagnostic.js';
import { visible } from '../diagnostics/printable.js';
import { commandSecrets } from './command-secrets.js';
import { packageVersion } from './version.js';

/** Exit codes: see docs/plan-and-undo.md. */
const usage = 2;
const ownFault = 1;

/** Codes of errors that are the user's input, found before any host was contacted. */
const inputCodes: ReadonlySet<string> = new Set([
  'BAD_INPUT',
  'BAD_OPTION',
  'BAD_PLAN',
  'BAD_REGEX',
  'BAD_TOPOLOGY',
  'SSH_CONFIG',
  'NO_PROMPT',
  'NO_ANSWER',
  'BECOME_METHOD',
  'NO_SUCH_RUN',
  'AMBIGUOUS_RUN',
  'STATE_FOLDER',
  'PROJECT_EXISTS',
  'PROJECT_NOT_WRITTEN',
]);

/** Gives the exit code. */
export async function reportError(error: unknown): Promise<number> {
  const { paintFor } = await import('../report/paint.js');
  const paint = paintFor(process.stderr);
  const write = (text: string): void => void process.stderr.write(commandSecrets.text(text));
  if (error instanceof DiagnosticError) {
    const { formatDiagnostics } = await import('../diagnostics/format.js');
    write(`${formatDiagnostics(error.diagnostics, { paint, baseDir: process.cwd() })}\n`);
    return usage;
  }
  if (error instanceof RtprovError) {
    write(
      `${paint.red(`error ${error.code}:`)} ${visible(error.message)}\n${error.hint === undefined ? '' : `  ${visible(error.hint)}\n`}`,
    );
    return inputCodes.has(error.code) ? usage : error.code === 'PLAN_DRIFT' ? 4 : ownFault;
  }
  const { sourceStack } = await import('../engine/host/stack.js');
  const shown = error instanceof Error ? sourceStack(error) : String(error);
  write(
    `${paint.red('This is a bug in rtprov:')} ${visible(shown)}\n  Please report it, with this text: rtprov ${packageVersion()}, Node.js ${process.version}.\n`,
  );
  return ownFault;
}
