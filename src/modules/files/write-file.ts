/** The steps that bring bytes to a path: backup, attributes, validation. */
import type { FileState } from '../../resources/file/state.js';
import { thingOf } from '../../resources/file/thing.js';
import type { ReadRequest } from '../../resources/resource.js';
import type { Result } from '../core/module.js';
import type { NeedsContext, PlanContext, Step } from '../core/module.js';
import { attributesFor, type WantedAttributes } from './attributes.js';
import { fileRequest } from './follow.js';
import { sameFile } from './same-file.js';

export interface Bytes {
  readonly sha256: string;
  readonly size: number;
}

export interface WriteRequest {
  readonly path: string;
  readonly present: FileState;
  readonly bytes: Bytes;
  readonly wanted: WantedAttributes;
  readonly backup?: boolean;
  readonly validate?: string | undefined;
}

export interface Written {
  readonly steps: readonly Step[];
  readonly to: Extract<FileState, { type: 'file' }>;
  readonly backupFile?: string;
  /** The bytes differ (or nothing was there), so not only attributes change. */
  readonly newBytes: boolean;
}

/** The name that a backup of this path gets in this run. */
export function backupName(path: string, context: Pick<NeedsContext, 'backupSuffix'>): string {
  return `${path}.${context.backupSuffix}`;
}

/** What must be read for a backup: the old bytes, and what is at the backup's path. */
export function backupRequests(
  path: string,
  context: Pick<NeedsContext, 'backupSuffix'>,
): ReadRequest<'file'>[] {
  return [fileRequest(path, 'content'), fileRequest(backupName(path, context))];
}

/** Why nothing may be put in the place of a device, fifo or socket, or remove it: that is rarely meant, and a machine needs it. */
export function specialThing(path: string, present: FileState): string | undefined {
  return present.type === 'other' ? `${path} is ${thingOf(present)}: it is not changed` : undefined;
}

/** Where a link is in the way, the file replaces it; a directory and special things are the caller's to refuse. */
export function writeFile(
  request: WriteRequest,
  context: Pick<PlanContext, 'facts' | 'backupSuffix'>,
): Written {
  const { path, present, bytes, wanted } = request;
  const attributes = attributesFor('file', present, wanted, context.facts);
  const to = { type: 'file', sha256: bytes.sha256, size: bytes.size, ...attributes } as const;
  const newBytes = present.type !== 'file' || present.sha256 !== bytes.sha256;
  const steps: Step[] = [];
  let backupFile: string | undefined;
  if (request.backup === true && newBytes && present.type === 'file') {
    backupFile = backupName(path, context);
    steps.push({ type: 'change', id: { kind: 'file', name: backupFile }, to: present });
  }
  if (!sameFile(present, to)) {
    const validate = newBytes && request.validate !== undefined ? { validate: request.validate } : {};
    steps.push({ type: 'change', id: { kind: 'file', name: path }, to, ...validate });
  }
  return { steps, to, newBytes, ...(backupFile === undefined ? {} : { backupFile }) };
}

/** The keys of a result that describe a path's new state, named as Ansible names them. */
export function stateResult(state: FileState): Result {
  if (state.type === 'absent') return { state: 'absent' };
  const common = { owner: state.owner, group: state.group };
  if (state.type === 'link') return { ...common, state: 'link', src: state.target };
  if (state.type === 'file') return { ...common, state: 'file', mode: state.mode, size: state.size };
  return { ...common, state: state.type === 'directory' ? 'directory' : 'file', mode: state.mode };
}
