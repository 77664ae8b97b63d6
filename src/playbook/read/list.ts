/** The texts of `--list-tasks`, `--list-tags` and `--list-hosts`, laid out as Ansible's. */
import type { Node, Play, Playbook } from './model.js';
import { selectTags, shownName } from '../task/tags.js';

export interface ListOptions {
  /** The playbook's name as it is shown; its path otherwise. */
  readonly label?: string;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  /** The pattern of a play whose `hosts` holds a template, with the template evaluated. */
  readonly pattern?: (play: Play) => string;
}

interface Line {
  readonly name: string;
  readonly tags: readonly string[];
}

function linesOf(nodes: readonly Node[]): readonly Line[] {
  return nodes.flatMap((node): readonly Line[] => {
    // Ansible shows only what runs when all goes well.
    if (node.type === 'block') return linesOf(node.block);
    if (node.type === 'flush') return node.explicit ? [{ name: 'meta', tags: node.tags }] : [];
    if (node.type === 'include')
      return [{ name: shownName(node) ?? `include_${node.kind}`, tags: node.keywords.tags }];
    return [{ name: shownName(node) ?? node.module.name, tags: node.keywords.tags }];
  });
}

function tagList(tags: readonly string[]): string {
  return `TAGS: [${[...tags].sort().join(', ')}]`;
}

function heading(play: Play, index: number, pattern: string): string {
  // A play without a name has its pattern as one.
  const name = play.name === play.hosts.value ? pattern : play.name;
  return `  play #${index + 1} (${pattern}): ${name}\t${tagList(play.tags)}`;
}

function patternOf(play: Play, { pattern }: ListOptions): string {
  return pattern?.(play) ?? play.hosts.value;
}

function compose(
  playbook: Playbook,
  options: ListOptions,
  inside: (play: Play) => readonly string[],
): string {
  const { label, tags = [], skipTags = [] } = options;
  const plays = playbook.plays.map((play, index) => {
    const selected = selectTags(play, tags, skipTags);
    return [heading(play, index, patternOf(play, options)), ...inside(selected)].join('\n');
  });
  return `\nplaybook: ${label ?? playbook.path}\n\n${plays.join('\n\n')}\n`;
}

export function listTasks(playbook: Playbook, options: ListOptions = {}): string {
  return compose(playbook, options, (play) => [
    '    tasks:',
    ...linesOf(play.body).map(({ name, tags }) => `      ${name}\t${tagList(tags)}`),
  ]);
}

export function listTags(playbook: Playbook, options: ListOptions = {}): string {
  return compose(playbook, options, (play) => {
    const tags = new Set(linesOf(play.body).flatMap((line) => line.tags));
    return [`      TASK ${tagList([...tags])}`];
  });
}

export function listHosts(
  playbook: Playbook,
  hostsOf: (play: Play) => readonly string[],
  options: ListOptions = {},
): string {
  return compose(playbook, options, (play) => {
    const hosts = hostsOf(play);
    const patterns = patternOf(play, options)
      .split(',')
      .map((pattern) => `'${pattern}'`);
    return [
      `    pattern: [${patterns.join(', ')}]`,
      `    hosts (${hosts.length}):`,
      ...hosts.map((host) => `      ${host}`),
    ];
  });
}
