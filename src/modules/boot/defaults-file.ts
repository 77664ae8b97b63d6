/** rtprov's own file of GRUB's defaults, and what has it read where grub-mkconfig does not read its folder by itself. */
import type { ReadRequest } from '../../resources/resource.js';
import { grubDefaultsPath } from '../../rt/boot/grub-defaults.js';
import { grubFile, withHook, withoutHook } from '../../rt/boot/grub-hook.js';
import { fileRequest } from '../files/follow.js';
import { folderRequests, folderSteps } from '../files/missing-folders.js';
import { parentOf } from '../files/target-path.js';
import type { Step } from '../core/module.js';
import type { TargetFacts } from '../../resources/facts/target.js';
import { rootFile } from './known-good.js';
import { editableText, isDebian, type BootContext } from './places.js';

export function defaultsRequests(
  facts: Pick<TargetFacts, 'osId' | 'osIdLike'>,
): readonly ReadRequest<'file'>[] {
  return [
    fileRequest(grubDefaultsPath, 'content'),
    ...folderRequests(parentOf(grubDefaultsPath)),
    ...(isDebian(facts) ? [] : [fileRequest(grubFile, 'content')]),
  ];
}

const gone = (name: string): Step => ({ type: 'change', id: { kind: 'file', name }, to: { type: 'absent' } });

/** The steps that bring this text into the file, or remove the file; or why that cannot be done. */
export function defaultsSteps(text: string | undefined, context: BootContext): readonly Step[] | string {
  const hook = hookSteps(text !== undefined, context);
  if (typeof hook === 'string') return hook;
  if (text === undefined)
    return context.state('file', grubDefaultsPath).type === 'absent'
      ? hook
      : [...hook, gone(grubDefaultsPath)];
  const folder = folderSteps(parentOf(grubDefaultsPath), { owner: 'root', group: 'root' }, context);
  if (!folder.ok) return `${folder.blocker} is not a directory`;
  // What is read is there before it is asked for, and goes after it.
  return [...folder.steps, ...rootFile(grubDefaultsPath, text, context), ...hook];
}

function hookSteps(wanted: boolean, context: BootContext): readonly Step[] | string {
  if (isDebian(context.facts)) return [];
  const read = editableText(grubFile, context);
  if ('why' in read) return read.why;
  const present = read.text;
  const text = wanted ? withHook(present) : present === undefined ? undefined : withoutHook(present);
  if (text === present) return [];
  return text === undefined ? [gone(grubFile)] : rootFile(grubFile, text, context);
}
