/** --tags, --skip-tags and --start-at-task as one question: is this task chosen? */
import type { Node, Playbook, Task } from '../playbook/model.js';

export interface SelectionOptions {
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly startAtTask?: string;
}

/** Ansible's rules: `always` unless skipped, `never` only when named, and the words all, tagged and untagged. */
export function tagsSelect(tags: readonly string[], only: readonly string[], skip: readonly string[]): boolean {
  const own = tags.length === 0 ? ['untagged'] : tags;
  const tagged = !own.includes('untagged');
  const names = (wanted: readonly string[]): boolean =>
    wanted.some((name) => own.includes(name) || (name === 'tagged' && tagged) || (name === 'untagged' && !tagged));
  const wanted = only.length === 0 ? ['all'] : only;
  const always = own.includes('always');
  let selected = always || names(wanted) || (wanted.includes('all') && !own.includes('never'));
  if (own.includes('never') && !wanted.some((name) => name !== 'all' && name !== 'tagged' && own.includes(name))) selected = false;
  if (skip.length > 0 && selected) {
    if (skip.includes('all')) selected = always && !skip.includes('always');
    else if (names(skip)) selected = false;
  }
  return selected;
}

function tasksOf(nodes: readonly Node[]): readonly Task[] {
  return nodes.flatMap((node): readonly Task[] => {
    if (node.type === 'task') return [node];
    if (node.type === 'block') return [...tasksOf(node.block), ...tasksOf(node.rescue), ...tasksOf(node.always)];
    if (node.type === 'include' && node.literal) return tasksOf(node.load(String(node.file.value)));
    return [];
  });
}

export function chooseSelection(playbooks: readonly Playbook[], options: SelectionOptions): (play: number, task: Task, handler: boolean) => boolean {
  const before = new Set<string>();
  if (options.startAtTask !== undefined) {
    const pattern = new RegExp(`^${options.startAtTask.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`);
    for (const task of playbooks.flatMap((playbook) => playbook.plays.flatMap((play) => tasksOf(play.body)))) {
      if (task.name !== undefined && (pattern.test(task.name) || pattern.test(`${task.role?.name ?? ''} : ${task.name}`))) break;
      before.add(task.id);
    }
  }
  // A handler runs because it was notified; only --skip-tags can keep it from that.
  return (_play, task, handler) => !before.has(task.id) && (handler || tagsSelect(task.keywords.tags, options.tags, options.skipTags));
}
