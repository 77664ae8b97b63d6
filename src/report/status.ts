/** Words and colours of the ways in which a task can end. */
import type { TaskStatus } from '../planner/outcome.js';
import type { Paint } from './paint.js';

/** Status words are filled up to this width, so that task names are below each other. */
export const statusWidth = 12;

export function statusWord(status: TaskStatus, check: boolean): string {
  if (status === 'unknown') return 'may change';
  return check && status === 'changed' ? 'would change' : status;
}

export function paintStatus(status: TaskStatus, text: string, paint: Paint): string {
  switch (status) {
    case 'ok':
      return paint.green(text);
    case 'changed':
      return paint.yellow(text);
    case 'skipped':
      return paint.cyan(text);
    case 'unknown':
      return paint.magenta(text);
    case 'failed':
    case 'unreachable':
      return paint.bold(paint.red(text));
    case 'ignored':
    case 'rescued':
      return paint.red(text);
  }
}

/** Failures of every sort, also those that end nothing. */
export function isFailure(status: TaskStatus): boolean {
  return status === 'failed' || status === 'ignored' || status === 'rescued' || status === 'unreachable';
}
