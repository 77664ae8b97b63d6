/** `--tags`, `--skip-tags` and `--start-at-task`. */
import { LimitedRegExp } from '../../values/limited-regex.js';
import type { Block, Include, Node, Play, Task } from '../read/model.js';

export interface TagChoice {
  /** Empty means `all`. */
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

function isSelected(own: ReadonlySet<string>, only: readonly string[]): boolean {
  if (own.has('always')) return true;
  const never = own.has('never');
  if (only.includes('all') && !never) return true;
  if (only.some((tag) => own.has(tag))) return true;
  return only.includes('tagged') && !own.has('untagged') && !never;
}

function isSkipped(own: ReadonlySet<string>, skip: readonly string[]): boolean {
  if (skip.includes('all')) return !own.has('always') || skip.includes('always');
  if (skip.some((tag) => own.has(tag))) return true;
  return skip.includes('tagged') && !own.has('untagged');
}

/**
 * Whether a task with these tags runs. A task without tags counts as tagged `untagged`; `always` runs unless it is skipped
 * by name, `never` only when another of its tags is chosen.
 */
export function matchesTags(tags: readonly string[], { tags: chosen, skipTags }: TagChoice): boolean {
  const own = new Set(tags.length === 0 ? ['untagged'] : tags);
  return isSelected(own, chosen.length === 0 ? ['all'] : chosen) && !isSkipped(own, skipTags);
}

function selectBlock(block: Block, choice: TagChoice): readonly Node[] {
  const selected: Block = {
    ...block,
    block: selectNodes(block.block, choice),
    rescue: selectNodes(block.rescue, choice),
    always: selectNodes(block.always, choice),
  };
  return selected.block.length + selected.rescue.length + selected.always.length === 0 ? [] : [selected];
}

/** The include's own tags decide whether it is read; the tags of the tasks in it decide about those. */
function selectInclude(include: Include, choice: TagChoice): readonly Node[] {
  if (!matchesTags(include.keywords.tags, choice)) return [];
  const load: Include['load'] = (asked, instance) => {
    const included = include.load(asked, instance);
    return { ...included, nodes: selectNodes(included.nodes, choice) };
  };
  return [{ ...include, load }];
}

export function selectNodes(nodes: readonly Node[], choice: TagChoice): readonly Node[] {
  return nodes.flatMap((node) => {
    if (node.type === 'block') return selectBlock(node, choice);
    if (node.type === 'include') return selectInclude(node, choice);
    if (node.type === 'flush') return !node.explicit || matchesTags(node.tags, choice) ? [node] : [];
    return matchesTags(node.keywords.tags, choice) ? [node] : [];
  });
}

/** The play with only the tasks that run. Handlers run when they are notified, whatever their tags. */
export function selectTags(play: Play, tags: readonly string[], skipTags: readonly string[]): Play {
  return { ...play, body: selectNodes(play.body, { tags, skipTags }) };
}

/** The name of a task as it is shown: `role : name`. */
export function shownName(node: Task | Include): string | undefined {
  if (node.name === undefined) return undefined;
  return node.role === undefined ? node.name : `${node.role.name} : ${node.name}`;
}

function wildcard(pattern: string): RegExp {
  const parts = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new LimitedRegExp(`^${parts}$`, 's', pattern);
}

/** What is left of the nodes from the named task on; undefined when it is not among them. */
function startIn(
  nodes: readonly Node[],
  isIt: (node: Task | Include) => boolean,
): readonly Node[] | undefined {
  for (const [index, node] of nodes.entries()) {
    const rest = nodes.slice(index + 1);
    if (node.type === 'block') {
      const block = startIn(node.block, isIt);
      if (block !== undefined) return [{ ...node, block }, ...rest];
      const inside = startIn(node.rescue, isIt) ?? startIn(node.always, isIt);
      if (inside !== undefined) return [...inside, ...rest];
    } else if (node.type !== 'flush' && isIt(node)) {
      return [node, ...rest];
    }
  }
  return undefined;
}

/** Names that a run can start at: those of tasks outside of includes, without and with their roles'. */
export function taskNames(playbooks: readonly { readonly plays: readonly Play[] }[]): readonly string[] {
  const names = (nodes: readonly Node[]): readonly string[] =>
    nodes.flatMap((node) => {
      if (node.type === 'block') return names([...node.block, ...node.rescue, ...node.always]);
      if (node.type === 'flush') return [];
      return [node.name, shownName(node)].filter((name) => name !== undefined);
    });
  return playbooks.flatMap(({ plays }) => plays.flatMap(({ body }) => names(body)));
}

/**
 * The play from the first task on that has this name (`*` and `?` stand for any text and any letter); undefined when it has no
 * such task. Tasks of includes are not searched: they are known only while running.
 */
export function startAtTask(play: Play, name: string): Play | undefined {
  const pattern = wildcard(name);
  const isIt = (node: Task | Include): boolean => {
    const shown = shownName(node);
    return [node.name, shown].some((text) => text !== undefined && (text === name || pattern.test(text)));
  };
  const body = startIn(play.body, isIt);
  return body === undefined ? undefined : { ...play, body };
}
