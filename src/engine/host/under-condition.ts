/** Nodes that run only when a condition holds that is not known yet. */
import type { Keywords, Node } from '../../playbook/read/model.js';

/**
 * The nodes with the conditions in front of each task's own, so that each is shown as one that may run. An include below them has
 * them too: what it loads is shown likewise.
 */
export function underCondition(nodes: readonly Node[], when: Keywords['when']): readonly Node[] {
  return nodes.map((node): Node => {
    switch (node.type) {
      case 'block':
        return {
          ...node,
          block: underCondition(node.block, when),
          rescue: underCondition(node.rescue, when),
          always: underCondition(node.always, when),
        };
      case 'flush':
        return { ...node, when: [...when, ...node.when] };
      case 'task':
      case 'include':
        return { ...node, keywords: { ...node.keywords, when: [...when, ...node.keywords.when] } };
    }
  });
}
